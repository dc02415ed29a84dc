// isinglass/kernels/reduce_test.cpp - the stated orders, bit for bit, on every instruction set of this machine.
#include "isinglass/kernels/reduce.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

#include "isinglass/base/error.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/reduce_reference.h"

namespace isinglass::kernels {
namespace {

template <class T>
class Reduce : public testing::Test {
 protected:
  void TearDown() override { use_instruction_set(instruction_sets().front()); }

  std::vector<T> random_numbers(std::size_t count) {
    std::uniform_real_distribution<T> distribution(-1, 1);
    std::vector<T> numbers(count);
    for (T& number : numbers) number = distribution(random_);
    return numbers;
  }

 private:
  std::mt19937 random_{11};
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Reduce, Types);

TYPED_TEST(Reduce, SumsFollowTheStatedOrder) {
  using T = TypeParam;
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const std::size_t count : {0U, 1U, 2U, 15U, 16U, 17U, 31U, 33U, 100U, 1000U}) {
      SCOPED_TRACE(set + " " + std::to_string(count));
      const std::vector<T> x = this->random_numbers(count), y = this->random_numbers(count);
      const std::span<const T> xs(x), ys(y);
      EXPECT_EQ(sum(x), reference::sum(xs));
      EXPECT_EQ(dot(x, y), reference::dot(xs, ys, fuses_multiply_add()));
      EXPECT_EQ(sum_of_squares(x), reference::dot(xs, xs, fuses_multiply_add()));
    }
  }
}

// Products of floats are exact in double, so that fusing changes nothing.
TEST(ReduceFloat, DotIsTheSameWithAndWithoutFusing) {
  std::vector<float> x;
  for (int i = 1; i < 200; ++i) x.push_back(1.0F / static_cast<float>(i));
  const std::span<const float> xs(x);
  EXPECT_EQ(dot(x, x), reference::dot(xs, xs, true));
  EXPECT_EQ(dot(x, x), reference::dot(xs, xs, false));
}

TYPED_TEST(Reduce, ColumnsAreSummedInRowOrder) {
  using T = TypeParam;
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Index rows : {0, 1, 2, 33})
      for (const Index cols : {0, 1, 3, 16, 17, 64, 70, 131})
        for (const Index gap : {0, 3}) {
          SCOPED_TRACE(set + " " + std::to_string(rows) + " x " + std::to_string(cols));
          const Index stride = cols + gap;
          const std::vector<T> x =
              this->random_numbers(static_cast<std::size_t>(rows == 0 ? 0 : (rows - 1) * stride + cols));
          const View<const T> view(x.data(), rows, cols, stride);
          std::vector<T> y(static_cast<std::size_t>(cols), 5), expected(y);
          sum_rows(view, y);
          reference::sum_rows(view, std::span<T>(expected));
          ASSERT_EQ(y, expected);
        }
  }
}

TYPED_TEST(Reduce, ALoneNonFiniteNumberIsFoundAnywhere) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    std::vector<T> x(200, Limits::max());
    EXPECT_EQ(first_non_finite(x), -1);
    x[3] = Limits::lowest();
    x[4] = Limits::denorm_min();
    for (const T bad : {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), -Limits::quiet_NaN()})
      for (std::size_t i = 0; i < x.size(); ++i) {
        const T kept = x[i];
        x[i] = bad;
        ASSERT_EQ(first_non_finite(x), static_cast<Index>(i)) << set;
        x[i] = kept;
      }
    x[190] = x[30] = Limits::infinity();
    EXPECT_EQ(first_non_finite(x), 30);
    EXPECT_EQ(first_non_finite(std::span<const T>()), -1);
  }
}

TEST(ReduceLengths, UnequalOnesAreRefused) {
  std::vector<float> three(3), four(4);
  EXPECT_THROW(dot(three, four), ShapeError);
  EXPECT_THROW(sum_rows(View<const float>(four.data(), 2, 2), three), ShapeError);
}

}  // namespace
}  // namespace isinglass::kernels
