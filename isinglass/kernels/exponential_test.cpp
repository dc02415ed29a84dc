// e^x: the form with the bounds at the end has the bits of the one with the bounds first.
#include "isinglass/kernels/exponential.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace isinglass::kernels {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// (1) step by step, x bounded before anything else.
double bounded_exponential(double x) {
  const double least = x < -746 ? -746 : x, bounded = least > 710 ? 710 : least;
  const auto [shifted, q] = detail::reduce(bounded);
  const double n = shifted - detail::kRounder;
  const double half_shifted = 0.5 * n + detail::kRounder, half = half_shifted - detail::kRounder;
  const double scaled = (1 + q) * detail::power_of_two(half_shifted);
  return scaled * detail::power_of_two(n - half + detail::kRounder);
}

std::vector<double> numbers() {
  std::vector<double> all{0.0,   -0.0,  5e-324, -5e-324, 1e-310, 36.7, 37.5,  40.0,  708.0,     709.78, 709.79, 710.0,
                          710.1, 744.4, 745.1,  745.2,   746.0,  747,  2000., 1e300, kInfinity, 20.0,   0.5};
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> near(-50, 50), far(-760, 760);
  for (int i = 0; i < 5000; ++i) {
    all.push_back(near(random));
    all.push_back(far(random));
  }
  for (std::size_t i = 0, n = all.size(); i < n; ++i) all.push_back(-all[i]);
  return all;
}

TEST(Exponential, HasTheBitsOfItsSteps) {
  for (const double x : numbers())
    ASSERT_EQ(std::bit_cast<std::uint64_t>(exponential(x)), std::bit_cast<std::uint64_t>(bounded_exponential(x))) << x;
  EXPECT_TRUE(std::isnan(exponential(std::nan(""))));
}

}  // namespace
}  // namespace isinglass::kernels
