// Every example runs, and the real data sets reach the scores that the documents promise.
#include <gtest/gtest.h>

#include <filesystem>

#include "isinglass/data/catalogue.h"
#include "isinglass/data/load.h"
#include "isinglass/model/model_file.h"
#include "isinglass/train/run.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

std::vector<std::string> example_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("examples")))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

Experiment load_example(const std::string& name) {
  return load_experiment(source_path("examples/" + name + ".toml"));
}

bool is_at_hand(const Experiment& experiment) {
  if (experiment.data.source.empty()) return true;
  try {
    locate_dataset(experiment.data.source);
    return true;
  } catch (const InputError&) {
    return false;
  }
}
#define ISINGLASS_NEEDS_DATA(experiment) \
  if (!is_at_hand(experiment)) GTEST_SKIP() << experiment.data.source << " has not been fetched"

RunSettings settings_for(const std::string& name) {
  return {.directory = testing::TempDir() + "/examples/" + name, .data_directory = source_path("examples")};
}

class Example : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(, Example, testing::ValuesIn(example_names()), [](const auto& row) {
  std::string name = row.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// Shortened: two epochs, and of large data sets some hundred samples.
TEST_P(Example, TrainsAndWritesItsRun) {
  Experiment experiment = load_example(GetParam());
  ISINGLASS_NEEDS_DATA(experiment);
  experiment.train.epochs = 2;
  if (experiment.data.source.find("mnist") != std::string::npos) experiment.data.limit = 512;
  const RunSettings settings = settings_for(GetParam());
  const RunSummary summary = run_training(experiment, settings, {});
  EXPECT_EQ(summary.epochs, 2);
  EXPECT_TRUE(std::isfinite(summary.train.loss));
  for (const char* file : {"model.safetensors", "experiment.toml", "summary.json", "checkpoint.safetensors"})
    EXPECT_TRUE(std::filesystem::exists(settings.directory + "/" + file)) << file;
  // The resolved experiment says the same as the one it came from.
  EXPECT_EQ(load_experiment(settings.directory + "/experiment.toml").write(), experiment.write());
}

double mean_of(const FoldsSummary& summary, const std::string& metric) {
  for (const auto& [name, value] : summary.mean)
    if (name == metric) return value;
  return std::nan("");
}

FoldsSummary cross_validate(const Experiment& experiment, Index folds) {
  return run_folds(
      experiment, folds, settings_for("folds"), [](Index, const EpochReport&) {}, [](Index, const Evaluation&) {},
      [] { return false; });
}

TEST(SlowScores, IrisInTenFolds) {
  const Experiment experiment = load_example("iris");
  ISINGLASS_NEEDS_DATA(experiment);
  EXPECT_GE(mean_of(cross_validate(experiment, 10), "accuracy"), 0.95);
}

TEST(SlowScores, PenguinsInTenFolds) {
  const Experiment experiment = load_example("penguins");
  ISINGLASS_NEEDS_DATA(experiment);
  EXPECT_GE(mean_of(cross_validate(experiment, 10), "accuracy"), 0.98);
}

TEST(SlowScores, AutoMpgInFiveFolds) {
  const Experiment experiment = load_example("auto-mpg");
  ISINGLASS_NEEDS_DATA(experiment);
  EXPECT_LE(mean_of(cross_validate(experiment, 5), "rmse"), 2.9);
}

TEST(SlowScores, MnistWithinTenEpochs) {
  const Experiment experiment = load_example("mnist-mlp");
  ISINGLASS_NEEDS_DATA(experiment);
  ASSERT_LE(experiment.train.epochs, 10);
  const RunSummary summary = run_training(experiment, settings_for("mnist-scores"), {});
  EXPECT_EQ(summary.test->metrics.samples, 10000);
  EXPECT_GE(summary.test->metrics.accuracy, 0.98);
}

TEST(SlowScores, FashionMnistWithinTenEpochs) {
  const Experiment experiment = load_example("fashion-mlp");
  ISINGLASS_NEEDS_DATA(experiment);
  ASSERT_LE(experiment.train.epochs, 10);
  const RunSummary summary = run_training(experiment, settings_for("fashion-scores"), {});
  EXPECT_EQ(summary.test->metrics.samples, 10000);
  EXPECT_GE(summary.test->metrics.accuracy, 0.88);
}

TEST(SlowScores, LeNetWithinTenEpochs) {
  const Experiment experiment = load_example("mnist-lenet");
  ISINGLASS_NEEDS_DATA(experiment);
  ASSERT_LE(experiment.train.epochs, 10);
  const RunSummary summary = run_training(experiment, settings_for("lenet-scores"), {});
  EXPECT_EQ(summary.test->metrics.samples, 10000);
  EXPECT_GE(summary.test->metrics.accuracy, 0.989);
}

TEST(SlowScores, AutoencoderWithinTwentyEpochsAndItsAnomalies) {
  const Experiment experiment = load_example("mnist-autoencoder");
  ISINGLASS_NEEDS_DATA(experiment);
  ASSERT_LE(experiment.train.epochs, 20);
  const RunSettings settings = settings_for("autoencoder-scores");
  const RunSummary summary = run_training(experiment, settings, {});
  EXPECT_LE(summary.test->loss, 0.012);

  Experiment clothes = load_example("fashion-cnn");
  ISINGLASS_NEEDS_DATA(clothes);
  const auto test_part = [&](DataOptions options) {
    return *load_data(options, source_path("examples"), *counter_stream({})).test;
  };
  DataOptions anomalies = experiment.data;
  anomalies.source = clothes.data.source;
  const Model model = load_model(settings.directory + "/model.safetensors");
  Parameters<float> parameters = model.parameters<float>();
  ThreadPool pool(0);
  const Dataset digits = test_part(experiment.data);
  const Preprocessor preprocessor;
  Evaluator<float> evaluator(model.graph, parameters, pool, Loss::read("mean_squared"), preprocessor);
  EXPECT_GE(
      area_under_roc(evaluator.reconstruction_errors(test_part(anomalies)), evaluator.reconstruction_errors(digits)),
      0.97);
}

}  // namespace
}  // namespace isinglass
