// isinglass/train/schedules/constant.h - the same learning rate in every epoch.
#pragma once
#include "isinglass/train/schedule.h"

namespace isinglass {

struct ConstantRate {
  static constexpr std::string_view kName = "constant";
  static constexpr std::string_view kSummary = "the same rate in every epoch";
  static void options(auto&) {}

  double rate(double base_rate, Index, Index, const ScheduleState&) const { return base_rate; }
};
ISINGLASS_ENTERS(schedule, ConstantRate)

}  // namespace isinglass
