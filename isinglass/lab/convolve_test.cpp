#include "isinglass/lab/convolve.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"
#include "isinglass/base/random.h"

namespace isinglass {
namespace {

Plane random_plane(Index rows, Index cols, std::uint64_t seed) {
  const auto stream = counter_stream({.seed = seed, .purpose = Purpose::kData});
  Plane plane(rows, cols, std::vector<double>(static_cast<std::size_t>(rows * cols)));
  for (double& value : plane.values) value = stream->normal();
  return plane;
}

void expect_near(const Plane& a, const Plane& b, double tolerance) {
  ASSERT_EQ(a.rows, b.rows);
  ASSERT_EQ(a.cols, b.cols);
  for (std::size_t i = 0; i < a.values.size(); ++i) EXPECT_NEAR(a.values[i], b.values[i], tolerance) << "number " << i;
}

// Equation (3) as it is written.
Plane full_convolution_by_hand(const Plane& x, const Plane& k) {
  Plane z(x.rows + k.rows - 1, x.cols + k.cols - 1, {});
  for (Index r = 0; r < z.rows; ++r)
    for (Index s = 0; s < z.cols; ++s) {
      double total = 0;
      for (Index i = 0; i < k.rows; ++i)
        for (Index j = 0; j < k.cols; ++j)
          if (r - i >= 0 && r - i < x.rows && s - j >= 0 && s - j < x.cols) total += k(i, j) * x(r - i, s - j);
      z.values.push_back(total);
    }
  return z;
}

TEST(Convolve, TheKernelIsFlippedOnlyByTrueConvolution) {
  const Plane ramp({1, 2, 3, 4, 5, 6, 7}), slope({1, 0, -1});
  EXPECT_EQ(cross_correlate(ramp, slope), Plane({-2, -2, -2, -2, -2}));
  EXPECT_EQ(true_convolution(ramp, slope), Plane({2, 2, 2, 2, 2}));
  const Plane signal({3, -1, 4, 1, -5, 9, 2}), kernel({0.5, -1, 2});
  EXPECT_EQ(true_convolution(signal, kernel), Plane({9, -5.5, 4.5, 11.5, -18}));
}

TEST(Convolve, BordersAndStride) {
  const Plane ramp({1, 2, 3, 4, 5, 6, 7}), slope({1, 0, -1});
  EXPECT_EQ(cross_correlate(ramp, slope, {{"zero"}}), Plane({-2, -2, -2, -2, -2, -2, 6}));
  EXPECT_EQ(cross_correlate(ramp, slope, {{"zero"}}, 2), Plane({-2, -2, -2, 6}));
  EXPECT_EQ(cross_correlate(ramp, slope, {{"zero"}}, Index{1} << 40), Plane({-2}));
  EXPECT_EQ(cross_correlate(ramp, slope, {{"constant"}, 2}), Plane({0, -2, -2, -2, -2, -2, 4}));
  EXPECT_EQ(cross_correlate(ramp, slope, {{"nearest"}}), Plane({-1, -2, -2, -2, -2, -2, -1}));
  EXPECT_EQ(cross_correlate(ramp, slope, {{"reflect"}}), Plane({0, -2, -2, -2, -2, -2, 0}));
}

TEST(Convolve, TwoDimensionsOnNumbersWorkedByHand) {
  const Plane image(4, 4, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  const Plane asymmetric(2, 2, {1, 2, 3, 4});
  EXPECT_EQ(cross_correlate(image, asymmetric)(0, 0), 1 * 1 + 2 * 2 + 3 * 5 + 4 * 6);
  EXPECT_EQ(true_convolution(image, asymmetric)(0, 0), 4 * 1 + 3 * 2 + 2 * 5 + 1 * 6);
  const Plane blur(3, 3, std::vector<double>(9, 1.0 / 9));
  expect_near(cross_correlate(image, blur), Plane(2, 2, {6, 7, 10, 11}), 1e-12);
  EXPECT_NEAR(cross_correlate(image, blur, {{"zero"}})(0, 0), 14.0 / 9, 1e-12);
  EXPECT_NEAR(cross_correlate(image, blur, {{"nearest"}})(0, 0), 24.0 / 9, 1e-12);
  EXPECT_EQ(cross_correlate(image, blur, {{"nearest"}}, 2).cols, 2);
}

TEST(Convolve, FullConvolutionIsItsDefinitionAndCommutes) {
  for (const auto& [x, k] : {std::pair{random_plane(1, 9, 1), random_plane(1, 4, 2)},
                             std::pair{random_plane(6, 5, 3), random_plane(3, 4, 4)},
                             std::pair{random_plane(2, 3, 5), random_plane(5, 1, 6)}}) {
    const Plane z = full_convolution(x, k);
    expect_near(z, full_convolution_by_hand(x, k), 1e-12);
    expect_near(z, full_convolution(k, x), 1e-12);
  }
}

TEST(Convolve, CrossCorrelationDoesNotCommuteButComesOutFlipped) {
  const Plane x = random_plane(6, 5, 3), k = random_plane(3, 4, 4);
  const Plane one = full_cross_correlation(x, k), other = full_cross_correlation(k, x);
  EXPECT_GT(std::abs(one(0, 0) - other(0, 0)), 0.01);
  expect_near(one, flipped(other), 1e-12);
}

TEST(Convolve, AKernelThatSumsToOneKeepsTheMean) {
  // Exactly so where the windows of a full convolution see every number as often.
  const Plane x = random_plane(7, 8, 9);
  Plane kernel = random_plane(3, 3, 10);
  const double total = sum(kernel);
  for (double& weight : kernel.values) weight /= total;
  EXPECT_NEAR(sum(full_convolution(x, kernel)), sum(x), 1e-11);
  const Plane flat(5, 5, std::vector<double>(25, 3.0));
  EXPECT_NEAR(mean(cross_correlate(flat, kernel, {{"nearest"}})), 3, 1e-12);
}

TEST(Convolve, RefusesWhatDoesNotFit) {
  const auto refusal = [](auto&& action) -> std::string {
    try {
      action();
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  };
  const std::string small = refusal([] { cross_correlate(Plane({1, 2}), Plane({1, 2, 3})); });
  EXPECT_NE(small.find("floor((2 + 2*0 - 3)/1) + 1 = 0"), std::string::npos) << small;
  EXPECT_NE(refusal([] { cross_correlate(Plane(2, 2, {1}), Plane({1})); }).find("image of shape (2, 2)"),
            std::string::npos);
  EXPECT_NE(refusal([] { cross_correlate(Plane({1}), Plane()); }).find("kernel of shape (0, 0)"), std::string::npos);
}

}  // namespace
}  // namespace isinglass
