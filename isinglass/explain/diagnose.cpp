#include "isinglass/explain/diagnose.h"

#include "isinglass/explain/checks.h"

namespace isinglass {

Value Finding::write() const {
  Value table = Value::Table{};
  table.set("kind", kind);
  table.set("layer", layer.empty() ? Value() : Value(layer));
  table.set("quantity", quantity.empty() ? Value() : Value(quantity));
  table.set("epoch", epoch);
  table.set("evidence", evidence);
  table.set("why", why);
  table.set("cure", cure);
  return table;
}

const std::vector<Check>& checks() {
  static const std::vector<Check> table = {
      {"diverged", "the loss exploded or is not finite", check_divergence},
      {"unscaled_inputs", "inputs far from the size of 1", check_inputs},
      {"unscaled_targets", "targets far from the size of 1", check_targets},
      {"constant_input", "an input that never changes", check_constant_inputs},
      {"wrong_loss", "a loss that does not go with the output activation or the targets", check_loss},
      {"unreachable_targets", "targets outside of what the output can give", check_reach},
      {"label_imbalance", "classes of very different size", check_imbalance},
      {"symmetric_units", "units that start alike and stay alike", check_symmetry},
      {"dead_units", "rectified units that are 0 for every sample", check_dead},
      {"saturation", "sigmoid or tanh units at the ends of their range", check_saturation},
      {"vanishing_gradients", "gradients that fade on the way to the first layers", check_vanishing},
      {"exploding_gradients", "gradients that grow on the way to the first layers", check_exploding},
      {"learning_rate_too_high", "a loss that jumps up and down", check_rate_too_high},
      {"learning_rate_too_low", "a loss that hardly moves, though it falls", check_rate_too_low},
      {"collapsed_weights", "weights that a penalty drove to 0", check_collapsed_weights},
      {"over_fitting", "a validation loss that rises while the training loss falls", check_over_fitting},
      {"plateau", "a loss that stands still, no better than a constant answer", check_plateau},
      {"stopped_early", "a loss that was still falling when training ended", check_stopped_early},
  };
  return table;
}

std::vector<Finding> diagnose(const Checkup& checkup) {
  std::vector<Finding> out;
  for (const Check& check : checks()) check.run(checkup, out);
  return out;
}

}  // namespace isinglass
