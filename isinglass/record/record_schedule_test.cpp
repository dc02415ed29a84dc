#include "isinglass/record/record_schedule.h"

#include <gtest/gtest.h>

#include <vector>

namespace isinglass {
namespace {

std::vector<Index> chosen(const RecordSchedule& schedule, Index epochs) {
  std::vector<Index> out;
  for (Index e = 0; e < epochs; ++e)
    if (schedule.selects(e, 0, e)) out.push_back(e);
  return out;
}

TEST(RecordSchedule, EverySoManyEpochsByTheirFirstStep) {
  const RecordSchedule schedule({.every = 3});
  EXPECT_EQ(chosen(schedule, 10), (std::vector<Index>{0, 3, 6, 9}));
  EXPECT_FALSE(schedule.selects(3, 1, 31));
}

TEST(RecordSchedule, StepsAreCountedThroughTheEpochs) {
  const RecordSchedule schedule({.by_step = true, .every = 4});
  EXPECT_TRUE(schedule.selects(2, 5, 8));
  EXPECT_FALSE(schedule.selects(2, 0, 9));
}

TEST(RecordSchedule, Logarithmic) {
  EXPECT_EQ(chosen(RecordSchedule({.logarithmic = true}), 130),
            (std::vector<Index>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100}));
}

TEST(RecordSchedule, StaysWithinItsBudgetAndLastsToTheEnd) {
  RecordSchedule schedule({.count = 2000, .budget = 1000});
  Index last = 0;
  for (Index e = 0; e < 2000; ++e)
    if (schedule.selects(e, 0, e) && schedule.take(10, e, e)) last = e;
  EXPECT_TRUE(schedule.is_thinned());
  EXPECT_LE(schedule.bytes(), 1000);
  EXPECT_GT(schedule.bytes(), 700);
  EXPECT_GT(last, 1900);
}

}  // namespace
}  // namespace isinglass
