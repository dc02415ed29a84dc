// isinglass/kernels/vector_math_test.cpp - against long double, over the whole range and on every instruction set.
#include "isinglass/kernels/vector_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "isinglass/base/error.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/vector_math_reference.h"

namespace isinglass::kernels {
namespace {

template <class T>
struct Case {
  const char* name;
  void (*fast)(InputSpan<T>, std::span<T>);
  long double (*exact)(long double);
  double ulp;  // allowed distance
};
template <class T>
constexpr bool kIsFloat = sizeof(T) == 4;
template <class T>
const std::vector<Case<T>> kCases = {
    {"exp", exp<T>, reference::exp, kIsFloat<T> ? 1 : 2},
    {"expm1", expm1<T>, reference::expm1, 2},
    {"log", log<T>, reference::log, kIsFloat<T> ? 1 : 2},
    {"log1p", log1p<T>, reference::log1p, kIsFloat<T> ? 1 : 2},
    {"tanh", tanh<T>, reference::tanh, 3},
    {"sigmoid", sigmoid<T>, reference::sigmoid, kIsFloat<T> ? 3 : 4},
};

template <class T>
std::vector<T> numbers_of_all_sizes() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> x = {0,
                      1,
                      T(0.5),
                      2,
                      T(1e-3),
                      T(88.72283),
                      T(88.7229),
                      T(89),
                      T(103.97),
                      T(104),
                      T(709.78),
                      T(710),
                      T(745),
                      T(746),
                      1000,
                      T(0.34657),
                      T(0.34658),
                      T(0.7),
                      T(1.41421356),
                      T(0.70710678),
                      9,
                      20,
                      Limits::min(),
                      Limits::denorm_min(),
                      3 * Limits::denorm_min(),
                      Limits::max(),
                      Limits::epsilon(),
                      Limits::infinity(),
                      std::nextafter(T(1), T(0)),
                      std::nextafter(T(1), T(2))};
  std::mt19937_64 random(3);
  using Bits = std::conditional_t<kIsFloat<T>, std::uint32_t, std::uint64_t>;
  for (int i = 0; i < 6000; ++i) x.push_back(std::bit_cast<T>(static_cast<Bits>(random())));  // all exponents
  std::uniform_real_distribution<T> near(0, 3), far(0, kIsFloat<T> ? 105 : 750);
  for (int i = 0; i < 3000; ++i) x.push_back(near(random)), x.push_back(far(random));
  const std::size_t count = x.size();
  for (std::size_t i = 0; i < count; ++i) x.push_back(-x[i]);
  return x;
}

// |y - exact| in units of the last place of the exact value.
template <class T>
double distance_in_ulp(T y, long double exact) {
  const T rounded = static_cast<T>(exact);
  if (std::isnan(rounded) || std::isinf(rounded)) {
    if (std::isnan(rounded) ? std::isnan(y) : y == rounded) return 0;
    // Just beyond the largest number a result may still be that number.
    return y == std::copysign(std::numeric_limits<T>::max(), rounded) && !std::isinf(exact) ? 1 : 1e9;
  }
  if (std::isnan(y)) return 1e9;
  if (std::signbit(y) != std::signbit(rounded)) return 1e9;
  int exponent = 0;
  (void)std::frexp(rounded, &exponent);
  const int last = std::max(exponent - std::numeric_limits<T>::digits,
                            std::numeric_limits<T>::min_exponent - std::numeric_limits<T>::digits);
  return static_cast<double>(std::fabs(std::ldexp(static_cast<long double>(y) - exact, -last)));
}

template <class T>
class VectorMath : public testing::Test {
 protected:
  void TearDown() override { use_instruction_set(instruction_sets().front()); }
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(VectorMath, Types);

TYPED_TEST(VectorMath, IsNearTheExactValueEverywhere) {
  using T = TypeParam;
  const std::vector<T> x = numbers_of_all_sizes<T>();
  std::vector<T> y(x.size());
  for (const Case<T>& function : kCases<T>) {
    std::vector<long double> exact;
    for (const T number : x) exact.push_back(function.exact(number));
    for (const std::string& set : instruction_sets()) {
      use_instruction_set(set);
      function.fast(x, y);
      for (std::size_t i = 0; i < x.size(); ++i)
        ASSERT_LE(distance_in_ulp(y[i], exact[i]), function.ulp)
            << function.name << "(" << x[i] << ") = " << y[i] << " on " << set;
    }
  }
}

TYPED_TEST(VectorMath, ZerosKeepTheirSign) {
  using T = TypeParam;
  const std::vector<T> x = {0, T(-0.0)};
  std::vector<T> y(2);
  for (const auto function : {expm1<T>, log1p<T>, tanh<T>}) {
    function(x, y);
    EXPECT_EQ(y, (std::vector<T>{0, 0}));
    EXPECT_FALSE(std::signbit(y[0]));
    EXPECT_TRUE(std::signbit(y[1]));
  }
}

TYPED_TEST(VectorMath, AnElementDoesNotDependOnItsPlace) {
  using T = TypeParam;
  std::vector<T> x = numbers_of_all_sizes<T>();
  x.resize(150);
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Case<T>& function : kCases<T>) {
      std::vector<T> whole(x.size());
      function.fast(x, whole);
      for (const std::size_t first : {0U, 1U, 5U, 31U})
        for (std::size_t count = 0; count < 40; ++count) {
          std::vector<T> part(x.begin() + static_cast<std::ptrdiff_t>(first),
                              x.begin() + static_cast<std::ptrdiff_t>(first + count));
          function.fast(part, part);  // in place
          for (std::size_t i = 0; i < count; ++i)
            ASSERT_TRUE(std::memcmp(&part[i], &whole[first + i], sizeof(T)) == 0 || std::isnan(part[i]))
                << function.name << "(" << x[first + i] << ") on " << set;
        }
    }
  }
}

TYPED_TEST(VectorMath, FusedInstructionSetsAgree) {
  using T = TypeParam;
  const std::vector<T> x = numbers_of_all_sizes<T>();
  for (const Case<T>& function : kCases<T>) {
    std::vector<T> first, y(x.size());
    for (const std::string& set : instruction_sets()) {
      use_instruction_set(set);
      if (!fuses_multiply_add()) continue;
      function.fast(x, y);
      if (first.empty()) first = y;
      for (std::size_t i = 0; i < x.size(); ++i)
        ASSERT_TRUE(y[i] == first[i] || std::isnan(y[i])) << function.name << "(" << x[i] << ") on " << set;
    }
  }
}

// e^-x, tanh and sigmoid of some numbers to the digits of a float.
TEST(VectorMathFloat, KnownValues) {
  const std::vector<float> x = {1.0F, -1.0F, 10.0F, -100.0F};
  std::vector<float> y(4);
  exp<float>(x, y);
  EXPECT_FLOAT_EQ(y[0], 2.71828183F);
  EXPECT_FLOAT_EQ(y[2], 22026.4658F);
  EXPECT_EQ(y[3], 3.783505e-44F);  // subnormal: 27 times the least
  sigmoid<float>(x, y);
  EXPECT_FLOAT_EQ(y[0], 0.731058579F);
  EXPECT_FLOAT_EQ(y[1], 0.268941421F);
  EXPECT_EQ(y[3], 3.783505e-44F);
  tanh<float>(x, y);
  EXPECT_FLOAT_EQ(y[0], 0.761594156F);
  EXPECT_EQ(y[2], 1.0F);
}

TEST(VectorMathLengths, UnequalOnesAreRefused) {
  std::vector<float> x(3), y(4);
  EXPECT_THROW(exp<float>(x, y), ShapeError);
  std::vector<double> u(3), v(2);
  EXPECT_THROW(tanh<double>(u, v), ShapeError);
}

}  // namespace
}  // namespace isinglass::kernels
