#include "isinglass/book/spread_labels.h"

#include <gtest/gtest.h>

namespace isinglass {
namespace {

TEST(SpreadLabels, StayWhereThereIsRoom) {
  EXPECT_EQ(spread_labels({5, 1, 9}, 2, 0, 10), (std::vector<double>{5, 1, 9}));
  EXPECT_TRUE(spread_labels({}, 2, 0, 10).empty());
}

TEST(SpreadLabels, GiveWayToEachOtherInTheirOrder) {
  EXPECT_EQ(spread_labels({5, 5}, 2, 0, 10), (std::vector<double>{4, 6}));
  EXPECT_EQ(spread_labels({5.5, 4.5, 20}, 2, 0, 30), (std::vector<double>{6, 4, 20}));
  // Three that touch, pushed away from the edge.
  EXPECT_EQ(spread_labels({0, 0, 1}, 2, 0, 10), (std::vector<double>{0, 2, 4}));
  EXPECT_EQ(spread_labels({10, 9, 9.5}, 2, 0, 10), (std::vector<double>{10, 6, 8}));
}

TEST(SpreadLabels, AreEvenlySpreadWithoutRoom) {
  EXPECT_EQ(spread_labels({1, 1, 1}, 100, 0, 10), (std::vector<double>{0, 5, 10}));
}

}  // namespace
}  // namespace isinglass
