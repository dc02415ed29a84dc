#include "isinglass/figure/axis.h"

#include <gtest/gtest.h>

#include <cmath>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

std::string labels(const Ticks& ticks) {
  std::string all;
  for (const Tick& tick : ticks.major) all += (all.empty() ? "" : " ") + tick.label;
  return all;
}

TEST(Axis, TicksAreAtOneTwoFive) {
  EXPECT_EQ(labels(ticks_of({}, {0, 1}, 5)), "0.0 0.2 0.4 0.6 0.8 1.0");
  EXPECT_EQ(labels(ticks_of({}, {-1.5, 1.5}, 6)), "\u22121.5 \u22121.0 \u22120.5 0.0 0.5 1.0 1.5");
  EXPECT_EQ(labels(ticks_of({}, {3, 97}, 5)), "20 40 60 80");
  const Ticks ticks = ticks_of({}, {0, 1}, 5);
  EXPECT_EQ(ticks.major[3].at, 0.6) << "the nearest double to what the label says";
  ASSERT_EQ(ticks.minor.size(), 15u);
  EXPECT_NEAR(ticks.minor[0], 0.05, 1e-15);
}

TEST(Axis, LongNumbersLeaveOutAPowerOfTen) {
  const Ticks large = ticks_of({}, {0, 2.5e6}, 5);
  EXPECT_EQ(labels(large), "0.0 0.5 1.0 1.5 2.0 2.5");
  EXPECT_EQ(large.factor, "10^{6}");
  const Ticks small = ticks_of({}, {0, 3e-5}, 3);
  EXPECT_EQ(labels(small), "0 1 2 3");
  EXPECT_EQ(small.factor, "10^{\u22125}");
  EXPECT_EQ(ticks_of({}, {0, 0.05}, 5).factor, "");
}

TEST(Axis, LogTicksAreAtPowersOfTen) {
  const Axis log{.kind = Axis::kLog};
  const Ticks ticks = ticks_of(log, {1, 1000}, 8);
  EXPECT_EQ(labels(ticks), "1 10 100 1000");
  EXPECT_EQ(ticks.minor.size(), 24u);
  EXPECT_EQ(labels(ticks_of(log, {1e-8, 1e-5}, 8)), "10^{\u22128} 10^{\u22127} 10^{\u22126} 10^{\u22125}");
  EXPECT_EQ(labels(ticks_of(log, {0.3, 6}, 8)), "0.5 1 2 5");
  EXPECT_EQ(labels(ticks_of(log, {5, 7}, 5)), "5.0 5.5 6.0 6.5 7.0");
  EXPECT_LE(ticks_of(log, {1e-300, 1e300}, 8).major.size(), 10u);
}

TEST(Axis, ScalesMapBothEnds) {
  const AxisScale linear(Axis::kLinear, -1, 3, 100, 500), log(Axis::kLog, 1, 1000, 0, 300);
  EXPECT_DOUBLE_EQ(linear(-1), 100);
  EXPECT_DOUBLE_EQ(linear(3), 500);
  EXPECT_DOUBLE_EQ(linear(0), 200);
  EXPECT_NEAR(log(10), 100, 1e-12);
  EXPECT_TRUE(std::isnan(log(0)));
  EXPECT_TRUE(std::isnan(log(-5)));
  EXPECT_TRUE(std::isnan(linear(std::nan(""))));
  EXPECT_LE(std::abs(linear(1e308)), 1e6);
}

TEST(Axis, RangesAreNeverEmpty) {
  DataRange none, one, several;
  one.include(5);
  several.include({std::nan(""), 2, -1, INFINITY}, Axis::kLinear);
  for (const DataRange& data : {none, one, several})
    for (const Axis::Kind kind : {Axis::kLinear, Axis::kLog}) {
      if (kind == Axis::kLog && data.low < 0) continue;
      const AxisRange range = axis_range({.kind = kind}, data, false, "x");
      EXPECT_LT(range.low, range.high);
    }
  EXPECT_EQ(several.low, -1);
  EXPECT_EQ(several.high, 2);
  const AxisRange asked = axis_range({.low = 0.0, .high = 1.0}, several, false, "x");
  EXPECT_EQ(asked.low, 0);
  EXPECT_EQ(asked.high, 1);
}

TEST(Axis, ImpossibleBoundsAreRefused) {
  EXPECT_THROW(axis_range({.low = 1.0, .high = 0.0}, {}, true, "x"), InputError);
  EXPECT_THROW(axis_range({.low = std::nan("")}, {}, true, "x"), InputError);
  EXPECT_THROW(axis_range({.kind = Axis::kLog, .low = 0.0}, {}, true, "x"), InputError);
}

}  // namespace
}  // namespace isinglass
