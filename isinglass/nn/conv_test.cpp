#include "isinglass/nn/conv.h"

#include <gtest/gtest.h>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

std::vector<double> numbers_of(const View<double>& v) {
  return {v.data, v.data + v.size()};
}

// What a user reads for a layer of these settings, or for the shape that it is given.
std::string error_of(Value::Table settings, const Shape& in) {
  try {
    const Layer layer = Layer::read(Value(std::move(settings)));
    return "no error, but shape " + to_string(layer.output_shape({in}));
  } catch (const Error& e) {
    return e.what();
  }
}

// Two channels of three numbers, two kernels of two; all by hand.
TEST(Conv, SlidesByHand) {
  LayerRig<double> rig(Conv1d{.kernels = 2, .kernel_size = 2}, {{2, 3}}, 1);
  const double x[] = {1, 2, 3, 10, 20, 30}, bias[] = {0.5, -1};
  const double kernel[] = {1, 0,   // channel 0, tap 0, of both kernels
                           2, -1,  // channel 0, tap 1
                           0, 1,   // channel 1, tap 0
                           3, 0};  // channel 1, tap 1
  const double dy[] = {1, 2, -1, 0};
  std::copy_n(x, 6, rig.x().data);
  std::copy_n(kernel, 8, rig.param(0).data);
  std::copy_n(bias, 2, rig.param(1).data);
  std::copy_n(dy, 4, rig.dy().data);
  rig.forward();
  EXPECT_EQ(numbers_of(rig.y()), (std::vector<double>{1 + 4 + 60 + 0.5, 2 + 6 + 90 + 0.5, -2 + 10 - 1, -3 + 20 - 1}));
  rig.backward();
  EXPECT_EQ(numbers_of(rig.dx()), (std::vector<double>{1, 2 + 2 + 1, 4, -1, 3, 6}));
  rig.gradient();
  EXPECT_EQ(numbers_of(rig.dparam(0)), (std::vector<double>{5, -1, 8, -2, 50, -10, 80, -20}));
  EXPECT_EQ(numbers_of(rig.dparam(1)), (std::vector<double>{3, -1}));
}

TEST(Conv, ASampleWithoutChannelAxisHasOneChannel) {
  const Layer layer = Conv2d{.kernels = 4, .kernel_size = Sizes(3, 5)};
  EXPECT_EQ(layer.output_shape({{28, 28}}), (Shape{4, 26, 24}));
  EXPECT_EQ(layer.params({{28, 28}})[0].shape, (Shape{1, 3, 5, 4}));
  EXPECT_EQ(layer.arithmetic({{28, 28}}), "floor((28 + 2*0 - 3)/1) + 1 = 26, floor((28 + 2*0 - 5)/1) + 1 = 24");
}

// A stride beyond the image leaves one window, at its own place; it costs no memory.
TEST(Conv, AStrideMayBeLargerThanTheImage) {
  LayerRig<double> rig(Conv2d{.kernels = 1, .kernel_size = 2, .stride = 1 << 24, .use_bias = false}, {{3, 4}}, 1);
  for (Index i = 0; i < 12; ++i) rig.x()(0, i) = static_cast<double>(i);
  for (Index i = 0; i < 4; ++i) rig.param(0)(i, 0) = 1;
  rig.dy()(0, 0) = 1;
  rig.forward();
  rig.backward();
  EXPECT_EQ(numbers_of(rig.y()), (std::vector<double>{0 + 1 + 4 + 5}));
  EXPECT_EQ(numbers_of(rig.dx()), (std::vector<double>{1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0}));
  EXPECT_LT(rig.layer().scratch({{3, 4}}), 100);
  EXPECT_EQ(rig.layer().arithmetic({{4, 4}}), "floor((4 + 2*0 - 2)/16777216) + 1 = 1");
}

TEST(Conv, RefusesAKernelThatFitsNowhereWithTheFormula) {
  EXPECT_EQ(error_of({{"kind", "conv1d"}, {"kernels", 1}}, {2}),
            "conv1d: the length leaves no place for a window: floor((2 + 2*0 - 3)/1) + 1 = 0; take a smaller kernel or "
            "more padding");
  EXPECT_EQ(error_of({{"kind", "conv2d"},
                      {"kernels", 1},
                      {"kernel_size", Value::Array{3, 5}},
                      {"padding", "zero"},
                      {"pad", 1},
                      {"dilation", 2}},
                     {3, 6, 6}),
            "conv2d: the width leaves no place for a window: floor((6 + 2*1 - (2*(5 - 1) + 1))/1) + 1 = 0; take a "
            "smaller kernel or more padding");
}

TEST(Conv, RefusesSettingsThatMeanNothing) {
  EXPECT_EQ(error_of({{"kind", "conv2d"}, {"kernels", 1}, {"stride", 0}}, {5, 5}),
            "expected a number at least 1, got 0");
  EXPECT_NE(error_of({{"kind", "conv2d"}, {"kernels", 1}, {"stride", Value::Array{2, 0}}}, {5, 5}).find("at least 1"),
            std::string::npos);
  EXPECT_NE(error_of({{"kind", "conv2d"}, {"kernels", 1}, {"dilation", 0}}, {5, 5}).find("at least 1"),
            std::string::npos);
  EXPECT_NE(error_of({{"kind", "conv2d"}, {"kernels", 1}, {"pad", -1}}, {5, 5}).find("at least 0"), std::string::npos);
  EXPECT_NE(error_of({{"kind", "conv2d"}, {"kernels", 1}, {"kernel_size", Value::Array{1, 2, 3}}}, {5, 5})
                .find("two for height and width"),
            std::string::npos);
  EXPECT_EQ(error_of({{"kind", "conv1d"}, {"kernels", 1}, {"stride", Value::Array{1, 2}}}, {5}),
            "conv1d: stride has two numbers, but a sequence has one axis");
}

TEST(Conv, RefusesChannelsThatDoNotFormGroups) {
  EXPECT_EQ(error_of({{"kind", "conv2d"}, {"kernels", 4}, {"groups", 2}}, {3, 8, 8}),
            "conv2d: 2 groups do not divide 3 input channels and 4 kernels");
  EXPECT_EQ(error_of({{"kind", "conv1d"}, {"kernels", 3}, {"groups", 2}}, {4, 8}),
            "conv1d: 2 groups do not divide 4 input channels and 3 kernels");
}

TEST(Conv, NamesTheCureForAFlatInput) {
  EXPECT_EQ(error_of({{"kind", "conv2d"}, {"kernels", 1}}, {784}),
            "conv2d: the input must be an image of shape (C, H, W) or (H, W), got (784); add { kind = \"reshape\" } "
            "before it");
}

}  // namespace
}  // namespace isinglass
