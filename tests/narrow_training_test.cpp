// tests/narrow_training_test.cpp - runs in bf16 and in split floats keep the promises of runs in float.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "isinglass/io/file.h"
#include "isinglass/io/toml.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/model/model_file.h"
#include "isinglass/train/run.h"

namespace isinglass {
namespace {

constexpr const char* kBlobs = R"(
seed = 3
[data]
generator = { kind = "blobs", classes = 3, features = 40, deviation = 8, samples = 500, seed = 5 }
[model]
widths = [40, 130, 67, 3]
output_activation = "softmax"
[train]
optimiser = { kind = "momentum", learning_rate = 0.05 }
epochs = 4
batch_size = 100
[record]
level = "off"
)";

class NarrowTraining : public testing::TestWithParam<std::string> {
 protected:
  struct Ended {
    std::string model;  // bytes of the file
    double loss;
  };
  std::string directory(const std::string& name) const {
    return testing::TempDir() + "/isinglass-narrow-" + GetParam() + "-" + name;
  }
  static Experiment experiment(const std::string& precision) {
    Experiment e = Experiment::read(parse_toml(kBlobs, "blobs.toml"));
    e.precision = precision;
    return e;
  }
  Ended train(const std::string& name, const std::string& precision, Index threads) const {
    const RunSummary summary =
        run_training(experiment(precision), {.directory = directory(name), .threads = threads}, {});
    return {read_file(directory(name) + "/model.safetensors"), summary.train.loss};
  }
};
INSTANTIATE_TEST_SUITE_P(, NarrowTraining, testing::Values("bf16", "split_float"),
                         [](const auto& row) { return row.param; });

TEST_P(NarrowTraining, ThreadsAndUnitsDoNotChangeABit) {
  const Ended one = train("one", GetParam(), 1);
  EXPECT_EQ(train("two", GetParam(), 2).model, one.model);
  for (const kernels::Bf16Unit unit :
       {kernels::Bf16Unit::kMultiplyAdds, kernels::Bf16Unit::kDotProducts, kernels::Bf16Unit::kTiles}) {
    kernels::limit_bf16_unit(unit);
    EXPECT_EQ(train("plain", GetParam(), 1).model, one.model);
  }
}

TEST_P(NarrowTraining, LearnsAsWellAsInFloat) {
  const Ended narrow = train("narrow", GetParam(), 1), exact = train("exact", "float", 1);
  EXPECT_NE(narrow.model, exact.model);
  EXPECT_NEAR(narrow.loss, exact.loss, (GetParam() == "bf16" ? 0.05 : 1e-4) * exact.loss + 1e-6);
}

TEST_P(NarrowTraining, TheModelIsOneOfFloats) {
  train("model", GetParam(), 1);
  EXPECT_EQ(load_model(directory("model") + "/model.safetensors").precision, "float");
}

TEST_P(NarrowTraining, AnInterruptedRunGoesOnToTheSameBits) {
  const Ended whole = train("whole", GetParam(), 1);
  const RunSettings settings{.directory = directory("resumed"), .threads = 1};
  Index batches = 0;
  run_training(experiment(GetParam()), settings, {.should_stop = [&] { return ++batches == 7; }});
  RunSettings again = settings;
  again.resume = true;
  run_training(experiment(GetParam()), again, {});
  EXPECT_EQ(read_file(directory("resumed") + "/model.safetensors"), whole.model);
}

}  // namespace
}  // namespace isinglass
