#include "isinglass/nn/conv_transpose.h"

#include <gtest/gtest.h>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

std::string error_of(const Layer& layer, const Shape& in) {
  try {
    return "no error, but shape " + to_string(layer.output_shape({in}));
  } catch (const Error& e) {
    return e.what();
  }
}

// Each number of the input writes the kernel into the output, two places further than the number before.
TEST(ConvTranspose, WritesItsKernelByHand) {
  LayerRig<double> rig(ConvTranspose1d{.kernels = 1, .kernel_size = 3, .stride = 2}, {{3}}, 1);
  const double x[] = {1, 10, 100}, kernel[] = {1, 2, 3}, dy[] = {1, 0, 0, 2, 0, 0, 3};
  std::copy_n(x, 3, rig.x().data);
  std::copy_n(kernel, 3, rig.param(0).data);
  std::copy_n(dy, 7, rig.dy().data);
  rig.param(1)(0, 0) = 0.5;
  rig.forward();
  EXPECT_EQ(std::vector<double>(rig.y().data, rig.y().data + 7),
            (std::vector<double>{1.5, 2.5, 13.5, 20.5, 130.5, 200.5, 300.5}));
  rig.backward();
  EXPECT_EQ(std::vector<double>(rig.dx().data, rig.dx().data + 3), (std::vector<double>{1, 4, 9}));
  rig.gradient();
  EXPECT_EQ(std::vector<double>(rig.dparam(0).data, rig.dparam(0).data + 3), (std::vector<double>{1, 20, 300}));
  EXPECT_EQ(rig.dparam(1)(0, 0), 6);
}

TEST(ConvTranspose, UndoesTheShapeOfAConvolution) {
  const Layer down = Conv2d{.kernels = 8, .kernel_size = 3, .stride = 2, .padding = {"same"}};
  const Layer up = ConvTranspose2d{.kernels = 3, .kernel_size = 3, .stride = 2, .padding = {"same"}};
  EXPECT_EQ(up.output_shape({down.output_shape({{3, 28, 14}})}), (Shape{3, 28, 14}));
  // Which of two sizes it was, the stride does not tell.
  const Layer odd =
      ConvTranspose2d{.kernels = 3, .kernel_size = 3, .stride = 2, .padding = {"same"}, .output_size = Sizes(27, 13)};
  EXPECT_EQ(odd.output_shape({{8, 14, 7}}), (Shape{3, 27, 13}));
  EXPECT_EQ(down.params({{3, 28, 14}})[0].shape, up.params({{8, 14, 7}})[0].shape);
}

TEST(ConvTranspose, RefusesAnOutputThatDoesNotBelongToTheInput) {
  EXPECT_EQ(error_of(ConvTranspose1d{.kernels = 1, .kernel_size = 3, .stride = 2, .output_size = 9}, {3}),
            "conv_transpose1d: an output of (1, 9) does not belong to this input: the convolution that it transposes "
            "has floor((9 + 2*0 - 3)/2) + 1 = 4 windows; change output_size");
  EXPECT_EQ(error_of(ConvTranspose1d{.kernels = 1, .kernel_size = 3, .padding = {"zero"}, .pad = 2}, {2}),
            "conv_transpose1d: padding leaves nothing of the output (1, 0)");
}

TEST(ConvTranspose, RefusesPaddingsThatAreNoCut) {
  EXPECT_EQ(error_of(ConvTranspose2d{.kernels = 1, .padding = {"reflect"}}, {4, 4}),
            "conv_transpose2d: padding must be none, same or zero, got reflect");
}

TEST(ConvTranspose, RefusesChannelsThatDoNotFormGroups) {
  EXPECT_EQ(error_of(ConvTranspose2d{.kernels = 3, .groups = 2}, {4, 5, 5}),
            "conv_transpose2d: 2 groups do not divide 4 input channels and 3 kernels");
}

TEST(ConvTranspose, NamesTheCureForAFlatInput) {
  EXPECT_EQ(error_of(ConvTranspose2d{.kernels = 1}, {16}),
            "conv_transpose2d: the input must be an image of shape (C, H, W) or (H, W), got (16); add { kind = "
            "\"reshape\" } before it");
}

}  // namespace
}  // namespace isinglass
