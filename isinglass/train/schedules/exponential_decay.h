// isinglass/train/schedules/exponential_decay.h - the rate shrinks by the same factor in every
// epoch.
//     eta_l = eta_0 factor^l      (1)   l = 0, 1, ...
#pragma once
#include <cmath>

#include "isinglass/train/schedule.h"

namespace isinglass {

struct ExponentialDecay {
  static constexpr std::string_view kName = "exponential_decay";
  static constexpr std::string_view kSummary = "multiplies the rate by a factor in every epoch";

  double factor = 0.95;
  static void options(auto& v) {
    v("factor", &ExponentialDecay::factor, "what an epoch multiplies the rate by", fraction());
  }

  double rate(double base_rate, Index epoch, Index, const ScheduleState&) const {
    return base_rate * std::pow(factor, static_cast<double>(epoch));  // (1)
  }
};
ISINGLASS_ENTERS(schedule, ExponentialDecay)

}  // namespace isinglass
