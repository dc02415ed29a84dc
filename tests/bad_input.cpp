#include "tests/bad_input.h"

#include <algorithm>

#include "tests/command.h"

namespace isinglass::bad_input {

using testing_command::Outcome;
using testing_command::Workplace;

Case with_table(std::string name, std::string table, std::string expected, std::string more_data) {
  return {std::move(name),
          {"train", "x.toml"},
          2,
          std::move(expected),
          {{"x.toml", Text{.data = Text{}.data + more_data}}, {"table.csv", std::move(table)}}};
}
Case with_experiment(std::string name, const Text& text, std::string expected, int status) {
  return {std::move(name), {"train", "x.toml"}, status, std::move(expected), {{"x.toml", text}, {"table.csv", kTable}}};
}
Case with_words(std::string name, std::vector<std::string> words, std::string expected) {
  return {std::move(name), std::move(words), 2, std::move(expected), {{"x.toml", Text()}, {"table.csv", kTable}}};
}
Case with_data_files(std::string name, const std::string& train, std::string expected, std::vector<File> files) {
  Case c{std::move(name), {"train", "x.toml"}, 2, std::move(expected), std::move(files)};
  c.files.push_back({"x.toml", Text{.data = "train = " + train + "\n"}});
  return c;
}
Case with_model(std::string name, std::string (*model)(const std::string&), std::string expected) {
  return {std::move(name),
          {"evaluate", "model.safetensors", "--data", "table.csv"},
          2,
          std::move(expected),
          {{"table.csv", kTable}},
          model};
}
std::string same(const std::string& good) {
  return good;
}
Case with_samples(std::string name, std::string samples, std::string expected) {
  return {std::move(name),
          {"predict", "model.safetensors", "new.csv", "-o", "out.csv"},
          2,
          std::move(expected),
          {{"new.csv", std::move(samples)}},
          same};
}

namespace {

// The bytes of a model of a, colour and the class y, trained once.
const std::string& good_model() {
  static const std::string bytes = [] {
    const Workplace place;
    place.write("table.csv", "a,colour,y\n1,red,no\n2,blue,yes\n3,red,yes\n4,blue,no\n");
    place.write("x.toml", Text{.model = "layers = [{ kind = \"dense\", units = 2, activation = \"softmax\" }]\n"});
    const Outcome run = place.run({"train", "x.toml", "--quiet"});
    EXPECT_EQ(run.status, 0) << run.err;
    return place.read("runs/x/model.safetensors");
  }();
  return bytes;
}

}  // namespace

void BadInput::gives_one_clear_line_and_leaves_nothing() {
  const Case& c = GetParam();
  const Workplace place;
  for (const File& file : c.files) place.write(file.name, file.bytes);
  if (c.model != nullptr) place.write("model.safetensors", c.model(good_model()));
  const std::vector<std::string> before = place.list();
  const Outcome run = place.run(c.words);
  EXPECT_EQ(run.status, c.status) << run.err;
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err.find(c.expected), std::string::npos) << run.err << "expected: " << c.expected;

  // A run that began to compute has said how many samples there are, and keeps its settings and its record.
  std::vector<std::string> after = place.list();
  std::string message = run.err;
  if (c.status == 1) {
    std::erase_if(after, [](const std::string& n) {
      return n == "runs" || n == "runs/x" || n == "runs/x/experiment.toml" || n == "runs/x/run.db";
    });
    message = message.substr(message.find("isinglass: "));
  }
  EXPECT_TRUE(message.starts_with("isinglass: ")) << message;
  EXPECT_EQ(std::ranges::count(message, '\n'), 1) << message;
  EXPECT_TRUE(message.ends_with('\n'));
  EXPECT_EQ(after, before);
  for (const File& file : c.files) EXPECT_EQ(place.read(file.name), file.bytes) << file.name;
}

}  // namespace isinglass::bad_input
