#include "isinglass/kernels/reduce.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "isinglass/base/error.h"

namespace isinglass::kernels {
namespace {

TEST(Reduce, SumsColumns) {
  const std::vector<double> a{1, 2, 99, 10, 20, 99};
  std::vector<double> out(2);
  sum_rows<double>(View<const double>(a.data(), 2, 2, 3), out);
  EXPECT_EQ(out, (std::vector<double>{11, 22}));
  sum_rows<double>(View<const double>(a.data(), 0, 2, 3), out);
  EXPECT_EQ(out, (std::vector<double>{0, 0}));
  EXPECT_THROW(sum_rows<double>(View<const double>(a.data(), 2, 3, 3), out), ShapeError);
}

TEST(Reduce, SumOfSquaresOfAnyLength) {
  for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 100u}) {
    const std::vector<float> x(size, 2.0f);
    EXPECT_EQ(sum_of_squares<float>(x), 4.0 * static_cast<double>(size));
  }
}

TEST(Reduce, FindsTheFirstNumberThatIsNotFinite) {
  for (const std::size_t at : {0u, 1u, 255u, 256u, 700u}) {
    std::vector<float> x(1000, -3.0f);
    EXPECT_EQ(first_non_finite<float>(x), -1);
    x[at] = std::numeric_limits<float>::infinity();
    x[at + 5] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(first_non_finite<float>(x), static_cast<Index>(at));
  }
}

}  // namespace
}  // namespace isinglass::kernels
