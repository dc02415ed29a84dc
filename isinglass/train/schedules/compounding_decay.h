// isinglass/train/schedules/compounding_decay.h - each epoch divides the rate of the epoch before.
//     eta_l = eta_(l-1) / (1 + decay l)      (1)   l = 1, 2, ...
// The divisors multiply, so the rate falls faster than any power of l. time_decay is the gentler
// rule that other programs call decay. Source: spec N9.
#pragma once
#include "isinglass/train/schedule.h"

namespace isinglass {

struct CompoundingDecay {
  static constexpr std::string_view kName = "compounding_decay";
  static constexpr std::string_view kSummary = "divides the rate by 1 + decay * epoch again in every epoch";

  double decay = 0.01;
  static void options(auto& v) {
    v("decay", &CompoundingDecay::decay, "how fast the rate falls", non_negative_finite());
  }

  // Takes `epoch` divisions, fewer once the rate has become zero (after about sqrt(1500 / decay)).
  double rate(double base_rate, Index epoch, Index, const ScheduleState&) const {
    if (decay == 0) return base_rate;
    double rate = base_rate;
    for (Index l = 1; l <= epoch && rate != 0; ++l) rate /= 1 + decay * static_cast<double>(l);  // (1)
    return rate;
  }
};
ISINGLASS_ENTERS(schedule, CompoundingDecay)

}  // namespace isinglass
