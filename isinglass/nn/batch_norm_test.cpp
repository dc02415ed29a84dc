#include "isinglass/nn/batch_norm.h"

#include <gtest/gtest.h>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

// One feature of two samples, 1 and 5: mean 3, variance 4; with epsilon 5 the deviation is 3.
struct TwoSamples : LayerRig<double> {
  TwoSamples() : LayerRig(BatchNorm{.momentum = 0.25, .epsilon = 5}, {{1}}, 2) {
    x()(0, 0) = 1, x()(1, 0) = 5;
    param(0)(0, 0) = 6, param(1)(0, 0) = 10;
    dy()(0, 0) = 1, dy()(1, 0) = 0;
  }
};

TEST(BatchNorm, NormalisesByHand) {
  TwoSamples rig;
  rig.forward();
  EXPECT_DOUBLE_EQ(rig.y()(0, 0), 6);
  EXPECT_DOUBLE_EQ(rig.y()(1, 0), 14);
  rig.backward();
  rig.gradient();
  // gamma / 3 (dy - 1/2 - xhat (-2/3) / 2), with xhat = -2/3 and 2/3
  EXPECT_NEAR(rig.dx()(0, 0), 2 * (0.5 - 2.0 / 9), 1e-15);
  EXPECT_NEAR(rig.dx()(1, 0), 2 * (-0.5 + 2.0 / 9), 1e-15);
  EXPECT_DOUBLE_EQ(rig.dparam(0)(0, 0), -2.0 / 3);
  EXPECT_DOUBLE_EQ(rig.dparam(1)(0, 0), 1);
}

// A forward pass in training mode alone, as a check of gradients does it, leaves them as they are.
TEST(BatchNorm, RunningStatisticsChangeInTrainingStepsOnly) {
  TwoSamples rig;
  const auto states = [&] { return std::pair(rig.param(2)(0, 0), rig.param(3)(0, 0)); };
  EXPECT_EQ(states(), std::pair(0.0, 1.0));
  rig.forward();
  EXPECT_EQ(states(), std::pair(0.0, 1.0));
  rig.changes_state = true;
  rig.forward();
  EXPECT_EQ(states(), std::pair(0.25 * 3, 0.75 + 0.25 * 8));  // 8: the variance for M - 1
  rig.backward();
  rig.gradient();
  EXPECT_EQ(states(), std::pair(0.75, 2.75));
  rig.mode = Mode::kInference;
  rig.forward();
  EXPECT_EQ(states(), std::pair(0.75, 2.75));
}

TEST(BatchNorm, InferenceTakesTheRunningStatistics) {
  TwoSamples rig;
  rig.mode = Mode::kInference;
  rig.param(2)(0, 0) = 3, rig.param(3)(0, 0) = 11;  // deviation 4
  rig.forward();
  EXPECT_DOUBLE_EQ(rig.y()(0, 0), 6.0 / 4 * (1 - 3) + 10);
  rig.backward();
  EXPECT_DOUBLE_EQ(rig.dx()(0, 0), 6.0 / 4);
  EXPECT_EQ(rig.dx()(1, 0), 0);
}

TEST(BatchNorm, AChannelOfAnImageIsNormalisedAsOne) {
  LayerRig<double> rig(BatchNorm{}, {{2, 1, 2}}, 1);
  const double x[] = {1, 3, 70, 70};
  std::copy_n(x, 4, rig.x().data);
  for (Index c = 0; c < 2; ++c) rig.param(0)(0, c) = 1, rig.param(1)(0, c) = 0;
  rig.forward();
  const double one = 1 / std::sqrt(1 + 1e-5);
  EXPECT_EQ(std::vector<double>(rig.y().data, rig.y().data + 4), (std::vector<double>{-one, one, 0, 0}));
}

TEST(BatchNorm, RefusesASingleNumber) {
  EXPECT_THROW(Layer(BatchNorm{}).output_shape({Shape{}}), ShapeError);
}

}  // namespace
}  // namespace isinglass
