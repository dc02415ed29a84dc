#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "isinglass/explain/checks.h"

namespace isinglass {
namespace {

std::size_t farthest(const std::vector<ColumnSummary>& columns) {
  const auto size = [](const ColumnSummary& c) { return std::max(std::abs(c.least), std::abs(c.largest)); };
  return static_cast<std::size_t>(std::ranges::max_element(columns, {}, size) - columns.begin());
}

}  // namespace

void check_inputs(const Checkup& c, Findings& out) {
  constexpr double kLarge = 20, kSmall = 0.01;
  const std::size_t worst = farthest(c.inputs);
  const ColumnSummary& w = c.inputs[worst];
  const double size = std::max(std::abs(w.least), std::abs(w.largest));
  if (size <= kLarge && size >= kSmall) return;
  if (size == 0) return;
  out.push_back({.kind = "unscaled_inputs",
                 .quantity = "I" + std::to_string(worst + 1),
                 .evidence = fmt::format("input {} goes from {:.4g} to {:.4g} (mean {:.4g}, deviation {:.4g}); inputs "
                                         "of a network should be about 1 in size",
                                         worst + 1, w.least, w.largest, w.mean, w.deviation),
                 .why = "Initial weights assume inputs of size 1: others saturate units or let gradients and steps be "
                        "as many times too large or too small.",
                 .cure = "Set scale = \"standard\" or \"unit\" in [data]."});
}

void check_targets(const Checkup& c, Findings& out) {
  constexpr double kLarge = 100;
  if (c.train.is_classification() || c.train.target_kind() == TargetKind::kInputs) return;
  const std::size_t worst = farthest(c.targets);
  const ColumnSummary& w = c.targets[worst];
  if (std::max(std::abs(w.least), std::abs(w.largest)) <= kLarge) return;
  out.push_back({.kind = "unscaled_targets",
                 .layer = c.graph.layers.back().name,
                 .quantity = fmt::format("{}.out[{}]", c.graph.layers.back().name, worst),
                 .evidence = fmt::format("target {} goes from {:.4g} to {:.4g}, while the network starts near 0",
                                         worst + 1, w.least, w.largest),
                 .why = "The first errors, and with them the gradients, are as large as the targets.",
                 .cure = "Set target_scale = \"standard\" in [data]; predictions are given back in data units."});
}

void check_constant_inputs(const Checkup& c, Findings& out) {
  if (c.graph.input.size() != 1 || c.train.size() < 10) return;  // pictures have constant borders
  for (std::size_t j = 0; j < c.inputs.size(); ++j) {
    if (c.inputs[j].deviation > 1e-12 * std::max(1.0, std::abs(c.inputs[j].mean))) continue;
    out.push_back({.kind = "constant_input",
                   .quantity = "I" + std::to_string(j + 1),
                   .evidence = fmt::format("input {} is {:.6g} for every sample", j + 1, c.inputs[j].mean),
                   .why = "It tells nothing about any sample; its weights act as a second bias.",
                   .cure = "Leave the column out with ignore in [data], or check how it was made."});
    return;
  }
}

void check_loss(const Checkup& c, Findings& out) {
  const std::string output = c.output_activation(), loss(c.loss.kind());
  const bool is_squared =
      loss == "mean_squared" || loss == "half_squared" || loss == "mean_absolute" || loss == "huber";
  if (!c.train.is_classification() || !is_squared) return;
  const bool several = c.train.target_kind() == TargetKind::kOneHot;
  out.push_back({.kind = "wrong_loss",
                 .layer = c.graph.layers.back().name,
                 .quantity = "loss",
                 .evidence = fmt::format("the {} classes are learned with {} behind a {} output", c.class_counts.size(),
                                         loss, output),
                 .why = "A squared error of probabilities is flat where the network is surest and wrong: its gradient "
                        "has the factor p (1 - p), so that wrong answers are corrected slowest.",
                 .cure = several ? "End with activation = \"softmax\" and take loss = \"categorical_cross_entropy\"."
                                 : "End with activation = \"sigmoid\" and take loss = \"binary_cross_entropy\"."});
}

void check_reach(const Checkup& c, Findings& out) {
  const std::string output = c.output_activation();
  double low = -HUGE_VAL, high = HUGE_VAL;
  if (output == "sigmoid" || output == "softmax") low = 0, high = 1;
  if (output == "tanh") low = -1, high = 1;
  if (output == "relu") low = 0;
  for (std::size_t j = 0; j < c.targets.size(); ++j) {
    const ColumnSummary& t = c.targets[j];
    if (t.least >= low - 1e-9 && t.largest <= high + 1e-9) continue;
    out.push_back(
        {.kind = "unreachable_targets",
         .layer = c.graph.layers.back().name,
         .quantity = fmt::format("{}.out[{}]", c.graph.layers.back().name, j),
         .evidence = fmt::format("target {} goes from {:.4g} to {:.4g}, but a {} output stays in [{:.4g}, {:.4g}]",
                                 j + 1, t.least, t.largest, output, low, high),
         .why = "No weights can give these targets; the output unit is driven into its flat end.",
         .cure = "Take activation = \"linear\" for the output, or scale the targets into its range."});
    return;
  }
}

void check_imbalance(const Checkup& c, Findings& out) {
  constexpr double kRatio = 8;
  if (c.class_counts.size() < 2 || c.experiment.data.class_weights.as_string() != nullptr ||
      c.experiment.data.class_weights.as_table() != nullptr)
    return;
  const auto [least, most] = std::ranges::minmax_element(c.class_counts);
  if (*least > 0 && static_cast<double>(*most) < kRatio * static_cast<double>(*least)) return;
  const auto name = [&](auto at) {
    return c.train.class_names()[static_cast<std::size_t>(at - c.class_counts.begin())];
  };
  out.push_back({.kind = "label_imbalance",
                 .quantity = "accuracy",
                 .evidence = fmt::format("class '{}' has {} training samples, class '{}' {}", name(most), *most,
                                         name(least), *least),
                 .why = "Always answering the large class is right most of the time, so that there is little gradient "
                        "towards anything else.",
                 .cure = "Set class_weights = \"balanced\" in [data], and judge by the recall of each class."});
}

}  // namespace isinglass
