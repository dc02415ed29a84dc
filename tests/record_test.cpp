// Runs that are recorded: every number of the worked examples can be looked up; what was not recorded is computed anew
// to the same bits; a run that ends badly leaves a store that opens.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>

#include "isinglass/io/json.h"
#include "isinglass/io/toml.h"
#include "isinglass/record/run_reader.h"
#include "isinglass/record/run_recorder.h"
#include "tests/command.h"
#include "tests/golden_rig.h"
#include "tests/record_rig.h"

namespace isinglass {
namespace {

using testing_command::Process;
using testing_command::Workplace;
using testing_record::example;
using testing_record::fresh_directory;
using testing_record::record;
using testing_record::Recorded;

// The same run with and without a record: the numbers and, looked up in each, their bits.
constexpr const char* kMixed = R"(
seed = 3
[data]
generator = { kind = "blobs", samples = 90, seed = 4 }
validation_fraction = 0.2
[model]
layers = [{ kind = "dense", units = 6, activation = "relu" }, { kind = "batch_norm" }, { kind = "tanh" },
          { kind = "dropout", rate = 0.3 }, { kind = "dense", units = 3, activation = "softmax" }]
[train]
optimiser = { kind = "adam", learning_rate = 0.02 }
schedule = { kind = "reduce_on_plateau", patience = 1 }
clip_norm = 0.5
epochs = 12
batch_size = 16
)";

Experiment mixed(const std::string& record, const std::string& head = "") {
  return Experiment::read(parse_toml(head + kMixed + record, "mixed.toml"));
}

void expect_same_bits(double a, double b, const std::string& what) {
  EXPECT_EQ(std::memcmp(&a, &b, sizeof(double)), 0) << what << ": " << number_text(a) << " " << number_text(b);
}

// Every number of the network at several epochs and samples, looked up in both runs.
void expect_same_numbers(RunReader& a, RunReader& b, const std::vector<Index>& epochs) {
  int recorded = 0, anew = 0;
  for (const Index epoch : epochs)
    for (Address address : all_quantities(a.graph()))
      for (const bool is_derivative : {false, true})
        for (const Index sample : {Index{0}, a.data().train.size() - 1}) {
          const bool is_output = address.is_value() && address.which == a.graph().output_value();
          const bool is_state =
              address.kind == Address::kParameter && a.graph().parameters[address.which].spec.role == ParamSpec::kState;
          if (is_derivative && ((is_output && !a.loss().activation().empty()) || is_state)) continue;
          address.is_derivative = is_derivative;
          const std::optional<Index> of = address.is_value() ? std::optional(sample) : std::nullopt;
          const RunNumber x = a.number(address, epoch, of), y = b.number(address, epoch, of);
          expect_same_bits(x.value, y.value, name_of(address, a.graph()) + " at epoch " + std::to_string(epoch));
          recorded += x.recorded && !y.recorded;
          anew += !x.recorded;
        }
  EXPECT_GT(recorded, 100);
  EXPECT_GT(anew, 0);  // the inputs' derivatives
}

class RecordPrecision : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(, RecordPrecision, testing::Values("float", "double", "bf16", "split_float"),
                         [](const auto& row) { return row.param; });

TEST_P(RecordPrecision, WhatIsComputedAnewHasTheBitsOfWhatWasRecorded) {
  const std::string head = "precision = \"" + GetParam() + "\"\n";
  const std::string all = fresh_directory("all-" + GetParam()), none = fresh_directory("none-" + GetParam()),
                    some = fresh_directory("some-" + GetParam());
  const Recorded whole = record(mixed("[record]\nlevel = \"everything\"", head), all);
  record(mixed("[record]\nlevel = \"off\"", head), none);
  record(mixed("[record]\nlevel = \"summary\"\nwhen = \"every\"\nevery = 4", head), some);
  EXPECT_FALSE(std::filesystem::exists(none + "/run.db"));
  EXPECT_EQ(read_file(all + "/model.safetensors"), read_file(none + "/model.safetensors"));
  RunReader a(all, 1), b(none, 1), c(some, 1);
  expect_same_numbers(a, b, {0, 1, 7, 11});
  expect_same_numbers(a, c, {6, 3, 9, 8, 5});
}

TEST(Record, NumpysStreamIsGoneThroughAgain) {
  Experiment experiment = example("xor");
  experiment.train.epochs = 40;
  const std::string all = fresh_directory("xor-all"), none = fresh_directory("xor-none");
  record(experiment, all);
  experiment.record.level = "off";
  record(experiment, none);
  RunReader a(all, 1), b(none, 1);
  expect_same_numbers(a, b, {31, 2, 17});
}

TEST(Record, ScalarsAndMetrics) {
  const std::string directory = fresh_directory("scalars");
  const Recorded run = record(mixed(""), directory);
  RunReader reader(directory, 1);
  const auto look = [&](const char* name, Index epoch) {
    return reader.number(parse_quantity(name, reader.graph()), epoch).value;
  };
  EXPECT_EQ(reader.epochs(), 12);
  EXPECT_EQ(look("learning_rate", 0), 0.02);
  EXPECT_EQ(look("validation.loss", 12), run.summary.validation->loss);
  EXPECT_EQ(look("accuracy", 12), run.summary.validation->metrics.accuracy);
  EXPECT_GT(look("gradient_norm", 5), 0);
  EXPECT_THROW(look("loss", 13), InputError);
  EXPECT_THROW(look("train.accuracy", 3), InputError);
  const std::vector<LayerStatistic> layers = reader.store()->layer_statistics();
  ASSERT_EQ(layers.size(), 12u * 5);
  EXPECT_GT(layers[0].update_ratio, 0);
  EXPECT_TRUE(std::isnan(layers[3].weight_norm));  // dropout has no parameters
}

TEST(Record, ResumedRunHasTheRecordOfOneThatWasNotStopped) {
  const std::string whole = fresh_directory("whole"), parts = fresh_directory("parts");
  const Experiment experiment = mixed("[record]\nlevel = \"everything\"");
  record(experiment, whole);
  Index batches = 0;
  const Recorded first = record(experiment, parts, {.should_stop = [&] { return ++batches == 27; }});
  EXPECT_EQ(first.summary.outcome, Outcome::kInterrupted);
  record(experiment, parts, {}, true);
  RunStore a(whole + "/run.db"), b(parts + "/run.db");
  const std::vector<StepRow> steps = a.steps(), again = b.steps();
  ASSERT_EQ(steps.size(), again.size());
  for (std::size_t s = 0; s + 1 < steps.size(); ++s) {
    expect_same_bits(steps[s].loss, again[s].loss, "loss");
    ASSERT_EQ(steps[s].frame, again[s].frame) << s;
    if (steps[s].frame < 0) continue;
    for (std::size_t t = 0; t < a.tensors().size(); ++t) {
      const auto x = a.numbers(a.tensors()[t], steps[s].frame), y = b.numbers(b.tensors()[t], steps[s].frame);
      EXPECT_TRUE(std::ranges::equal(x.bytes, y.bytes)) << a.tensors()[t].name << " at step " << s;
    }
  }
}

TEST(Record, StaysWithinItsBudgetAndSaysSoOnce) {
  Experiment experiment = example("autoencoder-3-2-1-2-3");
  experiment.record.budget = 1;
  const Recorded run = record(experiment, fresh_directory("budget"));
  ASSERT_EQ(run.said.size(), 1u);
  EXPECT_NE(run.said[0].find("more rarely"), std::string::npos);
  EXPECT_LT(run.cost.bytes, 2.5e6);
  RunReader reader(testing::TempDir() + "record-budget", 1);
  const std::vector<StepRow> frames = reader.store()->frames_up_to(10000, 100000);
  EXPECT_GT(frames.size(), 100u);
  EXPECT_GT(frames[1].epoch, 9000);
}

TEST(Record, KeepsTheStepsAroundAJumpOfTheLoss) {
  Experiment experiment = mixed("[record]\nlevel = \"summary\"\nwhat = [\"gradients\"]\nanomalies = 3");
  experiment.train.optimiser =
      Optimiser::read(*parse_toml("o = { kind = \"sgd\", learning_rate = 0.01 }", "o").find("o"));
  experiment.train.clip_norm = 0;
  const std::string directory = fresh_directory("jump");
  // A learning rate that suddenly is far too high: the weights are blown up from outside.
  class Blow : public RunRecorder {
   public:
    using RunRecorder::RunRecorder;
    void begin(Trainer<float>& trainer, const Experiment& e, const RunSettings& s) override {
      trainer_ = &trainer;
      RunRecorder::begin(trainer, e, s);
    }
    Trainer<float>* trainer_ = nullptr;
  } recorder([](const std::string&) {});
  Index batches = 0;
  const auto blow = [&](const BatchReport&) {
    if (++batches == 33)
      for (float& w : recorder.trainer_->parameters().flat()) w *= 50;
  };
  run_training(experiment, {.directory = directory, .data_directory = ".", .threads = 1},
               {.on_batch = blow, .watcher = &recorder});
  RunStore store(directory + "/run.db");
  for (const Index step : {30, 31, 32, 33, 34, 35, 36}) {
    ASSERT_TRUE(store.step(step)) << step;
    EXPECT_GE(store.step(step)->frame, 0) << step;
  }
  EXPECT_LT(store.step(28)->frame, 0);
}

TEST(Record, ChosenSamplesAndTensorsAlone) {
  const std::string directory = fresh_directory("chosen");
  record(mixed("[record]\nwhat = [\"activations\"]\nsamples = [5, 2]"), directory);
  RunStore store(directory + "/run.db");
  EXPECT_EQ(store.find_tensor("parameter", "layer1.kernel"), nullptr);
  EXPECT_EQ(store.find_tensor("value", "layer5.in"), nullptr);
  const StoredTensor* index = store.find_tensor("sample", "index");
  ASSERT_NE(index, nullptr);
  int rows = 0;
  for (const StepRow& step : store.steps()) {
    const auto numbers = store.numbers(*index, step.frame);
    for (Index r = 0; r < numbers.rows; ++r, ++rows) EXPECT_TRUE(numbers.at(r, 0) == 5 || numbers.at(r, 0) == 2);
  }
  EXPECT_GT(rows, 0);
}

TEST(Record, RefusesAStoreOfAnotherModel) {
  const std::string directory = fresh_directory("model");
  record(mixed(""), directory);
  std::string file = read_file(directory + "/experiment.toml");
  const std::size_t units = file.find("units = 6");
  ASSERT_NE(units, std::string::npos);
  write_file(directory + "/experiment.toml", file.replace(units, 9, "units = 7"));
  try {
    RunReader reader(directory, 1);
    ADD_FAILURE();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("of another model"), std::string::npos) << error.what();
  }
}

TEST(Record, RefusesToComputeAnewFromOtherData) {
  const std::string directory = fresh_directory("data");
  record(mixed("[record]\nlevel = \"summary\""), directory);
  std::string file = read_file(directory + "/experiment.toml");
  const std::size_t seed = file.find("seed = 4");
  ASSERT_NE(seed, std::string::npos);
  write_file(directory + "/experiment.toml", file.replace(seed, 8, "seed = 5"));
  RunReader reader(directory, 1);
  EXPECT_THROW(reader.number(parse_quantity("layer1.out[0]", reader.graph()), 3), InputError);
}

TEST(Record, IsThereWhenTheDataAreGone) {
  const Workplace place;
  place.write("table.csv", "a,b,y\n1,2,0\n3,4,1\n5,1,0\n");
  place.write(
      "x.toml",
      "[data]\ntrain = \"table.csv\"\ntarget = \"y\"\n[model]\nlayers = [{ kind = \"dense\", units = 1 }]\n"
      "[train]\nbatch_size = 0\nsampling = \"in_order\"\noptimiser = { kind = \"sgd\", learning_rate = 0.001 }\n");
  ASSERT_EQ(place.run({"train", "x.toml", "--quiet"}).status, 0);
  std::filesystem::remove(place / "table.csv");
  const auto recorded =
      place.run({"show", "runs/x", "w(1,3)", "O3", "dL/dO3", "loss", "--epoch", "4", "--sample", "1"});
  EXPECT_EQ(recorded.status, 0) << recorded.err;
  const auto anew = place.run({"show", "runs/x", "dL/dI1", "--epoch", "4"});
  EXPECT_EQ(anew.status, 2);
  EXPECT_NE(anew.err.find("table.csv"), std::string::npos) << anew.err;
}

// Files of this process cannot grow beyond a size while this lives.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST(Record, TrainingGoesOnWhenTheRecordCannotBeWritten) {
  const Experiment experiment = example("autoencoder-3-2-1-2-3");
  Recorded run;
  {
    const SmallDisk disk(8'000'000);
    run = record(experiment, fresh_directory("disk"));
  }
  EXPECT_EQ(run.summary.epochs, 10000);
  ASSERT_EQ(run.said.size(), 1u);
  EXPECT_NE(run.said[0].find("recording has stopped, training goes on"), std::string::npos);
  EXPECT_EQ(run.said[0].find('\n'), std::string::npos);
  RunReader reader(testing::TempDir() + "record-disk", 1);  // what was written before stands
  EXPECT_GT(reader.store()->steps().size(), 10u);
  EXPECT_EQ(reader.epochs(), 10000);
}

TEST(Record, TrainingStopsWhenTheRecordCannotBeWrittenIfItIsToldSo) {
  Experiment experiment = example("autoencoder-3-2-1-2-3");
  experiment.record.on_error = "stop";
  const SmallDisk disk(8'000'000);
  EXPECT_THROW(record(experiment, fresh_directory("stop")), FileError);
}

// A run that is killed while it records.
TEST(RecordCommand, KilledRunLeavesAStoreThatOpensAndGoesOn) {
  const Workplace place;
  std::string file = read_file(source_path("examples/autoencoder-3-2-1-2-3.toml"));
  place.write("ae.toml", file + "checkpoint_seconds = 0.5\n");
  const std::vector<std::string> words{
      "train", "ae.toml", "--out", "run", "--quiet", "--set", "train.epochs=100000000", "--threads", "1"};
  Index steps = 0;
  {
    Process process(place, words);
    const auto written = [&]() -> Index {
      if (!place.has("run/checkpoint.safetensors") || !place.has("run/run.db")) return 0;
      const auto row = RunStore(place / "run/run.db").last_step();
      return row ? row->step : 0;
    };
    for (int i = 0; i < 600 && (steps = written()) < 1000; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    for (const auto& extra : std::vector<std::vector<std::string>>{{}, {"--resume"}}) {
      std::vector<std::string> second = words;
      second.insert(second.end(), extra.begin(), extra.end());
      const auto refused = place.run(second);
      EXPECT_EQ(refused.status, 2);
      EXPECT_NE(refused.err.find("another process trains this run"), std::string::npos) << refused.err;
    }
    process.send(SIGKILL);
    EXPECT_EQ(process.wait().status, 128 + SIGKILL);
  }
  EXPECT_GE(RunStore(place / "run/run.db").last_step()->step, steps);
  const auto shown = place.run({"show", "run", "w(1,4)", "L4", "loss", "--epoch", "500", "--sample", "2", "--json"});
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_NE(shown.out.find("\"epoch\":500"), std::string::npos);
  Process again(place, {"train", "ae.toml", "--out", "run", "--quiet", "--resume", "--set", "train.epochs=100000000",
                        "--threads", "1"});
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  again.send(SIGINT);
  EXPECT_EQ(again.wait().status, 128 + SIGINT);
  RunStore store(place / "run/run.db");
  EXPECT_EQ(store.find("outcome"), "interrupted");
  EXPECT_GT(store.last_step()->step, steps);
}

TEST(RecordCommand, ShowAsTextJsonAndCsv) {
  const Workplace place;
  place.write("ann.toml", read_file(source_path("examples/ann-3-2-1.toml")));
  const auto trained = place.run({"train", "ann.toml"});
  ASSERT_EQ(trained.status, 0) << trained.err;
  EXPECT_NE(trained.out.find("recording: "), std::string::npos);
  EXPECT_NE(trained.out.find(" % of the time, "), std::string::npos);

  const auto json = place.run({"show", "runs/ann", "w(4,6)", "dL/dI1", "--epoch", "9", "--json"});
  const Value document = parse_json(json.out, "json");
  const Value::Array& values = *document.find("values")->as_array();
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(*values[0].find("quantity"), Value("w(4,6)"));
  EXPECT_EQ(*values[0].find("epoch"), Value(9));
  EXPECT_TRUE(values[0].find("sample")->is_null());
  EXPECT_EQ(*values[0].find("recorded"), Value(true));
  EXPECT_NEAR(number(*values[0].find("value")), 0.22193966140875848, 1e-13);
  EXPECT_EQ(*values[1].find("sample"), Value(0));
  EXPECT_EQ(*values[1].find("recorded"), Value(false));

  const auto csv = place.run({"show", "runs/ann", "loss", "--all-epochs", "--csv"});
  EXPECT_EQ(csv.out.substr(0, csv.out.find('\n')), "quantity,epoch,sample,value,recorded");
  EXPECT_EQ(std::ranges::count(csv.out, '\n'), 1002);
  const auto text = place.run({"show", "runs/ann", "H4", "dL/dI2", "--epoch", "2"});
  EXPECT_NE(text.out.find("0.6076018872393368"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("* not recorded"), std::string::npos);

  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"show", "runs/ann", "H9"},
                                             {"show", "runs/ann", "H4", "--epoch", "1001"},
                                             {"show", "runs/ann", "H4", "--epoch", "first"},
                                             {"show", "runs/ann", "H4", "--sample", "1"},
                                             {"show", "runs/ann", "H4", "--part", "test"},
                                             {"show", "runs/other", "H4"}}) {
    const auto refused = place.run(words);
    EXPECT_EQ(refused.status, 2) << refused.out;
    EXPECT_EQ(std::ranges::count(refused.err, '\n'), 1) << refused.err;
  }
}

TEST(RecordCommand, NothingIsRecordedWhenItIsOff) {
  const Workplace place;
  place.write("ann.toml", "record = \"off\"\n" + read_file(source_path("examples/ann-3-2-1.toml")));
  const auto trained = place.run({"train", "ann.toml"});
  EXPECT_EQ(trained.out.find("recording"), std::string::npos);
  EXPECT_FALSE(place.has("runs/ann/run.db"));
  const auto shown = place.run({"show", "runs/ann", "w(4,6)", "--epoch", "9", "--csv"});
  EXPECT_NE(shown.out.find("0.221939661408758"), std::string::npos) << shown.out << shown.err;
}

}  // namespace
}  // namespace isinglass
