#include "isinglass/serve/data_routes.h"

#include <cmath>

#include "isinglass/io/png.h"
#include "isinglass/io/zip.h"
#include "isinglass/serve/studio_rig.h"

namespace isinglass {
namespace {

using testing_serve::at;
using testing_serve::number;
using testing_serve::text;

class DataRoutes : public testing_serve::StudioRig {
 protected:
  Value upload(const std::string& name, const std::string& bytes, const std::string& more = "") const {
    return posted("/api/data?name=" + name + more, bytes);
  }
  std::string upload_refused(const std::string& name, const std::string& bytes) const {
    return post_refused("/api/data?name=" + name, bytes);
  }
  bool holds_nothing() const { return at(got("/api/data"), "files").as_array()->empty(); }

  Value draft(const std::string& settings, bool propose = true) const {
    return posted("/api/experiment", "{\"experiment\":" + settings + (propose ? ",\"propose\":true}" : "}"));
  }
  Value draft_of_text(const std::string& toml) const {
    Value body = Value::Table{};
    body.set("toml", toml);
    return posted("/api/experiment", write_json(body));
  }
  Value look(const std::string& toml, const std::string& window = "") const {
    Value body = Value::Table{};
    body.set("toml", toml);
    std::string json = write_json(body);
    json.insert(json.size() - 1, window);
    return posted("/api/experiment/data", json);
  }
};

// 40 trees: a number with a gap, a text, a class.
std::string trees() {
  std::string csv = "height,bark,kind\n";
  for (int i = 0; i < 40; ++i)
    csv += (i == 7 ? "" : std::to_string(1 + i % 4)) + (i % 2 == 0 ? ",smooth," : ",rough,") +
           (i % 4 < 2 ? "oak\n" : "elm\n");
  return csv;
}

TEST_F(DataRoutes, ATableIsTaken) {
  const Value found = upload("trees.csv", trees());
  EXPECT_EQ(text(found, "path"), directory_ + "/data/trees.csv");
  EXPECT_EQ(text(found, "encoding"), "UTF-8");
  EXPECT_EQ(number(found, "rows"), 40);
  EXPECT_EQ(text(upload("trees.csv", trees()), "path"), directory_ + "/data/trees-2.csv");
  EXPECT_EQ(text(got("/api/data"), "files.0.name"), "trees-2.csv");
}

TEST_F(DataRoutes, QuotesMarksAndOtherEncodingsAreUnderstood) {
  EXPECT_EQ(number(upload("quoted.csv", "a,b\n\"1,5\",\"x\n\"\"y\"\"\"\n2,z\n"), "rows"), 2);
  EXPECT_EQ(number(upload("marked.csv",
                          "\xef\xbb\xbf"
                          "a,b\n1,2\n"),
                   "rows"),
            1);
  const Value gbk = upload("gbk.csv", "\xc9\xed\xb8\xdf,\xc0\xe0\xb1\xf0\n1,\xc4\xd0\n2,\xc5\xae\n");
  EXPECT_EQ(text(gbk, "encoding"), "GB18030");
  const Value view = look("[data]\ntrain = \"" + text(gbk, "path") +
                          "\"\ntarget = \"\u7c7b\u522b\"\n[model]\nwidths = [1,2]\n[train]\n");
  EXPECT_EQ(text(view, "columns.0.name"), "\u8eab\u9ad8");
  EXPECT_EQ(text(view, "samples.1.cells.1"), "\u5973");
  EXPECT_EQ(text(upload("l.csv", "caf\xe9,b\n1,2\n", "&encoding=WINDOWS-1252"), "encoding"), "WINDOWS-1252");
}

TEST_F(DataRoutes, WhatCannotBeReadIsRefusedInALineAndLeavesNothing) {
  EXPECT_EQ(upload_refused("bad.csv", "a,b\n1,2\n3\n").find("bad.csv:3: "), 0u);
  EXPECT_EQ(upload_refused("twice.csv", "a,a\n1,2\n").find("twice.csv:1: "), 0u);
  EXPECT_EQ(upload_refused("open.csv", "a,b\n\"1,2\n").find("open.csv:2: "), 0u);
  EXPECT_NE(upload_refused("noise.csv", "a\n\xff\xff\n").find("expected text in GB18030"), std::string::npos);
  EXPECT_NE(upload_refused("empty.csv", "").find("there is nothing in"), std::string::npos);
  EXPECT_NE(upload_refused("fake.png", "not a picture").find("fake.png"), std::string::npos);
  EXPECT_NE(upload_refused("a.zip", "PK\x03\x04 and no more").find("a.zip"), std::string::npos);
  EXPECT_NE(post_refused("/api/data", "a\n1\n").find("name: expected"), std::string::npos);
  EXPECT_TRUE(holds_nothing());
}

TEST_F(DataRoutes, NamesStayInTheirDirectory) {
  for (const char* name : {"..%2f..%2fetc%2fpasswd.csv", "..%5Cx.csv", ".hidden.csv", "%3Cimg%20src=x%3E.csv"}) {
    const std::string path = text(upload(name, "a,b\n1,2\n"), "path");
    EXPECT_EQ(std::filesystem::path(path).parent_path().string(), directory_ + "/data") << path;
    EXPECT_TRUE(std::filesystem::exists(path)) << path;
  }
}

TEST_F(DataRoutes, AnArchiveOfImagesIsAFolder) {
  const Array dark{.type = DType::kU8, .shape = {3, 3}, .bytes = std::vector<std::byte>(9, std::byte{0})};
  const Array light{.type = DType::kU8, .shape = {3, 3}, .bytes = std::vector<std::byte>(9, std::byte{200})};
  const std::string zip =
      write_zip({{"all/day/a.png", write_png(light)}, {"all/night/b.png", write_png(dark)}, {"all/readme.txt", "x"}});
  const Value found = upload("sky.zip", zip);
  EXPECT_EQ(number(found, "rows"), 2);
  const Value begun = draft("{\"data\":{\"train\":\"" + text(found, "path") + "\"}}");
  EXPECT_EQ(text(begun, "problem"), "null");
  EXPECT_EQ(text(begun, "data.classes"), "[\"day\",\"night\"]");
  EXPECT_EQ(text(look(text(begun, "toml")), "samples.0.image").find("data:image/png;base64,iVBOR"), 0u);
  EXPECT_NE(upload_refused("none.zip", write_zip({{"a.txt", "x"}})).find("found none"), std::string::npos);
}

TEST_F(DataRoutes, AnExperimentIsProposed) {
  const std::string path = text(upload("trees.csv", trees()), "path");
  const Value begun = draft("{\"data\":{\"train\":\"" + path + "\"}}");
  EXPECT_EQ(text(begun, "problem"), "null");
  EXPECT_EQ(text(begun, "experiment.data.target"), "kind");
  EXPECT_EQ(text(begun, "experiment.data.missing"), "mean");
  EXPECT_EQ(text(begun, "experiment.model.layers.1.activation"), "softmax");
  EXPECT_EQ(number(begun, "data.train") + number(begun, "data.validation"), 40);
  EXPECT_EQ(number(begun, "network.parameters"), 3 * 16 + 16 + 16 * 2 + 2);
  EXPECT_EQ(text(draft_of_text(text(begun, "toml")), "experiment"), text(begun, "experiment"));
  // Amounts: one output without softmax, scaled.
  const Value amounts = draft("{\"data\":{\"train\":\"" + path + "\",\"target\":\"height\",\"task\":\"regression\"}}");
  EXPECT_EQ(text(amounts, "problem"), "null");
  EXPECT_EQ(text(amounts, "experiment.model.layers.1"), "{\"kind\":\"dense\",\"units\":1}");
}

TEST_F(DataRoutes, ProblemsStandAtTheirSetting) {
  const std::string data = "[data]\ngenerator = { kind = \"xor\" }\n",
                    model = "[model]\nlayers = [\n  { kind = \"dense\", units = 2, activation = \"softmax\" },\n]\n";
  const auto problem = [&](const std::string& toml) { return draft_of_text(toml); };
  EXPECT_EQ(text(problem(data + model + "[train]\nepochs = -1\n"), "problem.at"), "train.epochs");
  EXPECT_EQ(number(problem(data + model + "[train]\nepochs = -1\n"), "problem.line"), 8);
  EXPECT_EQ(text(problem(data + model + "[train]\nepoch = 3\n"), "problem.message"),
            "[train] has no setting 'epoch'; did you mean 'epochs'?");
  EXPECT_EQ(text(problem(data + "[model]\nlayers = [ { kind = \"dense\", units = 0 } ]\n[train]\n"), "problem.at"),
            "model.layers.0.units");
  EXPECT_EQ(text(problem(data + "[model]\nlayers = [ { kind = \"conv2d\", kernels = 1, kernel_size = 2 } ]\n[train]\n"),
                 "problem.at"),
            "model.layers.0");
  EXPECT_EQ(text(problem(data + "[model]\nlayers = [ { kind = \"dense\", units = 7 } ]\n[train]\n"), "problem.at"),
            "model");
  EXPECT_EQ(text(problem("[data]\ntrain = \"nowhere.csv\"\n" + model + "[train]\n"), "problem.at"), "data");
  EXPECT_EQ(number(problem("[data\n"), "problem.line"), 1);
  const std::string huge =
      "[model]\nlayers = [ { kind = \"dense\", units = 90000000000 }, { kind = \"dense\", units = 2, activation = "
      "\"softmax\" } ]\n";
  EXPECT_NE(text(problem(data + huge + "[train]\n"), "problem.message").find("more than the"), std::string::npos);
  EXPECT_EQ(text(problem(data + model + "[train]\n"), "problem"), "null");
}

TEST_F(DataRoutes, RowsAndColumnsAreShownInWindows) {
  std::string csv;
  for (int j = 0; j < 300; ++j) csv += (j > 0 ? ",c" : "c") + std::to_string(j);
  for (int i = 0; i < 250; ++i) {
    csv += "\n";
    for (int j = 0; j < 300; ++j) csv += (j > 0 ? "," : "") + std::to_string(i + j);
  }
  const std::string path = text(upload("wide.csv", csv), "path");
  const std::string toml = text(draft("{\"data\":{\"train\":\"" + path + "\"}}"), "toml");
  const Value view = look(toml, ",\"row\":240,\"rows\":100,\"column\":40");
  EXPECT_EQ(number(view, "rows"), 250);
  EXPECT_EQ(number(view, "column_count"), 300);
  EXPECT_EQ(at(view, "columns").as_array()->size(), 40u);
  EXPECT_EQ(text(view, "columns.0.name"), "c40");
  EXPECT_EQ(at(view, "samples").as_array()->size(), 10u);
  EXPECT_EQ(number(view, "samples.0.cells.0"), 280);
  EXPECT_EQ(at(look(toml, ",\"row\":9999"), "samples").as_array()->size(), 0u);
}

TEST_F(DataRoutes, TheViewIsOfTheNumbersThatTheNetworkGets) {
  const std::string path = text(upload("trees.csv", trees()), "path");
  const std::string toml = text(draft("{\"data\":{\"train\":\"" + path + "\"}}"), "toml");
  const Value view = look(toml, ",\"rows\":40");
  EXPECT_EQ(number(view, "columns.0.missing"), 1);
  EXPECT_EQ(text(view, "columns.2.role"), "target");
  EXPECT_EQ(text(view, "columns.1.categories.0.name"), "rough");
  double counted = 0, sum = 0;
  for (const Value& count : *at(view, "columns.0.counts").as_array()) counted += *count.as_real();
  EXPECT_EQ(counted, 39);
  std::map<std::string, int> parts;
  for (const Value& sample : *at(view, "samples").as_array()) {
    ++parts[text(sample, "part")];
    if (text(sample, "part") == "train") sum += number(sample, "inputs.0");
  }
  EXPECT_EQ(parts["train"], 32);
  EXPECT_EQ(parts["validation"], 8);
  EXPECT_NEAR(sum, 0, 1e-12);  // standardised over the training part
  EXPECT_NEAR(number(view, "network.inputs.0.deviation"), 1, 1e-12);
  EXPECT_EQ(text(view, "network.inputs.1.name"), "bark=rough");
}

TEST_F(DataRoutes, TablesTellEverySetting) {
  const Value tables = got("/api/tables");
  for (const char* section : {"experiment", "data", "model", "train", "record", "early_stopping", "augment"})
    EXPECT_FALSE(at(tables, std::string("sections.") + section).as_array()->empty()) << section;
  for (const char* kind : {"layer", "activation", "initialiser", "loss", "optimiser", "schedule", "generator"})
    for (const Value& row : *at(tables, std::string("kinds.") + kind).as_array())
      EXPECT_FALSE(text(row, "summary").empty()) << text(row, "name");
  const auto option = [&](const std::string& section, const std::string& name) {
    for (const Value& row : *at(tables, "sections." + section).as_array())
      if (text(row, "name") == name) return row;
    return Value();
  };
  EXPECT_EQ(text(option("train", "epochs"), "range"), "in [0, 1e+09]");
  EXPECT_EQ(number(option("train", "epochs"), "default"), 10);
  EXPECT_EQ(text(option("data", "scale"), "choices"), "[\"none\",\"unit\",\"symmetric\",\"standard\"]");
}

}  // namespace
}  // namespace isinglass
