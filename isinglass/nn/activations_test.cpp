// What the activations do that their derivatives do not show; their numbers are in tests/golden_activations_test.cpp.
#include <gtest/gtest.h>

#include "isinglass/nn/binary_step.h"
#include "isinglass/nn/layer_rig.h"
#include "isinglass/nn/maxout.h"
#include "isinglass/nn/prelu.h"
#include "isinglass/nn/softmax.h"
#include "isinglass/nn/swish.h"

namespace isinglass {
namespace {

std::vector<double> list(const View<double>& view) {
  return {view.data, view.data + view.size()};
}

TEST(BinaryStep, SaysWhatToUseInTraining) {
  EXPECT_NE(Layer(BinaryStep{}).untrainable().find("train with sigmoid"), std::string_view::npos);
}

TEST(Softmax, DoesNotChangeWhenAllInputsAreShifted) {
  LayerRig<double> rig(Softmax{}, {{3}}, 2);
  for (Index j = 0; j < 3; ++j) rig.x()(0, j) = static_cast<double>(j), rig.x()(1, j) = static_cast<double>(j - 1024);
  rig.forward();
  for (Index j = 0; j < 3; ++j) EXPECT_EQ(rig.y()(0, j), rig.y()(1, j));
}

TEST(Softmax, GroupsAreTheRowsOfTheLastAxis) {
  LayerRig<double> rig(Softmax{}, {{2, 2}}, 1);
  for (Index j = 0; j < 4; ++j) rig.x()(0, j) = j < 2 ? 7 : -7;
  rig.forward();
  EXPECT_EQ(list(rig.y()), (std::vector<double>{0.5, 0.5, 0.5, 0.5}));
}

TEST(Prelu, EachChannelHasASlopeThatCollectsItsGradient) {
  LayerRig<double> rig(Prelu{.shared = false}, {{2, 2}}, 1);
  EXPECT_EQ(list(rig.param(0)), (std::vector<double>{0.25, 0.25}));
  rig.param(0)(0, 1) = 0.5;
  const double x[] = {-4, 4, -2, -6}, dy[] = {1, 10, 100, 1000};
  std::copy_n(x, 4, rig.x().data);
  std::copy_n(dy, 4, rig.dy().data);
  rig.forward();
  rig.backward();
  rig.gradient();
  EXPECT_EQ(list(rig.y()), (std::vector<double>{-1, 4, -1, -3}));
  EXPECT_EQ(list(rig.dx()), (std::vector<double>{0.25, 10, 50, 500}));
  EXPECT_EQ(list(rig.dparam(0)), (std::vector<double>{-4, -200 - 6000}));
}

TEST(Swish, HasAParameterOnlyWhenBetaIsLearned) {
  EXPECT_TRUE(Layer(Swish{.beta = 2}).params({{3}}).empty());
  EXPECT_EQ(Layer(Swish{.beta = 2, .learn_beta = true}).params({{3}}).at(0).initial, 2.0);
}

TEST(Maxout, TheFirstPieceWinsATie) {
  LayerRig<double> rig(Maxout{.units = 1, .pieces = 3}, {{1}}, 1);
  rig.x()(0, 0) = 2;
  rig.dy()(0, 0) = 1;
  const double kernel[] = {1, 3, 3}, bias[] = {1, 0, 0};  // z = 3, 6, 6
  std::copy_n(kernel, 3, rig.param(0).data);
  std::copy_n(bias, 3, rig.param(1).data);
  rig.forward();
  rig.backward();
  rig.gradient();
  EXPECT_EQ(rig.y()(0, 0), 6);
  EXPECT_EQ(rig.dx()(0, 0), 3);
  EXPECT_EQ(list(rig.dparam(0)), (std::vector<double>{0, 2, 0}));
  EXPECT_EQ(list(rig.dparam(1)), (std::vector<double>{0, 1, 0}));
}

}  // namespace
}  // namespace isinglass
