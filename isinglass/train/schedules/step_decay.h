// isinglass/train/schedules/step_decay.h - the rate drops by a factor after every so many epochs.
//     eta_l = eta_0 factor^floor(l / every)      (1)   l = 0, 1, ...
#pragma once
#include <cmath>

#include "isinglass/train/schedule.h"

namespace isinglass {

struct StepDecay {
  static constexpr std::string_view kName = "step_decay";
  static constexpr std::string_view kSummary = "multiplies the rate by a factor after every so many epochs";

  double factor = 0.1;
  Index every = 10;
  static void options(auto& v) {
    v("factor", &StepDecay::factor, "what a drop multiplies the rate by", fraction());
    v("every", &StepDecay::every, "epochs from one drop to the next", at_least(1));
  }

  double rate(double base_rate, Index epoch, Index, const ScheduleState&) const {
    return base_rate * std::pow(factor, static_cast<double>(epoch / every));  // (1)
  }
};
ISINGLASS_ENTERS(schedule, StepDecay)

}  // namespace isinglass
