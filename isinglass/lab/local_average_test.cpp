#include "isinglass/lab/local_average.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::string refusal(const std::string& text) {
  try {
    parse_signal(text, "s.csv");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(LocalAverage, UniformWeightsAreTheMeanOfTheWindow) {
  const Signal signal{{0, 1, 2, 3, 4}, {1, 2, 6, 4, 11}};
  const std::vector<double> a = local_averages(signal, 3, Weighting::kUniform);
  EXPECT_DOUBLE_EQ(a[0], 1.5);  // of what lies in the window, at an edge
  EXPECT_DOUBLE_EQ(a[1], 3);
  EXPECT_DOUBLE_EQ(a[2], 4);
  EXPECT_DOUBLE_EQ(a[4], 7.5);
}

TEST(LocalAverage, DistanceWeightsFallToZeroAtTheEdge) {
  // Window 3, half 1.5: weights 1 at distance 0 and 1/3 at distance 1.
  const std::vector<double> a = local_averages({{0, 1, 2}, {1, 2, 6}}, 3, Weighting::kDistance);
  EXPECT_DOUBLE_EQ(a[0], (1 + 2.0 / 3) / (4.0 / 3));
  EXPECT_DOUBLE_EQ(a[1], (1.0 / 3 + 2 + 2) / (5.0 / 3));
}

TEST(LocalAverage, IsAConvolutionWhereSamplesAreEven) {
  const Signal signal = demonstration_signal(40, 3);
  for (const Weighting weighting : {Weighting::kUniform, Weighting::kDistance})
    for (const Index window : {1, 3, 7}) {
      const Plane kernel = window_weights(window, weighting);
      EXPECT_NEAR(sum(kernel), 1, 1e-15);
      const Plane convolved = true_convolution(Plane(signal.y), kernel);
      const std::vector<double> averages = local_averages(signal, window, weighting);
      for (Index i = 0; i < convolved.cols; ++i)
        EXPECT_NEAR(averages[static_cast<std::size_t>(i + window / 2)], convolved(0, i), 1e-12);
    }
}

TEST(LocalAverage, SparseSamplesAreAveragedWhereThereAreAny) {
  const Signal sparse{{0, 1, 2, 3, 4, 5}, {2, kNone, kNone, kNone, 8, kNone}};
  const std::vector<double> a = local_averages(sparse, 3, Weighting::kUniform);
  EXPECT_EQ(a[0], 2);
  EXPECT_EQ(a[1], 2);
  EXPECT_TRUE(std::isnan(a[2]));  // no sample within 1.5
  EXPECT_EQ(a[3], 8);
  EXPECT_EQ(a[5], 8);
  const std::vector<double> wide = local_averages(sparse, 5, Weighting::kUniform);
  EXPECT_EQ(wide[2], 5);
}

TEST(LocalAverage, SmoothsNoiseAlsoFromAThirdOfTheSamples) {
  const Signal noisy = demonstration_signal(60, 1), sparse = thinned(noisy, 1);
  EXPECT_EQ(sparse.samples(), 20);
  const auto error = [&](const std::vector<double>& y) {
    double total = 0;
    Index count = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
      if (!std::isnan(y[i])) {
        const double truth = std::sin(2 * std::numbers::pi * noisy.x[i] / 30) + 0.02 * noisy.x[i];
        total += (y[i] - truth) * (y[i] - truth);
        ++count;
      }
    return total / static_cast<double>(count);
  };
  EXPECT_LT(error(local_averages(noisy, 7, Weighting::kDistance)), error(noisy.y) / 2);
  EXPECT_LT(error(local_averages(sparse, 9, Weighting::kDistance)), error(sparse.y));
  EXPECT_EQ(thinned(noisy, 1).samples(), thinned(noisy, 2).samples());
}

TEST(LocalAverage, RefusesEvenWindowsAndDisorder) {
  EXPECT_THROW(local_averages({{0, 1}, {1, 2}}, 2, Weighting::kUniform), InputError);
  EXPECT_THROW(local_averages({{0, 1}, {1, 2}}, -1, Weighting::kUniform), InputError);
  EXPECT_THROW(local_averages({{1, 0}, {1, 2}}, 3, Weighting::kUniform), InputError);
  EXPECT_THROW(local_averages({{-1.7e308, 1.7e308}, {1, 2}}, 3, Weighting::kUniform), InputError);
  EXPECT_THROW(local_averages({{}, {}}, 3, Weighting::kUniform), InputError);
}

TEST(LocalAverage, ReadsSignalsFromCsv) {
  const Signal one = parse_signal("value\n1.5\n-2\n3\n", "s.csv");
  EXPECT_EQ(one.x, (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(one.y, (std::vector<double>{1.5, -2, 3}));
  const Signal two = parse_signal("10,1\n20,\n40,3\n", "s.csv");
  EXPECT_EQ(two.x, (std::vector<double>{10, 20, 40}));
  EXPECT_TRUE(std::isnan(two.y[1]));
  EXPECT_EQ(two.samples(), 2);
  EXPECT_DOUBLE_EQ(two.spacing(), 15);
}

TEST(LocalAverage, RefusesOtherFiles) {
  EXPECT_EQ(refusal("x,y\n1,2\n2,abc\n"), "s.csv:3: expected a number, found \"abc\"");
  EXPECT_EQ(refusal("1,2\n3,4\n2,5\n"), "s.csv:3: places must ascend, but 2 comes after 3; sort the rows");
  EXPECT_EQ(refusal("1,2,3\n"), "s.csv: expected one column (values) or two (place, value), found 3");
  EXPECT_EQ(refusal("x,y\n1,\n2,\n"), "s.csv: there is no row with a value");
  EXPECT_EQ(refusal("x,y\n"), "s.csv: there is no row with a value");
}

}  // namespace
}  // namespace isinglass
