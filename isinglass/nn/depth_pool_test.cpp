#include "isinglass/nn/depth_pool.h"

#include <gtest/gtest.h>

#include <limits>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

struct Rig : LayerRig<double> {
  explicit Rig(const std::string& reduce) : LayerRig<double>(DepthPool{.reduce = reduce}, {{3, 2, 2}}, 1) {
    const double numbers[] = {1, 2, 3, 4, 5, -6, 7, 8, -3, 0, 9, 1};
    std::copy_n(numbers, 12, x().data);
    for (Index p = 0; p < 4; ++p) dy()(0, p) = static_cast<double>(3 * (p + 1));
    forward();
    backward();
  }
  std::vector<double> output() const { return {y().data, y().data + y().size()}; }
  std::vector<double> input_gradient() const { return {dx().data, dx().data + dx().size()}; }
};

TEST(DepthPool, MeanWorkedByHand) {
  const Rig rig("mean");
  EXPECT_EQ(rig.output(), (std::vector<double>{1, -4.0 / 3, 19.0 / 3, 13.0 / 3}));
  EXPECT_EQ(rig.input_gradient(), (std::vector<double>{1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4}));
}

TEST(DepthPool, MaximumWorkedByHand) {
  const Rig rig("max");
  EXPECT_EQ(rig.output(), (std::vector<double>{5, 2, 9, 8}));
  EXPECT_EQ(rig.input_gradient(), (std::vector<double>{0, 6, 0, 0, 3, 0, 0, 12, 0, 0, 9, 0}));
}

TEST(DepthPool, TheFirstOfEqualChannelsWinsAndNotANumberAlways) {
  LayerRig<double> rig(DepthPool{.reduce = "max"}, {{3, 2}}, 1);
  const double x[] = {4, 1, 4, std::numeric_limits<double>::quiet_NaN(), 3, 2};
  std::copy_n(x, 6, rig.x().data);
  rig.dy()(0, 0) = rig.dy()(0, 1) = 1;
  rig.forward();
  rig.backward();
  EXPECT_TRUE(std::isnan(rig.y()(0, 1)));
  EXPECT_EQ(std::vector<double>(rig.dx().data, rig.dx().data + 6), (std::vector<double>{1, 0, 0, 1, 0, 0}));
}

TEST(DepthPool, NamesTheShapeItExpects) {
  try {
    Layer(DepthPool{}).output_shape({{5}});
    FAIL();
  } catch (const ShapeError& e) {
    EXPECT_STREQ(e.what(),
                 "depth_pool: the input must have channels and places, (C, L) or (C, H, W), got (5); add { kind = "
                 "\"reshape\" } before it");
  }
}

}  // namespace
}  // namespace isinglass
