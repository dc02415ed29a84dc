#include "isinglass/lab/window_walk.h"

#include <gtest/gtest.h>

#include <numeric>

#include "isinglass/base/error.h"
#include "isinglass/lab/kernel_gallery.h"

namespace isinglass {
namespace {

const Plane kImage(4, 4, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});

TEST(WindowWalk, ProductsAddUpToTheOutputForEveryPaddingStrideAndDilation) {
  const Plane kernel = read_kernel("sobel_x", 2, "kernel");
  for (const char* padding : {"none", "same", "zero", "constant", "nearest", "reflect"})
    for (const Index stride : {1, 2})
      for (const Index dilation : {1, 2}) {
        if (dilation == 2 && std::string(padding) == "none") continue;  // 5 into 4
        const WindowWalk walk(kImage, {.kernel = kernel,
                                       .is_true = stride == 2,
                                       .stride = stride,
                                       .dilation = dilation,
                                       .padding = {padding},
                                       .padding_value = 2.5});
        for (Index r = 0; r < walk.output().rows; ++r)
          for (Index s = 0; s < walk.output().cols; ++s) {
            double sum = 0;
            for (const WindowWalk::Tap& tap : walk.taps(r, s)) sum += tap.product;
            EXPECT_NEAR(sum, walk.output()(r, s), 1e-12) << padding << stride << dilation << " " << r << "," << s;
          }
      }
}

TEST(WindowWalk, ConvolvesByHand) {
  const WindowWalk walk(Plane({1, 2, 4, 8, 16}), {.kernel = Plane({-1, 1}), .stride = 2});
  EXPECT_EQ(walk.output().values, (std::vector<double>{1, 4}));
  EXPECT_EQ(walk.arithmetic(), "floor((5 + 2*0 - 2)/2) + 1 = 2");
  EXPECT_EQ(walk.taps(0, 1)[1].col, 3);
  const WindowWalk flipped(Plane({1, 2, 4}), {.kernel = Plane({-1, 1}), .is_true = true});
  EXPECT_EQ(flipped.output().values, (std::vector<double>{-1, -2}));
}

TEST(WindowWalk, PoolsByHand) {
  const WindowWalk largest(kImage, {.kind = WalkSettings::kMaxPool, .stride = 2});
  EXPECT_EQ(largest.output().values, (std::vector<double>{6, 8, 14, 16}));
  EXPECT_EQ(largest.taps(1, 0)[3].weight, 1);
  EXPECT_EQ(largest.taps(1, 0)[0].product, 0);
  const WindowWalk mean(kImage, {.kind = WalkSettings::kAveragePool, .stride = 2});
  EXPECT_EQ(mean.output().values, (std::vector<double>{3.5, 5.5, 11.5, 13.5}));
  const WindowWalk padded(Plane({-4, -3, -2}),
                          {.kind = WalkSettings::kMaxPool, .pool_size = 3, .padding = {"zero"}, .pad = 1});
  EXPECT_EQ(padded.output().values, (std::vector<double>{-3, -2, -2}));
  EXPECT_FALSE(padded.taps(0, 0)[0].is_read);
}

TEST(WindowWalk, TheGradientOfASharedWeightIsTheSumOverThePositions) {
  const WindowWalk walk(kImage, {.kernel = read_kernel("laplacian", 2, "kernel"), .padding = {"nearest"}});
  const Plane& upstream = walk.output();
  const Plane gradient = walk.kernel_gradient(upstream);
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 3; ++j) {
      const Plane terms = walk.gradient_terms(upstream, i, j);
      EXPECT_EQ(terms.values.size(), 16u);
      EXPECT_NEAR(sum(terms), gradient(i, j), 1e-12);
    }
}

TEST(WindowWalk, SaysWhyNoWindowFits) {
  const auto message = [](const WalkSettings& settings) {
    try {
      WindowWalk(kImage, settings);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(message({.kernel = read_kernel("blur_5", 2, "kernel")}).find("floor((4 + 2*0 - 5)/1) + 1 = 0"),
            std::string::npos);
  EXPECT_NE(message({.kind = WalkSettings::kMaxPool, .dilation = 2}).find("dilation"), std::string::npos);
  EXPECT_NE(message({.kind = WalkSettings::kMaxPool, .padding = {"reflect"}}).find("none and zero"), std::string::npos);
}

}  // namespace
}  // namespace isinglass
