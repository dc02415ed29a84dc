#include "isinglass/kernels/vector_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "isinglass/base/error.h"
#include "isinglass/base/random.h"
#include "isinglass/kernels/instruction_set.h"

namespace isinglass::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Case {
  const char* name;
  void (*float_function)(std::span<const float>, std::span<float>);
  void (*double_function)(std::span<const double>, std::span<double>);
  long double (*exact)(long double);
  double low, high;  // of the random arguments
};
void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

long double exact_sigmoid(long double x) { return 1 / (1 + std::exp(-x)); }

class VectorMath : public testing::TestWithParam<Case> {
 protected:
  void TearDown() override { use_instruction_set(instruction_sets().front()); }
};
INSTANTIATE_TEST_SUITE_P(
    , VectorMath,
    testing::Values(Case{"Exp", exp<float>, exp<double>, [](long double x) { return std::exp(x); }, -110, 92},
                    Case{"Expm1", expm1<float>, expm1<double>, [](long double x) { return std::expm1(x); }, -30, 92},
                    Case{"Log", log<float>, log<double>, [](long double x) { return std::log(x); }, 0, 40},
                    Case{"Log1p", log1p<float>, log1p<double>, [](long double x) { return std::log1p(x); }, -1, 40},
                    Case{"Tanh", tanh<float>, tanh<double>, [](long double x) { return std::tanh(x); }, -12, 12},
                    Case{"Sigmoid", sigmoid<float>, sigmoid<double>, exact_sigmoid, -110, 110}),
    [](const auto& row) { return row.param.name; });

// Arguments all over the range, of every size near zero, and the special ones.
std::vector<float> arguments(const Case& c) {
  std::vector<float> x{0.0f, -0.0f, 1.0f, -1.0f, 1e-45f, -1e-45f, 1e30f, -1e30f, kInfinity, -kInfinity,
                       std::numeric_limits<float>::quiet_NaN(), 3e-39f, 88.72f, 88.73f, -87.4f, -103.9f};
  const auto stream = counter_stream({1, Purpose::kData, 0, 0});
  for (int i = 0; i < 20000; ++i) x.push_back(static_cast<float>(c.low + (c.high - c.low) * stream->uniform()));
  for (int i = 0; i < 5000; ++i)
    x.push_back(static_cast<float>((c.low < 0 && i % 2 == 0 ? -1 : 1) * std::pow(10.0, -40 * stream->uniform())));
  return x;
}

// Distance in units of the last place of the exact value, as it is rounded to T.
template <class T>
double ulps(T got, long double exact) {
  const T rounded = static_cast<T>(exact);
  if (std::isnan(rounded) || std::isnan(got)) return std::isnan(rounded) == std::isnan(got) ? 0 : 1e9;
  if (std::isinf(rounded) || std::isinf(got)) return rounded == got ? 0 : 1e9;
  const T unit = std::max(std::nextafter(std::abs(rounded), static_cast<T>(kInfinity)) - std::abs(rounded),
                          std::numeric_limits<T>::denorm_min());
  return static_cast<double>(std::abs(static_cast<long double>(got) - exact) / static_cast<long double>(unit));
}

TEST_P(VectorMath, FloatIsAccurateOnEveryInstructionSet) {
  const std::vector<float> x = arguments(GetParam());
  std::vector<float> y(x.size());
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    GetParam().float_function(x, y);
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_LE(ulps(y[i], GetParam().exact(static_cast<long double>(x[i]))), 4) << set << " x = " << x[i] << " y = " << y[i];
  }
}

TEST_P(VectorMath, DoubleIsAccurate) {
  std::vector<double> x;
  for (const float value : arguments(GetParam())) x.push_back(static_cast<double>(value));
  for (const double value : {-745.0, -720.5, -708.5, 700.0, 709.9, 36.7}) x.push_back(value);
  std::vector<double> y(x.size());
  GetParam().double_function(x, y);
  for (std::size_t i = 0; i < x.size(); ++i)
    ASSERT_LE(ulps(y[i], GetParam().exact(static_cast<long double>(x[i]))), 4) << "x = " << x[i] << " y = " << y[i];
}

TEST_P(VectorMath, TheSameBitsAtAnyPlaceLengthAndFusingSet) {
  const std::vector<float> x = arguments(GetParam());
  std::vector<float> whole(x.size());
  GetParam().float_function(x, whole);
  const auto bits = [](float v) { return std::bit_cast<std::uint32_t>(v); };
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    if (!fuses_multiply_add()) continue;
    for (std::size_t begin = 0; begin + 40 < 400; begin += 7) {
      const std::size_t size = begin % 37;
      std::vector<float> y(x.begin() + static_cast<std::ptrdiff_t>(begin), x.begin() + static_cast<std::ptrdiff_t>(begin + size));
      GetParam().float_function(y, y);  // in place
      for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(bits(y[i]), bits(whole[begin + i])) << set << " " << x[begin + i];
    }
  }
}

TEST(VectorMathErrors, SpansOfDifferentLength) {
  const std::vector<float> x(3);
  std::vector<float> y(2);
  EXPECT_THROW(exp<float>(x, y), ShapeError);
}

}  // namespace
}  // namespace isinglass::kernels
