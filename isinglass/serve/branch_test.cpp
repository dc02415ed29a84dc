// What-if edits and branches: nothing of them stays in the run that they were asked of.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "isinglass/io/file.h"
#include "isinglass/model/quantity_name.h"
#include "isinglass/record/run_reader.h"
#include "isinglass/serve/serve_rig.h"
#include "isinglass/serve/studio.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;
using testing_serve::eventually;
using testing_serve::Reply;

class BranchTest : public testing::Test {
 protected:
  BranchTest()
      : directory_(testing::TempDir() + "/branch-" + testing::UnitTest::GetInstance()->current_test_info()->name() +
                   "-" + std::to_string(::getpid())),
        studio_({.directory = directory_}) {
    studio_.start();
    const std::string address = studio_.address();
    port_ = std::stoi(address.substr(address.rfind(':') + 1));
  }
  ~BranchTest() override { fs::remove_all(directory_); }

  std::string get(const std::string& path) const {
    const Reply reply = testing_serve::get(port_, path);
    EXPECT_EQ(reply.status, 200) << path << ": " << reply.body;
    return reply.body;
  }
  Reply post(const std::string& path, const std::string& body) const {
    return testing_serve::post(port_, path, studio_.token(), body);
  }
  Value posted(const std::string& path, const std::string& body) const {
    const Reply reply = post(path, body);
    EXPECT_EQ(reply.status, 200) << path << body << reply.body;
    return reply.json();
  }
  std::string refusal(const std::string& path, const std::string& body) const {
    const Reply reply = post(path, body);
    EXPECT_EQ(reply.status, 400) << reply.body;
    return *reply.json().find("error")->as_string();
  }
  bool is(const std::string& id, const std::string& status) const {
    const Value document = parse_json(get("/api/state"), "state");
    for (const Value& run : *document.find("runs")->as_array())
      if (*run.find("id")->as_string() == id) return *run.find("status")->as_string() == status;
    return false;
  }
  std::string train(const std::string& toml) {
    Value body = Value::Table{};
    body.set("toml", toml);
    body.set("name", "parent");
    const std::string id = *posted("/api/runs", write_json(body)).find("id")->as_string();
    finish(id);
    return id;
  }
  void finish(const std::string& id) {
    posted("/api/runs/" + id + "/command", "{\"do\":\"play\"}");
    ASSERT_TRUE(eventually([&] { return is(id, "done"); }));
  }
  std::string moment(const std::string& id, Index step) const {
    return get("/api/runs/" + id + "/moment?sample=1&step=" + std::to_string(step));
  }
  std::map<std::string, std::string> files_of(const std::string& id) const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(directory_ + "/" + id))
      files[entry.path().filename().string()] = read_file(entry.path().string());
    return files;
  }

  std::string directory_;
  Studio studio_;
  int port_ = 0;
};

// Batches of two of five samples, so that epochs end with a smaller one; momentum, drop-out and NumPy's stream.
std::string experiment(const std::string& train) {
  return R"(
seed = 4
rng = "numpy"
precision = "double"
data = { inputs = [[0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.2]], targets = [[0], [1], [1], [0], [1]] }
model.layers = [
  { kind = "dense", units = 4, activation = "tanh" },
  { kind = "dense", units = 1, activation = "sigmoid" },
]
[train]
loss = "binary_cross_entropy"
batch_size = 3
epochs = 12
)" + train;
}

const char* const kRules[] = {
    "optimiser = { kind = \"adam\", learning_rate = 0.05 }",
    "optimiser = { kind = \"sgd\", learning_rate = 0.5 }\nschedule = { kind = \"reduce_on_plateau\", patience = 1 }",
    "optimiser = { kind = \"momentum\", learning_rate = 0.3 }\nearly_stopping = { patience = 3, min_delta = 1e-4 }",
};

TEST_F(BranchTest, WithoutEditsItTrainsToTheSameBits) {
  for (const char* rule : kRules) {
    const std::string parent = train(experiment(rule));
    const auto before = files_of(parent);
    for (const Index step : {0, 1, 6, 7}) {
      const std::string id =
          *posted("/api/runs/" + parent + "/branch", "{\"step\":" + std::to_string(step) + "}").find("id")->as_string();
      finish(id);
      EXPECT_EQ(read_file(directory_ + "/" + id + "/model.safetensors"),
                read_file(directory_ + "/" + parent + "/model.safetensors"))
          << rule << ", step " << step;
      for (const Index k : {0, 1, 6, 8, 13}) EXPECT_EQ(moment(id, k), moment(parent, k)) << rule << ", step " << k;
    }
    EXPECT_EQ(files_of(parent), before) << "the parent was changed";
  }
}

TEST_F(BranchTest, EditsAndSettingsMakeAnotherFuture) {
  const std::string parent = train(experiment(kRules[0]));
  const Value begun = posted(
      "/api/runs/" + parent + "/branch",
      R"json({"step":5,"name":"other","edits":{"w(1,3)":0.25},"set":{"train.optimiser.learning_rate":0.01,"train.epochs":15}})json");
  EXPECT_EQ(*begun.find("id")->as_string(), "other");
  EXPECT_EQ(*begun.find("step")->as_integer(), 5);
  EXPECT_EQ(*begun.find("parent")->find("run")->as_string(), parent);
  EXPECT_EQ(*begun.find("parent")->find("step")->as_integer(), 5);
  finish("other");
  const Value now = parse_json(moment("other", 5), "moment");
  EXPECT_EQ(*now.find("numbers")->find("w(1,3)")->as_real(), 0.25);
  EXPECT_EQ(*now.find("learning_rate")->as_real(), 0.01);
  EXPECT_EQ(moment("other", 4), moment(parent, 4));
  EXPECT_NE(moment("other", 7), moment(parent, 7));
  EXPECT_EQ(parse_json(get("/api/runs/other/curves"), "curves").find("loss")->as_array()->size(), 31u);
  EXPECT_NE(parse_json(get("/api/runs/other/findings"), "findings").find("findings"), nullptr);

  // Opened again, by itself and with its parent behind it.
  RunReader reader(directory_ + "/other", 1);
  EXPECT_EQ(reader.number(parse_quantity("w(1,3)", reader.graph()), 3).value,
            *parse_json(moment("other", 6), "moment").find("numbers")->find("w(1,3)")->as_real());
  EXPECT_THROW(reader.number(parse_quantity("dL/dw(1,3)", reader.graph()), 0, 1), InputError);
  Studio second({.runs = {directory_ + "/other"}, .directory = directory_});
  second.start();
  const std::string address = second.address();
  const int port = std::stoi(address.substr(address.rfind(':') + 1));
  for (const Index k : {3, 5, 9})
    EXPECT_EQ(testing_serve::get(port, "/api/runs/other/moment?sample=1&step=" + std::to_string(k)).body,
              moment("other", k));
}

TEST_F(BranchTest, ABranchBranches) {
  const std::string parent = train(experiment(kRules[0]));
  posted("/api/runs/" + parent + "/branch", R"json({"step":5,"name":"a","edits":{"b(7)":1}})json");
  finish("a");
  posted("/api/runs/a/branch", R"json({"step":9,"name":"b"})json");
  finish("b");
  for (const Index k : {3, 5, 9, 20}) EXPECT_EQ(moment("b", k), moment("a", k)) << k;
  const Value early = posted("/api/runs/b/branch", R"json({"step":2,"name":"c"})json");
  EXPECT_EQ(*early.find("parent")->find("run")->as_string(), parent);
}

TEST_F(BranchTest, SaysWhatABranchCannotBe) {
  const std::string parent = train(experiment(kRules[0]));
  const std::string path = "/api/runs/" + parent + "/branch";
  EXPECT_NE(refusal(path, R"json({"step":99})json").find("steps 0 to 24"), std::string::npos);
  EXPECT_NE(refusal(path, R"json({"step":24})json").find("set more than 12"), std::string::npos);
  EXPECT_NE(refusal(path, R"json({"step":2,"set":{"seed":5}})json").find("'seed'"), std::string::npos);
  EXPECT_NE(refusal(path, R"json({"step":2,"set":{"train.batch_size":2}})json").find("batches of its parent"),
            std::string::npos);
  EXPECT_NE(refusal(path, R"json({"step":2,"set":{"train.epoch":2}})json").find("epochs"), std::string::npos);
  EXPECT_NE(refusal(path, R"json({"step":2,"edits":{"H3":2}})json").find("cannot be set"), std::string::npos);
  EXPECT_NE(refusal(path, R"json({"step":2,"edits":{"w(1,3)":"x"}})json").find("expected a number"), std::string::npos);
  for (const auto& entry : fs::directory_iterator(directory_)) EXPECT_EQ(entry.path().filename(), parent);
}

TEST_F(BranchTest, AnEditIsUndoneExactly) {
  const std::string id = train(experiment(kRules[0]));
  for (const Index step : {0, 5, 24}) {
    const std::string before = moment(id, step), next = step < 24 ? moment(id, step + 1) : "";
    const std::string body =
        "{\"sample\":1,\"step\":" + std::to_string(step) + ",\"edits\":{\"w(1,3)\":2.5,\"b(7)\":-1}}";
    const Value edited = posted("/api/runs/" + id + "/what-if", body);
    EXPECT_EQ(*edited.find("numbers")->find("w(1,3)")->as_real(), 2.5);
    EXPECT_NE(*edited.find("loss")->as_real(), *parse_json(before, "moment").find("loss")->as_real());
    EXPECT_EQ(write_json(*edited.find("effect")->find("loss")), write_json(*parse_json(before, "m").find("loss")));
    EXPECT_EQ(moment(id, step), before) << step;
    if (step < 24) {
      EXPECT_EQ(moment(id, step + 1), next) << step;
    }
  }
}

TEST_F(BranchTest, ASmallEditDoesWhatTheGradientSays) {
  const std::string id = train(experiment(kRules[0]));
  const Value now = parse_json(moment(id, 4), "moment");
  const double w = *now.find("numbers")->find("w(2,5)")->as_real();
  Value edits = Value::Table{}, body = Value::Table{};
  edits.set("w(2,5)", w + 1e-5);
  body.set("step", Index{4});
  body.set("sample", Index{1});
  body.set("edits", edits);
  const Value then = posted("/api/runs/" + id + "/what-if", write_json(body));
  const double loss = *now.find("loss")->as_real(), predicted = *then.find("effect")->find("predicted")->as_real();
  EXPECT_NEAR(predicted, *then.find("loss")->as_real(), 1e-9);
  EXPECT_NEAR(predicted - loss, 1e-5 * *now.find("numbers")->find("dL/dw(2,5)")->as_real(), 1e-15);
  body.set("show", "equations");
  body.set("quantity", "w(2,5)");
  const Value equations = posted("/api/runs/" + id + "/what-if", write_json(body));
  EXPECT_EQ(*equations.find("rows")->as_array()->front().find("value")->as_real(), w + 1e-5);
  EXPECT_NE(refusal("/api/runs/" + id + "/what-if", R"json({"edits":{"w(1,9)":1}})json").find("w(1,9)"),
            std::string::npos);
}

}  // namespace
}  // namespace isinglass
