// isinglass/train/schedules/cosine.h - a linear rise, then half a cosine down to a floor.
//     eta_l = eta_0 (l + 1) / (w + 1)                                  (1)   l < w, the warm-up epochs
//     eta_l = min + (eta_0 - min) (1 + cos(pi (l - w) / (n - w))) / 2   (2)   l = w ... n
// The run of n epochs ends one step above the floor; epochs beyond the plan stay on it.
// Source: Loshchilov & Hutter, ICLR (2017), doi:10.48550/arXiv.1608.03983, equation 5 without
// restarts; warm-up: Goyal et al. (2017), doi:10.48550/arXiv.1706.02677, section 2.2.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

#include "isinglass/train/schedule.h"

namespace isinglass {

struct Cosine {
  static constexpr std::string_view kName = "cosine";
  static constexpr std::string_view kSummary = "rises through warm-up epochs, then falls along half a cosine";

  Index warmup_epochs = 0;
  double min_rate = 0;
  static void options(auto& v) {
    v("warmup_epochs", &Cosine::warmup_epochs, "epochs of linear rise to the base rate", at_least(0));
    v("min_rate", &Cosine::min_rate, "learning rate at the end", non_negative_finite());
  }

  double rate(double base_rate, Index epoch, Index epochs, const ScheduleState&) const {
    const double w = static_cast<double>(warmup_epochs);
    if (epoch < warmup_epochs) return base_rate * (static_cast<double>(epoch) + 1) / (w + 1);  // (1)
    const double length = std::max(static_cast<double>(epochs) - w, 1.0);
    const double done = std::min((static_cast<double>(epoch) - w) / length, 1.0);
    const double floor = std::min(min_rate, base_rate);
    return floor + (base_rate - floor) * (1 + std::cos(std::numbers::pi * done)) / 2;  // (2)
  }
};
ISINGLASS_ENTERS(schedule, Cosine)

}  // namespace isinglass
