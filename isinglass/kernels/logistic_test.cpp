// The logistic function and its kin are as exact as they say, and loops over them have the bits of single elements.
#include "isinglass/kernels/logistic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "isinglass/kernels/instruction_set.h"

namespace isinglass::kernels {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Both signs, the middles between tabulated points, where the series changes, and, unless `near`, what is far.
std::vector<double> numbers(bool near) {
  std::vector<double> all{0.0, 5e-324, 1e-310, 1e-17, 1 / 64.0, 1.0, 18.9, 19.0};
  for (int k = 0; k < 1200; ++k)
    for (const double from : {std::nextafter(k + 0.5, 0), k + 0.5, std::nextafter(k + 0.5, 1e9)}) {
      all.push_back(from / 64);
      if (!near) all.push_back(from / 32);
    }
  if (!near) all.insert(all.end(), {19.1, 37.99, 38.0, 38.01, 700.0, 708.5, 740.0, 746.0, 1e300, kInfinity});
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> close(0, 3), wide(0, near ? 18.9 : 760);
  for (int i = 0; i < 5000; ++i) {
    all.push_back(close(random));
    all.push_back(wide(random));
  }
  for (std::size_t i = 0, n = all.size(); i < n; ++i) all.push_back(-all[i]);
  return all;
}

// How many units in the last place y is away from what is exact.
double ulps(double y, long double exact) {
  const double size = std::abs(static_cast<double>(exact));
  const double unit = std::nextafter(size, kInfinity) - size;
  return static_cast<double>(std::abs(static_cast<long double>(y) - exact) / static_cast<long double>(unit));
}

TEST(Logistic, IsExactToTwoUlpAndItsSlopeToFour) {
  for (const double z : numbers(false)) {
    const long double power = std::exp(-std::abs(static_cast<long double>(z)));
    const long double lesser = power / (1 + power), greater = 1 / (1 + power);
    const Logistic l = logistic(z);
    ASSERT_LE(ulps(l.value(z), z < 0 ? lesser : greater), 2) << z;
    ASSERT_LE(ulps(l.slope(), lesser * greater), 4) << z;
    const long double square = power * power;
    const Tangent t = hyperbolic_tangent(z);
    ASSERT_LE(ulps(t.value, std::tanh(static_cast<long double>(z))), 2) << z;
    ASSERT_LE(ulps(t.slope, 4 * square / ((1 + square) * (1 + square))), 4) << z;
  }
}

TEST(Logistic, EndsWhereItShould) {
  EXPECT_EQ(logistic(kInfinity).value(kInfinity), 1);
  EXPECT_EQ(logistic(-kInfinity).value(-kInfinity), 0);
  EXPECT_EQ(hyperbolic_tangent(kInfinity).value, 1);
  EXPECT_EQ(hyperbolic_tangent(-kInfinity).value, -1);
  EXPECT_EQ(hyperbolic_tangent(0).slope, 1);
  EXPECT_TRUE(std::signbit(hyperbolic_tangent(-0.0).value));
  EXPECT_EQ(hyperbolic_tangent(5e-324).value, 5e-324);
  const double nan = std::nan("");
  EXPECT_TRUE(std::isnan(logistic(nan).value(nan)));
  EXPECT_TRUE(std::isnan(logistic(nan).slope()));
  EXPECT_TRUE(std::isnan(hyperbolic_tangent(nan).value));
  EXPECT_TRUE(std::isnan(hyperbolic_tangent(nan).slope));
}

std::uint64_t bits(double x) {
  return std::bit_cast<std::uint64_t>(x);
}

TEST(Logistic, LoopsHaveTheBitsOfSingleElements) {
  for (const std::string& name : instruction_sets()) {
    use_instruction_set(name);
    for (const bool near : {true, false}) {
      std::vector<double> z = numbers(near);
      if (near) std::ranges::sort(z, {}, [](double x) { return std::abs(x); });  // whole vectors of small numbers
      std::vector<double> value(z.size()), slope(z.size()), tangent(z.size()), tangent_slope(z.size());
      logistic(z, value.data(), slope.data());
      hyperbolic_tangent(z, tangent.data(), tangent_slope.data());
      for (std::size_t i = 0; i < z.size(); ++i) {
        const Logistic l = logistic(z[i]);
        const Tangent t = hyperbolic_tangent(z[i]);
        ASSERT_EQ(bits(value[i]), bits(l.value(z[i]))) << name << " " << z[i];
        ASSERT_EQ(bits(slope[i]), bits(l.slope())) << name << " " << z[i];
        ASSERT_EQ(bits(tangent[i]), bits(t.value)) << name << " " << z[i];
        ASSERT_EQ(bits(tangent_slope[i]), bits(t.slope)) << name << " " << z[i];
      }
    }
  }
  use_instruction_set(instruction_sets().front());
}

}  // namespace
}  // namespace isinglass::kernels
