// isinglass/train/schedules/time_decay.h - the rate falls as one over time.
//     eta_l = eta_0 / (1 + decay l)      (1)   l = 0, 1, ...
// Source: Robbins & Monro, Ann. Math. Statist. 22 (1951), doi:10.1214/aoms/1177729586, whose
// conditions sum eta = infinity, sum eta^2 < infinity it fulfils; spec N9.
#pragma once
#include "isinglass/train/schedule.h"

namespace isinglass {

struct TimeDecay {
  static constexpr std::string_view kName = "time_decay";
  static constexpr std::string_view kSummary = "divides the base rate by 1 + decay * epoch";

  double decay = 0.01;
  static void options(auto& v) { v("decay", &TimeDecay::decay, "how fast the rate falls", non_negative_finite()); }

  double rate(double base_rate, Index epoch, Index, const ScheduleState&) const {
    return base_rate / (1 + decay * static_cast<double>(epoch));  // (1)
  }
};
ISINGLASS_ENTERS(schedule, TimeDecay)

}  // namespace isinglass
