#include "isinglass/nn/average_pool.h"

#include <gtest/gtest.h>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

const std::vector<double> kMap = {1, 3, 2, 1, 0,  //
                                  4, 6, 6, 8, 2,  //
                                  3, 1, 1, 0, 5,  //
                                  1, 2, 2, 4, 7,  //
                                  9, 0, 1, 1, 1};

struct Example {
  Index pool_size, stride;
  std::vector<double> y, dy, dx;  // in units of 1 / pool_size^2
};

TEST(AveragePool, WorkedByHand) {
  const std::vector<Example> examples = {
      {2, 2, {14, 17, 7, 7}, {2, 3, 4, 6}, {2, 2, 3, 3, 0,  //
                                            2, 2, 3, 3, 0,  //
                                            4, 4, 6, 6, 0,  //
                                            4, 4, 6, 6, 0,  //
                                            0, 0, 0, 0, 0}},
      {3, 1, {27, 28, 25, 26, 30, 35, 20, 12, 22}, {2, 3, 4, 4, 6, 8, 6, 9, 12}, {2,  5,  9,  7,  4,   //
                                                                                  6,  15, 27, 21, 12,  //
                                                                                  12, 30, 54, 42, 24,  //
                                                                                  10, 25, 45, 35, 20,  //
                                                                                  6,  15, 27, 21, 12}},
      {3, 2, {27, 25, 20, 22}, {2, 3, 4, 6}, {2, 2, 5,  3, 3,  //
                                              2, 2, 5,  3, 3,  //
                                              6, 6, 15, 9, 9,  //
                                              4, 4, 10, 6, 6,  //
                                              4, 4, 10, 6, 6}}};
  for (const Example& example : examples) {
    LayerRig<double> rig(AveragePool2d{.pool_size = example.pool_size, .stride = example.stride}, {{1, 5, 5}}, 1);
    std::copy(kMap.begin(), kMap.end(), rig.x().data);
    std::copy(example.dy.begin(), example.dy.end(), rig.dy().data);
    rig.forward();
    rig.backward();
    const double taps = static_cast<double>(example.pool_size * example.pool_size);
    ASSERT_EQ(rig.y().cols, static_cast<Index>(example.y.size()));
    for (Index j = 0; j < rig.y().cols; ++j)
      EXPECT_NEAR(rig.y()(0, j), example.y[static_cast<std::size_t>(j)] / taps, 1e-15);
    for (Index j = 0; j < 25; ++j) EXPECT_NEAR(rig.dx()(0, j), example.dx[static_cast<std::size_t>(j)] / taps, 2e-15);
  }
}

TEST(AveragePool, ZerosOfThePadCount) {
  LayerRig<double> rig(AveragePool1d{.pool_size = 2, .pad = 1}, {{4}}, 1);
  for (Index j = 0; j < 4; ++j) rig.x()(0, j) = 8;
  rig.forward();
  EXPECT_EQ(std::vector<double>(rig.y().data, rig.y().data + 3), (std::vector<double>{4, 8, 4}));
}

TEST(AveragePool, NamesTheShapeItExpects) {
  try {
    Layer(AveragePool2d{}).output_shape({{784}});
    FAIL();
  } catch (const ShapeError& e) {
    EXPECT_STREQ(e.what(),
                 "average_pool2d: the input must be an image of shape (C, H, W) or (H, W), got (784); add { kind = "
                 "\"reshape\" } before it");
  }
}

}  // namespace
}  // namespace isinglass
