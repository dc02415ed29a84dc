#include "isinglass/figure/number_label.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace isinglass {
namespace {

TEST(NumberLabel, ReadsWell) {
  EXPECT_EQ(number_label(0), "0");
  EXPECT_EQ(number_label(-0.0), "0");
  EXPECT_EQ(number_label(0.5), "0.5");
  EXPECT_EQ(number_label(0.32066312), "0.321");
  EXPECT_EQ(number_label(-12.345), "\u221212.3");
  EXPECT_EQ(number_label(1234.5), "1234");
  EXPECT_EQ(number_label(9999), "9999");
  EXPECT_EQ(number_label(0.001), "0.001");
  EXPECT_EQ(number_label(0.0009999), "0.001");
  EXPECT_EQ(number_label(-0.000277), "\u22122.77\u00d710^{\u22124}");
  EXPECT_EQ(number_label(6.02214076e23), "6.02\u00d710^{23}");
  EXPECT_EQ(number_label(1e5), "1\u00d710^{5}");
  EXPECT_EQ(number_label(0.123456789, 6), "0.123457");
  EXPECT_EQ(number_label(std::nan("")), "NaN");
  EXPECT_EQ(number_label(-std::numeric_limits<double>::infinity()), "\u2212\u221e");
}

TEST(NumberLabel, FixedPoint) {
  EXPECT_EQ(fixed_label(1.5, 2), "1.50");
  EXPECT_EQ(fixed_label(-0.001, 1), "0.0");
  EXPECT_EQ(fixed_label(-2.25, 1), "\u22122.2");
  EXPECT_EQ(power_label(-3), "10^{\u22123}");
}

}  // namespace
}  // namespace isinglass
