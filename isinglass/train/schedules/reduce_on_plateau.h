// isinglass/train/schedules/reduce_on_plateau.h - the rate drops when the loss has stopped falling.
//
// A loss is better when it lies below best - threshold |best|. After more than `patience` bad
// epochs in a row the rate is multiplied by `factor`, and the next `cooldown` epochs do not count
// as bad. A loss that is not finite is never better. The rules are those of PyTorch's
// ReduceLROnPlateau.
#pragma once
#include <algorithm>
#include <cmath>

#include "isinglass/train/schedule.h"

namespace isinglass {

struct ReduceOnPlateau {
  static constexpr std::string_view kName = "reduce_on_plateau";
  static constexpr std::string_view kSummary = "multiplies the rate by a factor when the loss stops falling";

  double factor = 0.1;
  Index patience = 10;
  double threshold = 1e-4;
  Index cooldown = 0;
  double min_rate = 0;
  static void options(auto& v) {
    v("factor", &ReduceOnPlateau::factor, "what a drop multiplies the rate by", fraction());
    v("patience", &ReduceOnPlateau::patience, "bad epochs in a row that are forgiven", at_least(0));
    v("threshold", &ReduceOnPlateau::threshold, "share of the best loss by which a better one must be lower",
      from_up_to(0, 1));
    v("cooldown", &ReduceOnPlateau::cooldown, "epochs after a drop that do not count as bad", at_least(0));
    v("min_rate", &ReduceOnPlateau::min_rate, "learning rate to stay above", non_negative_finite());
  }

  double rate(double base_rate, Index, Index, const ScheduleState& state) const {
    return std::max(base_rate * state.factor, std::min(min_rate, base_rate));
  }
  void observe(ScheduleState& state, double loss) const {
    const bool is_better =
        std::isfinite(loss) && (!state.best || loss < *state.best - threshold * std::abs(*state.best));
    if (is_better) state.best = loss;
    state.bad_epochs = is_better ? 0 : state.bad_epochs + 1;
    if (state.cooldown > 0) {
      --state.cooldown;
      state.bad_epochs = 0;
    }
    if (state.bad_epochs <= patience) return;
    state.factor *= factor;
    state.cooldown = cooldown;
    state.bad_epochs = 0;
  }
};
ISINGLASS_ENTERS(schedule, ReduceOnPlateau)

}  // namespace isinglass
