#include "isinglass/lab/descent.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace isinglass {
namespace {

TEST(Descent, ASmallAGoodALargeAndADecayingRate) {
  const Experiment experiment = demonstration_experiment();
  const LoadedData data = load_data(experiment.data, ".", *experiment.split_stream());
  double done = 0;
  const std::vector<LossCurve> curves =
      loss_curves(experiment, data, demonstration_rates(), [&](double part) { done = part; });
  ASSERT_EQ(curves.size(), 4u);
  EXPECT_EQ(done, 1);
  for (const LossCurve& curve : curves) EXPECT_EQ(curve.losses.size(), 60u);
  const auto end = [&](std::size_t k) { return curves[k].losses.back(); };
  EXPECT_GT(end(0), 2 * end(1));
  EXPECT_GT(end(2), 2 * end(1));
  EXPECT_TRUE(curves[3].decays);
  EXPECT_EQ(curves[3].rate, curves[2].rate);
  EXPECT_LT(end(3), end(2) / 2);
  EXPECT_EQ(curves[3].losses[0], curves[2].losses[0]) << "the first epoch has the full rate";
}

TEST(Descent, ARateThatDivergesEndsItsCurveAndNoOther) {
  Experiment experiment = demonstration_experiment();
  experiment.model.activation = Layer::read("relu");
  experiment.model.output_activation = Layer::read("linear");
  experiment.train.loss = Loss::read("half_squared");
  experiment.train.epochs = 5;
  const LoadedData data = load_data(experiment.data, ".", *experiment.split_stream());
  const std::vector<LossCurve> curves = loss_curves(experiment, data, {{"", 1e6}, {"", 0.01}});
  EXPECT_NE(curves[0].failure, "");
  EXPECT_LT(curves[0].losses.size(), 5u);
  EXPECT_EQ(curves[1].failure, "");
  EXPECT_EQ(curves[1].losses.size(), 5u);
}

TEST(Descent, TheWayDownIsStraightForBatchesAndShakyForSamples) {
  const Landscape land = descent_paths(0.1, 20, 1);
  ASSERT_EQ(land.paths.size(), 3u);
  const auto updates = [&](std::size_t k) { return land.paths[k].w.size() - 1; };
  EXPECT_EQ(updates(0), 20u);
  EXPECT_EQ(updates(1), 20u * 6);
  EXPECT_EQ(updates(2), 20u * 24);
  const auto rises = [&](std::size_t k) {
    const std::vector<double>& losses = land.paths[k].losses;
    std::size_t count = 0;
    for (std::size_t i = 1; i < losses.size(); ++i) count += losses[i] > losses[i - 1];
    return count;
  };
  EXPECT_EQ(rises(0), 0u);
  EXPECT_GT(rises(1), 0u);
  EXPECT_GT(rises(2), rises(1));
  // Nowhere is the loss below that of the fit of least squares.
  for (const double loss : land.losses) EXPECT_GE(loss, land.least);
  EXPECT_NEAR(land.best_w, 1.5, 0.5);
}

TEST(Descent, OnlyNoiseLeavesALocalMinimum) {
  const EscapeExperiment e = escape_experiment(20);
  EXPECT_NEAR(e.best, -2.94, 0.02);
  EXPECT_NEAR(e.local, 0.04, 0.02);
  EXPECT_NEAR(e.barrier, -0.37, 0.02);
  ASSERT_EQ(e.runs.size(), 9u);
  for (const Escape& run : e.runs) {
    EXPECT_EQ(run.weights.size(), 201u);
    if (run.batch_size == 4) {
      EXPECT_EQ(run.escaped, 0) << run.rate;
    }
    if (run.rate == 0.1) {
      EXPECT_EQ(run.escaped, 0) << run.batch_size;
    }
    if (run.batch_size == 1 && run.rate >= 0.3) {
      EXPECT_GE(run.escaped, 18) << run.rate;
    }
  }
}

}  // namespace
}  // namespace isinglass
