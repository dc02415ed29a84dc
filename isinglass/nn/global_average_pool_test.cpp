#include "isinglass/nn/global_average_pool.h"

#include <gtest/gtest.h>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

TEST(GlobalAveragePool, WorkedByHand) {
  LayerRig<double> rig(GlobalAveragePool{}, {{2, 2, 2}}, 1);
  const double x[] = {1, 2, 3, 4, 5, -6, 7, 8}, dy[] = {1, -2};
  std::copy_n(x, 8, rig.x().data);
  std::copy_n(dy, 2, rig.dy().data);
  rig.forward();
  rig.backward();
  EXPECT_EQ(std::vector<double>(rig.y().data, rig.y().data + 2), (std::vector<double>{2.5, 3.5}));
  EXPECT_EQ(std::vector<double>(rig.dx().data, rig.dx().data + 8),
            (std::vector<double>{0.25, 0.25, 0.25, 0.25, -0.5, -0.5, -0.5, -0.5}));
}

TEST(GlobalAveragePool, NamesTheShapeItExpects) {
  try {
    Layer(GlobalAveragePool{}).output_shape({{784}});
    FAIL();
  } catch (const ShapeError& e) {
    EXPECT_STREQ(e.what(),
                 "global_average_pool: the input must have channels and places, (C, L) or (C, H, W), got (784); add { "
                 "kind = \"reshape\" } before it");
  }
}

}  // namespace
}  // namespace isinglass
