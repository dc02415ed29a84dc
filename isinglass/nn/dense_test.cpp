#include "isinglass/nn/dense.h"

#include <gtest/gtest.h>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

TEST(Dense, MultipliesAndAddsByHand) {
  LayerRig<double> rig(Dense{.units = 3}, {{2}}, 1);
  const double x[] = {1, 2}, kernel[] = {1, 2, 3, 4, 5, 6}, bias[] = {10, 20, 30};
  std::copy_n(x, 2, rig.x().data);
  std::copy_n(kernel, 6, rig.param(0).data);
  std::copy_n(bias, 3, rig.param(1).data);
  rig.forward();
  EXPECT_EQ(std::vector<double>(rig.y().data, rig.y().data + 3), (std::vector<double>{19, 32, 45}));
}

TEST(Dense, NamesTheCureForAnImage) {
  try {
    LayerRig<float> rig(Dense{.units = 10}, {{28, 28}}, 1);
    FAIL();
  } catch (const ShapeError& e) {
    EXPECT_STREQ(e.what(), "dense: the input must be flat, (n_in), got (28, 28); add { kind = \"flatten\" } before it");
  }
}

}  // namespace
}  // namespace isinglass
