#define ISINGLASS_FILLS_TABLES  // base/kind_table.h
#include "isinglass/train/schedule.h"

#include "isinglass/train/schedules.h"

namespace isinglass {

KindTable<Schedule>& schedule_table() {
  static KindTable<Schedule> table("schedule");
  return table;
}

Schedule::Schedule() : Schedule(ConstantRate{}) {}

Schedule Schedule::read(const Value& v) {
  return schedule_table().read(v);
}

}  // namespace isinglass
