// The `isinglass` binary from end to end: what each command prints, writes and returns.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "isinglass/io/csv.h"
#include "isinglass/io/json.h"
#include "isinglass/io/npy.h"
#include "isinglass/io/safetensors.h"
#include "tests/command.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Process;
using testing_command::Workplace;

// Three clouds of points, easy to tell apart; 30 of 150 are set aside to test on.
constexpr const char* kBlobs = R"(
seed = 5
[data]
generator = { kind = "blobs", samples = 150, seed = 4 }
scale = "standard"
test_fraction = 0.2
validation_fraction = 0.2
[model]
layers = [{ kind = "dense", units = 8, activation = "tanh" }, { kind = "dense", units = 3, activation = "softmax" }]
[train]
optimiser = { kind = "adam", learning_rate = 0.05 }
epochs = 20
batch_size = 16
)";

// y = 3 a + 10 for "red", 3 a - 10 for "blue".
std::string line_table() {
  std::string table = "a,colour,y\n";
  for (int i = 0; i < 40; ++i)
    table +=
        std::to_string(i) + (i % 2 == 0 ? ",red," : ",blue,") + std::to_string(3 * i + (i % 2 == 0 ? 10 : -10)) + "\n";
  return table;
}
constexpr const char* kLine = R"(
precision = "double"
[data]
train = "table.csv"
target = "y"
scale = "standard"
target_scale = "standard"
[model]
layers = [{ kind = "dense", units = 1 }]
[train]
optimiser = { kind = "adam", learning_rate = 0.05 }
epochs = 300
batch_size = 0
)";

std::vector<Value> json_lines(const std::string& text) {
  std::vector<Value> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(parse_json(text.substr(begin, end - begin), "line"));
    begin = end + 1;
  }
  return lines;
}

// The value at a dotted path such as "metrics.test.accuracy"; null where there is none.
Value at(const Value& document, const std::string& path) {
  const Value* value = &document;
  for (std::size_t begin = 0; begin <= path.size() && value != nullptr;) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    value = value->find(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return value != nullptr ? *value : Value();
}
double number(const Value& document, const std::string& path) {
  const Value value = at(document, path);
  if (const Index* integer = value.as_integer()) return static_cast<double>(*integer);
  return value.as_real() != nullptr ? *value.as_real() : std::numeric_limits<double>::quiet_NaN();
}
std::string text(const Value& document, const std::string& path) {
  const Value value = at(document, path);
  return value.as_string() != nullptr ? *value.as_string() : "(no text)";
}

#define EXPECT_HAS(whole, part) EXPECT_NE((whole).find(part), std::string::npos) << (whole)

std::size_t lines_in(const std::string& message) {
  return static_cast<std::size_t>(std::ranges::count(message, '\n'));
}

TEST(Command, TellsItsVersionAndHelp) {
  const Workplace place;
  const Outcome version = place.run({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_TRUE(version.out.starts_with("isinglass ")) << version.out;
  const Outcome help = place.run({"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_EQ(place.run({}).out, help.out);
  for (const char* name : {"train", "evaluate", "predict", "describe", "check", "datasets"}) {
    EXPECT_HAS(help.out, std::string("\n  ") + name + " ");
    const Outcome own = place.run({name, "--help"});
    EXPECT_EQ(own.status, 0) << name;
    EXPECT_HAS(own.out, std::string("Example:\n  isinglass ") + name + " ");
    EXPECT_EQ(own.err, "") << name;
  }
  EXPECT_TRUE(place.list().empty());
}

TEST(Command, TrainsAndReports) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  const Outcome run = place.run({"train", "blobs.toml"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_HAS(run.out, "done after 20 epochs");
  EXPECT_HAS(run.out, "accuracy");
  EXPECT_HAS(run.out, "isinglass describe runs/blobs\n");
  EXPECT_HAS(run.err, "epoch 20/20");
  EXPECT_LE(lines_in(run.err), 22U);
  for (const char* file : {"model.safetensors", "summary.json", "experiment.toml", "checkpoint.safetensors"})
    EXPECT_TRUE(place.has(std::string("runs/blobs/") + file)) << file;
  const Value summary = parse_json(place.read("runs/blobs/summary.json"), "summary");
  EXPECT_GE(number(summary, "metrics.test.accuracy"), 0.9);
}

TEST(Command, QuietSaysNothing) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  const Outcome run = place.run({"train", "blobs.toml", "--quiet"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(run.err, "");
}

TEST(Command, TrainTellsEventsAsJsonLines) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  const Outcome run = place.run({"train", "blobs.toml", "--json", "--set", "train.epochs=3", "--out", "here"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "");
  const std::vector<Value> events = json_lines(run.out);
  ASSERT_EQ(events.size(), 5U) << run.out;
  EXPECT_EQ(text(events[0], "event"), "start");
  EXPECT_EQ(number(events[0], "parameters"), 51);
  EXPECT_EQ(number(events[0], "samples.training"), 90);
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    const Value& event = events[epoch + 1];
    EXPECT_EQ(text(event, "event"), "epoch");
    EXPECT_EQ(number(event, "epoch"), static_cast<double>(epoch));
    EXPECT_GT(number(event, "loss"), 0);
    EXPECT_GT(number(event, "validation.accuracy"), 0);
  }
  const Value& done = events[4];
  EXPECT_EQ(text(done, "event"), "done");
  EXPECT_EQ(text(done, "run"), "here");
  EXPECT_EQ(number(done, "epochs"), 3);
  EXPECT_GT(number(done, "seconds"), 0);
  for (const char* part : {"train", "validation", "test"}) {
    EXPECT_GT(number(done, std::string("metrics.") + part + ".loss"), 0) << part;
    EXPECT_GT(number(done, std::string("metrics.") + part + ".accuracy"), 0) << part;
  }
}

TEST(Command, ADivergedRunEndsWithAnErrorEventAndStatusOne) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  const Outcome run = place.run({"train", "blobs.toml", "--json", "--set", "train.optimiser.learning_rate=1e38",
                                 "--set", "train.epochs=50", "--set", "train.loss=mean_squared", "--set",
                                 R"(model.layers=[{ kind = "dense", units = 8 }, { kind = "dense", units = 3 }])"});
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(lines_in(run.err), 1U) << run.err;
  const std::vector<Value> events = json_lines(run.out);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(text(events.back(), "event"), "error");
  const std::string message = text(events.back(), "message");
  EXPECT_HAS(message, "epoch ");
  EXPECT_HAS(message, "batch ");
  EXPECT_HAS(message, "layer");
  EXPECT_FALSE(place.has("runs/blobs/model.safetensors"));
  EXPECT_FALSE(place.has("runs/blobs/summary.json"));
}

TEST(Command, AResumedRunEndsInTheSameBits) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  const std::vector<std::string> more{"--set", "train.epochs=20"};
  ASSERT_EQ(place.run({"train", "blobs.toml", "--quiet", "--out", "whole"}).status, 0);
  ASSERT_EQ(place.run({"train", "blobs.toml", "--quiet", "--out", "parts", "--set", "train.epochs=7"}).status, 0);
  ASSERT_EQ(place.run({"train", "blobs.toml", "--quiet", "--out", "parts", "--resume"}).status, 0);
  EXPECT_EQ(place.read("whole/model.safetensors"), place.read("parts/model.safetensors"));
  EXPECT_EQ(at(parse_json(place.read("whole/summary.json"), "whole"), "metrics"),
            at(parse_json(place.read("parts/summary.json"), "parts"), "metrics"));
}

TEST(Command, ThreadsDoNotChangeABit) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  for (const char* threads : {"1", "2", "5"})
    ASSERT_EQ(place.run({"train", "blobs.toml", "--quiet", "--out", threads, "--threads", threads}).status, 0);
  EXPECT_EQ(place.read("1/model.safetensors"), place.read("2/model.safetensors"));
  EXPECT_EQ(place.read("1/model.safetensors"), place.read("5/model.safetensors"));
}

// Starts a run that would take very long, and returns when it trains.
void wait_until_it_trains(const Process& process) {
  for (int i = 0; i < 2000 && process.standard_output().find("\"epoch\"") == std::string::npos; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

TEST(Command, CtrlCSavesACheckpointThatResumesToTheSameBits) {
  for (const auto& [signal, status] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    const Workplace place;
    place.write("blobs.toml", kBlobs);
    Process process(place, {"train", "blobs.toml", "--json", "--set", "train.epochs=100000000", "--out", "long"});
    wait_until_it_trains(process);
    process.send(signal);
    const Outcome run = process.wait();
    EXPECT_EQ(run.status, status);
    EXPECT_EQ(lines_in(run.err), 1U) << run.err;
    EXPECT_HAS(run.err, "isinglass train blobs.toml --set train.epochs=100000000 --out long --resume");
    const std::vector<Value> events = json_lines(run.out);
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(text(events.back(), "event"), "interrupted");

    // The checkpoint is whole, and a run that goes on from it ends as one that was never interrupted.
    const std::string epochs =
        "train.epochs=" + std::to_string(static_cast<Index>(number(events.back(), "epochs")) + 2);
    ASSERT_EQ(place.run({"train", "blobs.toml", "--quiet", "--set", epochs, "--out", "long", "--resume"}).status, 0);
    ASSERT_EQ(place.run({"train", "blobs.toml", "--quiet", "--set", epochs, "--out", "whole"}).status, 0);
    EXPECT_EQ(place.read("long/model.safetensors"), place.read("whole/model.safetensors"));
  }
}

TEST(Command, CrossValidatesOnEveryFold) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  const std::vector<std::string> words{"train", "blobs.toml",           "--folds", "5",
                                       "--set", "data.test_fraction=0", "--set",   "data.validation_fraction=0"};
  std::vector<std::string> json = words;
  json.push_back("--json");
  const Outcome run = place.run(json);
  EXPECT_EQ(run.status, 0) << run.err;
  const std::vector<Value> events = json_lines(run.out);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(std::ranges::count_if(events, [](const Value& e) { return text(e, "event") == "fold"; }), 5);
  EXPECT_EQ(text(events.back(), "event"), "done");
  EXPECT_GE(number(events.back(), "metrics.test.accuracy"), 0.9);
  EXPECT_GE(number(events.back(), "deviation.accuracy"), 0);
  const Outcome shown = place.run(words);
  EXPECT_EQ(shown.status, 0);
  EXPECT_HAS(shown.out, "accuracy");
  EXPECT_HAS(shown.err, "fold 5 of 5");
  EXPECT_EQ(place.list(),
            (std::vector<std::string>{"blobs.toml", "runs", "runs/blobs-folds", "runs/blobs-folds/summary.json"}));
}

class TrainedLine : public testing::Test {
 protected:
  void SetUp() override {
    place.write("table.csv", line_table());
    place.write("line.toml", kLine);
    const Outcome run = place.run({"train", "line.toml", "--quiet"});
    ASSERT_EQ(run.status, 0) << run.err;
  }
  Workplace place;
};

TEST_F(TrainedLine, IsEvaluatedInTheUnitsOfTheData) {
  const Outcome run = place.run({"evaluate", "runs/line", "--data", "table.csv", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.err, "");
  const Value document = parse_json(run.out, "evaluation");
  EXPECT_LT(number(document, "metrics.rmse"), 1);  // of values from -7 to 124
  EXPECT_GT(number(document, "metrics.r2"), 0.99);
  EXPECT_EQ(place.run({"evaluate", "runs/line/model.safetensors", "--data", "table.csv", "--json"}).status, 0);
  const Outcome shown = place.run({"evaluate", "runs/line", "--data", "table.csv"});
  EXPECT_HAS(shown.out, "RMSE");
}

TEST_F(TrainedLine, PredictsWithTheNameOfTheTarget) {
  place.write("new.csv", "colour,a\nred,20\nblue,20\n");
  ASSERT_EQ(place.run({"predict", "runs/line", "new.csv", "-o", "out.csv"}).status, 0);
  const Csv csv = parse_csv(place.read("out.csv"), "out.csv");
  EXPECT_EQ(csv.header, std::vector<std::string>{"y"});
  ASSERT_EQ(csv.rows.size(), 2U);
  EXPECT_NEAR(std::stod(csv.rows[0][0]), 70, 1);
  EXPECT_NEAR(std::stod(csv.rows[1][0]), 50, 1);

  ASSERT_EQ(place.run({"predict", "runs/line", "new.csv", "-o", "out.npy"}).status, 0);
  const Array array = parse_npy(place.read("out.npy"), "out.npy");
  EXPECT_EQ(array.shape, (Shape{2, 1}));
  EXPECT_EQ(array.at(0), std::stod(csv.rows[0][0]));  // the same bits

  ASSERT_EQ(place.run({"predict", "runs/line", "new.csv", "-o", "out.json"}).status, 0);
  const Value records = parse_json(place.read("out.json"), "out.json");
  EXPECT_EQ(number(records.as_array()->at(1), "y"), array.at(1));

  const Outcome stream = place.run({"predict", "runs/line", "new.csv", "-o", "-"});
  EXPECT_EQ(stream.out, place.read("out.csv"));
  const Outcome document = place.run({"predict", "runs/line", "new.csv", "--json"});
  EXPECT_EQ(at(parse_json(document.out, "out"), "predictions"), records);
  EXPECT_HAS(place.run({"predict", "runs/line", "new.csv"}).out, "sample");
}

TEST(Command, PredictsClassesByNameWithTheirProbabilities) {
  const Workplace place;
  std::string table = "x;kind\r\n";  // as a spreadsheet writes it
  for (int i = 0; i < 20; ++i) table += std::to_string(i) + (i < 10 ? ";low\r\n" : ";high\r\n");
  place.write("table.csv", "\xef\xbb\xbf" + table);
  place.write("kinds.toml", R"(
[data]
train = "table.csv"
target = "kind"
scale = "symmetric"
[model]
layers = [{ kind = "dense", units = 2, activation = "softmax" }]
[train]
optimiser = { kind = "adam", learning_rate = 0.3 }
epochs = 100
)");
  const Outcome training = place.run({"train", "kinds.toml", "--quiet"});
  ASSERT_EQ(training.status, 0) << training.err;
  place.write("new.csv", "x\n0\n19\n");
  const Outcome run = place.run({"predict", "runs/kinds", "new.csv", "-o", "-"});
  EXPECT_EQ(run.status, 0) << run.err;
  const Csv csv = parse_csv(run.out, "out");
  EXPECT_EQ(csv.header, (std::vector<std::string>{"kind", "P(high)", "P(low)"}));
  EXPECT_EQ(csv.rows[0][0], "low");
  EXPECT_EQ(csv.rows[1][0], "high");
  EXPECT_GT(std::stod(csv.rows[0][2]), 0.9);
  EXPECT_NEAR(std::stod(csv.rows[1][1]) + std::stod(csv.rows[1][2]), 1, 1e-6);
}

TEST(Command, ASampleWithoutItsInputsHasNoPredictionAndKeepsItsRow) {
  const Workplace place;
  place.write("table.csv", line_table());
  place.write("line.toml", kLine);
  ASSERT_EQ(place.run({"train", "line.toml", "--quiet", "--set", "data.missing=drop"}).status, 0);
  place.write("new.csv", "colour,a\nred,20\nblue,\nred,3\n");
  const Outcome run = place.run({"predict", "runs/line", "new.csv", "-o", "-"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(lines_in(run.out), 4U) << run.out;
  EXPECT_HAS(run.err, "1 of 3 samples");
}

TEST(Command, EvaluatesTheHeldOutPartOfItsExperiment) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  ASSERT_EQ(place.run({"train", "blobs.toml", "--quiet"}).status, 0);
  const Outcome run = place.run({"evaluate", "runs/blobs", "--data", "blobs.toml", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const Value summary = parse_json(place.read("runs/blobs/summary.json"), "summary");
  EXPECT_EQ(at(parse_json(run.out, "out"), "metrics"), at(summary, "metrics.test"));
}

TEST(Command, DescribesLayersAndCountsParameters) {
  const Workplace place;
  place.write("mnist.toml", R"(
[data]
source = "mnist"
[model]
input = [28, 28]
layers = [
  { kind = "flatten" },
  { kind = "dense", units = 256, activation = "relu" },
  { kind = "residual", layers = [{ kind = "dense", units = 256, activation = "tanh" }] },
  { kind = "dense", units = 10, activation = "softmax" },
]
[train]
)");
  const Outcome run = place.run({"describe", "mnist.toml", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_HAS(run.err, "isinglass datasets get mnist");  // the data are not there, and not needed
  const Value document = parse_json(run.out, "description");
  EXPECT_EQ(number(document, "parameters"), 784 * 256 + 256 + 256 * 256 + 256 + 256 * 10 + 10);
  const Value layers = at(document, "layers");
  ASSERT_NE(layers.as_array(), nullptr);
  const Value& dense = layers.as_array()->at(1);
  EXPECT_EQ(text(dense, "kind"), "dense");
  EXPECT_EQ(text(dense, "activation"), "relu");
  EXPECT_EQ(at(dense, "input_shape"), Value(Value::Array{784}));
  EXPECT_EQ(at(dense, "output_shape"), Value(Value::Array{256}));
  EXPECT_EQ(number(dense, "weights"), 784 * 256);
  EXPECT_EQ(number(dense, "biases"), 256);
  EXPECT_EQ(number(dense, "parameters"), 200960);
  const Outcome shown = place.run({"describe", "mnist.toml"});
  EXPECT_HAS(shown.out, "W (784, 256)  b (256)");
  EXPECT_HAS(shown.out, "200,960");
}

TEST(Command, DescribesATrainedModelAsItsExperiment) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  ASSERT_EQ(place.run({"train", "blobs.toml", "--quiet"}).status, 0);
  const Value of_file = parse_json(place.run({"describe", "blobs.toml", "--json"}).out, "experiment");
  const Value of_model = parse_json(place.run({"describe", "runs/blobs", "--json"}).out, "model");
  EXPECT_EQ(at(of_file, "layers"), at(of_model, "layers"));
  EXPECT_EQ(at(of_file, "loss"), at(of_model, "loss"));
  EXPECT_EQ(text(of_file, "loss.kind"), "categorical_cross_entropy");
}

TEST(Command, ChecksGradientsOnTheExperimentsOwnData) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  const Outcome run = place.run({"check", "blobs.toml", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  const Value document = parse_json(run.out, "check");
  EXPECT_EQ(at(document, "holds"), Value(true));
  EXPECT_LT(number(document, "largest_error"), 1e-8);
  ASSERT_EQ(at(document, "parameters").as_array()->size(), 4U);
  EXPECT_EQ(number(at(document, "parameters").as_array()->at(0), "checked"), 16);
  const Outcome shown = place.run({"check", "blobs.toml", "--most", "2"});
  EXPECT_EQ(shown.status, 0);
  EXPECT_HAS(shown.out, "all 8 checked gradients agree");
}

TEST(Command, ListsDataSetsWithoutFetchingAny) {
  const Workplace place;
  const Outcome run = place.run({"datasets", "--json"});
  EXPECT_EQ(run.status, 0);
  const Value rows = at(parse_json(run.out, "datasets"), "datasets");
  for (const Value& row : *rows.as_array()) EXPECT_EQ(text(row, "state"), "not fetched");
  EXPECT_EQ(text(rows.as_array()->at(0), "name"), "mnist");
  EXPECT_HAS(place.run({"datasets"}).out, "penguins");
  EXPECT_TRUE(place.list().empty());
}

}  // namespace
}  // namespace isinglass
