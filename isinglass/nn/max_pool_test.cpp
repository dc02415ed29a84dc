#include "isinglass/nn/max_pool.h"

#include <gtest/gtest.h>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

std::vector<double> list(const View<double>& view) {
  return {view.data, view.data + view.size()};
}
void set(const View<double>& view, const std::vector<double>& numbers) {
  ASSERT_EQ(view.size(), static_cast<Index>(numbers.size()));
  std::copy(numbers.begin(), numbers.end(), view.data);
}
std::vector<double> pooled(const Layer& layer, const Shape& shape, const std::vector<double>& x) {
  LayerRig<double> rig(layer, {shape}, 1);
  set(rig.x(), x);
  rig.forward();
  return list(rig.y());
}

// A map with ties: in the first row of windows 6 stands twice, 2 and 1 in the others.
const std::vector<double> kMap = {1, 3, 2, 1, 0,  //
                                  4, 6, 6, 8, 2,  //
                                  3, 1, 1, 0, 5,  //
                                  1, 2, 2, 4, 7,  //
                                  9, 0, 1, 1, 1};

struct Example {
  Index pool_size, stride;
  std::vector<double> y, dy, dx;
};

TEST(MaxPool, WorkedByHand) {
  const std::vector<Example> examples = {
      {2, 2, {6, 8, 3, 4}, {2, 3, 4, 6}, {0, 0, 0, 0, 0,  //
                                          0, 2, 0, 3, 0,  //
                                          4, 0, 0, 0, 0,  //
                                          0, 0, 0, 6, 0,  //
                                          0, 0, 0, 0, 0}},
      {2,
       1,
       {6, 6, 8, 8, 6, 6, 8, 8, 3, 2, 4, 7, 9, 2, 4, 7},
       {2, 3, 4, 5, 4, 6, 8, 10, 6, 9, 12, 15, 8, 12, 16, 20},
       {0, 0,  0, 0,  0,   //
        0, 15, 0, 27, 0,   //
        6, 0,  0, 0,  0,   //
        0, 21, 0, 28, 35,  //
        8, 0,  0, 0,  0}},
      {3, 1, {6, 8, 8, 6, 8, 8, 9, 4, 7}, {2, 3, 4, 4, 6, 8, 6, 9, 12}, {0, 0, 0, 0,  0,   //
                                                                         0, 6, 0, 21, 0,   //
                                                                         0, 0, 0, 0,  0,   //
                                                                         0, 0, 0, 9,  12,  //
                                                                         6, 0, 0, 0,  0}},
      {3, 2, {6, 8, 9, 7}, {2, 3, 4, 6}, {0, 0, 0, 0, 0,  //
                                          0, 2, 0, 3, 0,  //
                                          0, 0, 0, 0, 0,  //
                                          0, 0, 0, 0, 6,  //
                                          4, 0, 0, 0, 0}}};
  for (const Example& example : examples) {
    LayerRig<double> rig(MaxPool2d{.pool_size = example.pool_size, .stride = example.stride}, {{1, 5, 5}}, 1);
    set(rig.x(), kMap);
    set(rig.dy(), example.dy);
    rig.forward();
    rig.backward();
    EXPECT_EQ(list(rig.y()), example.y);
    EXPECT_EQ(list(rig.dx()), example.dx);
  }
}

TEST(MaxPool, PaddingNeverWins) {
  EXPECT_EQ(pooled(MaxPool1d{.pool_size = 2, .pad = 1}, {4}, {-1, -2, -3, -4}), (std::vector<double>{-1, -2, -4}));
}

TEST(MaxPool, ASmallShiftDoesNotChangeIt) {
  const std::vector<double> x = {5, 0, 0, 0, 7, 0, 0, 0, 6, 0}, shifted = {0, 5, 0, 0, 0, 7, 0, 0, 0, 6};
  const std::vector<double> y = {5, 0, 7, 0, 6};
  EXPECT_EQ(pooled(MaxPool1d{}, {10}, x), y);
  EXPECT_EQ(pooled(MaxPool1d{}, {10}, shifted), y);

  // A spot of an image, at each of the four places of its window.
  for (const std::size_t place : {0U, 1U, 4U, 5U}) {
    std::vector<double> image(16);
    image[place] = 3;
    EXPECT_EQ(pooled(MaxPool2d{}, {4, 4}, image), (std::vector<double>{3, 0, 0, 0}));
  }
}

std::string error_of(const Layer& layer, const Shape& shape) {
  try {
    layer.output_shape({shape});
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

TEST(MaxPool, WindowsThatMissAreRefusedWithTheFormula) {
  EXPECT_EQ(error_of(MaxPool2d{.pool_size = 3}, {1, 4, 2}),
            "max_pool2d: the width leaves no place for a window: floor((2 + 2*0 - 3)/3) + 1 = 0; take a smaller "
            "kernel or more padding");
  EXPECT_EQ(error_of(MaxPool1d{.pool_size = 2, .pad = 2}, {6}),
            "max_pool1d: a window of 2 with pad 2 can lie wholly outside of the input: floor((6 + 2*2 - 2)/2) + 1 = "
            "5; pad at most 1");
  EXPECT_EQ(error_of(MaxPool2d{.pool_size = Sizes()}, {4, 4}),
            "max_pool2d: pool_size is \"auto\", expected one integer, or two for height and width");
  EXPECT_THROW(Layer(MaxPool1d{.pool_size = Sizes(2, 2)}).output_shape({{6}}), OptionError);
}

TEST(MaxPool, IsMirroredByUpsamplingThatLeadsBack) {
  const Layer layer = MaxPool2d{.pool_size = Sizes(2, 3)};
  const Layer mirror = Layer::read(layer.mirror({5, 8, 9}, false));
  EXPECT_EQ(mirror.kind(), "upsample");
  EXPECT_EQ(mirror.output_shape({layer.output_shape({{5, 8, 9}})}), (Shape{5, 8, 9}));
  EXPECT_EQ(Layer::read(mirror.mirror({5, 4, 3}, false)).output_shape({{5, 8, 9}}), (Shape{5, 4, 3}));
  EXPECT_TRUE(layer.mirror({5, 8, 10}, false).is_null());
}

TEST(MaxPool, SaysHowItsSizeComesAbout) {
  const Layer layer = MaxPool2d{.pool_size = 2};
  EXPECT_EQ(layer.output_shape({{6, 13, 28}}), (Shape{6, 6, 14}));
  EXPECT_EQ(layer.arithmetic({{6, 13, 28}}), "floor((13 + 2*0 - 2)/2) + 1 = 6, floor((28 + 2*0 - 2)/2) + 1 = 14");
}

}  // namespace
}  // namespace isinglass
