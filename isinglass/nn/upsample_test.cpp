#include "isinglass/nn/upsample.h"

#include <gtest/gtest.h>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

std::vector<double> list(const View<double>& view) {
  return {view.data, view.data + view.size()};
}

TEST(Upsample, NearestRepeats) {
  LayerRig<double> rig(Upsample{}, {{1, 2, 2}}, 1);
  for (Index j = 0; j < 4; ++j) rig.x()(0, j) = static_cast<double>(j + 1);
  for (Index j = 0; j < 16; ++j) rig.dy()(0, j) = static_cast<double>(j);
  rig.forward();
  rig.backward();
  EXPECT_EQ(list(rig.y()), (std::vector<double>{1, 1, 2, 2,  //
                                                1, 1, 2, 2,  //
                                                3, 3, 4, 4,  //
                                                3, 3, 4, 4}));
  EXPECT_EQ(list(rig.dx()), (std::vector<double>{10, 18, 42, 50}));  // 0 + 1 + 4 + 5, ..
}

TEST(Upsample, LinearByHand) {
  LayerRig<double> rig(Upsample{.method = "bilinear"}, {{1, 3}}, 1);
  const double x[] = {4, 8, 0}, dy[] = {4, 4, 4, 8, 8, 8};
  std::copy_n(x, 3, rig.x().data);
  std::copy_n(dy, 6, rig.dy().data);
  rig.forward();
  rig.backward();
  EXPECT_EQ(list(rig.y()), (std::vector<double>{4, 5, 7, 6, 2, 0}));
  EXPECT_EQ(list(rig.dx()), (std::vector<double>{4 + 3 + 1, 1 + 3 + 6 + 2, 2 + 6 + 8}));
}

// torch.nn.functional.interpolate(x, scale_factor=(2, 3), mode="bilinear", align_corners=False) of PyTorch 1.13.
TEST(Upsample, BilinearAsPyTorch) {
  LayerRig<double> rig(Upsample{.factor = Sizes(2, 3), .method = "bilinear"}, {{1, 2, 2}}, 1);
  const double x[] = {0, 6, 12, 24};
  std::copy_n(x, 4, rig.x().data);
  rig.forward();
  const std::vector<double> expected = {0,  0,  2,    4,  6,    6,     //
                                        3,  3,  5.5,  8,  10.5, 10.5,  //
                                        9,  9,  12.5, 16, 19.5, 19.5,  //
                                        12, 12, 16,   20, 24,   24};
  ASSERT_EQ(rig.y().size(), 24);
  for (Index j = 0; j < 24; ++j) EXPECT_NEAR(rig.y()(0, j), expected[static_cast<std::size_t>(j)], 1e-14) << j;
}

TEST(Upsample, KnowsItsSizes) {
  EXPECT_EQ(Layer(Upsample{}).output_shape({{3, 5}}), (Shape{3, 10}));  // (C, L)
  EXPECT_EQ(Layer(Upsample{.factor = Sizes(2, 3)}).output_shape({{3, 5, 7}}), (Shape{3, 10, 21}));
  EXPECT_EQ(Layer(Upsample{.factor = Sizes(2, 3)}).arithmetic({{3, 5, 7}}), "5*2 = 10, 7*3 = 21");
  EXPECT_THROW(Layer(Upsample{.factor = Sizes(2, 3)}).output_shape({{3, 5}}), OptionError);
  EXPECT_THROW(Layer(Upsample{.factor = Sizes()}).output_shape({{3, 5}}), OptionError);
}

TEST(Upsample, NamesTheShapesItExpects) {
  try {
    Layer(Upsample{}).output_shape({{784}});
    FAIL();
  } catch (const ShapeError& e) {
    EXPECT_STREQ(e.what(),
                 "upsample: the input must be (C, L) or (C, H, W), got (784); add { kind = \"reshape\" } before it");
  }
}

}  // namespace
}  // namespace isinglass
