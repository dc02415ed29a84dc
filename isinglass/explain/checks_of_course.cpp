#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "isinglass/explain/checks.h"
#include "isinglass/model/first_beyond.h"

namespace isinglass {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The loss of the best constant answer: of squared errors the targets' variance, of cross-entropies their entropy.
// Nothing for other losses.
std::optional<double> constant_loss(const Checkup& c) {
  const std::string_view kind = c.loss.kind();
  if (kind == "mean_squared" || kind == "half_squared") {
    double sum = 0;
    for (const ColumnSummary& t : c.targets) sum += t.deviation * t.deviation;
    return kind == "half_squared" ? sum / 2 : sum / static_cast<double>(c.targets.size());
  }
  if (!c.class_counts.empty() && kind.ends_with("cross_entropy")) {
    const double total = static_cast<double>(c.train.size());
    double entropy = 0;
    for (const Index count : c.class_counts)
      if (count > 0) entropy -= static_cast<double>(count) / total * std::log(static_cast<double>(count) / total);
    return entropy;
  }
  return std::nullopt;
}

}  // namespace

void check_divergence(const Checkup& c, Findings& out) {
  if (c.steps.empty()) return;
  const StepRow &first = c.steps.front(), &last = c.steps.back();
  const bool is_finite = std::isfinite(last.loss) && (!c.end || std::isfinite(c.end->loss));
  const double worst = c.end && std::isfinite(c.end->loss) ? std::max(last.loss, c.end->loss) : last.loss;
  if (is_finite && worst < 1e3 * std::max(first.loss, 1e-12)) return;
  std::string where = c.end ? first_beyond(c.end->plan) : "";
  const auto loudest = std::ranges::max_element(c.at_end.empty() ? c.at_start : c.at_end, {},
                                                [](const LayerHealth& h) { return h.weight_norm; });
  out.push_back(
      {.kind = "diverged",
       .layer = loudest->name,
       .quantity = where.empty() ? "loss" : where.substr(0, where.find(' ')),
       .epoch = last.epoch,
       .evidence = fmt::format("the loss went from {:.4g} at step {} to {:.4g} at step {} (epoch {}, batch {})",
                               first.loss, first.step, last.loss, last.step, last.epoch, last.batch) +
                   (where.empty() ? "" : "; the first number that is not finite is " + where),
       .why = fmt::format("Steps of learning rate {:.3g} overshoot: each makes the error, and so the next step, "
                          "larger.",
                          last.learning_rate),
       .cure = "Take a learning rate ten times smaller, scaled inputs, or clip_norm = 1."});
}

void check_rate_too_high(const Checkup& c, Findings& out) {
  const std::vector<double>& l = c.train_losses;
  if (l.size() < 8 || !std::isfinite(l.back())) return;
  // Rises in the second half, of a loss that is not small.
  const double small = 0.1 * constant_loss(c).value_or(l.front());
  Index rises = 0, pairs = 0;
  for (std::size_t e = l.size() / 2; e < l.size(); ++e, ++pairs) rises += l[e] > 1.2 * l[e - 1] && l[e] > small;
  const double best = *std::ranges::min_element(l);
  const bool jumps = 7 * rises >= pairs && rises >= 3;
  const bool got_worse = l.back() > 2 * best && l.back() > 0.2 * l.front();
  if (!jumps && !got_worse) return;
  out.push_back({.kind = "learning_rate_too_high",
                 .quantity = "loss",
                 .epoch = c.epochs,
                 .evidence = fmt::format("the training loss rose by more than 20 % in {} of the last {} epochs; it was "
                                         "{:.4g} at best and is {:.4g} at the end",
                                         rises, pairs, best, l.back()),
                 .why = "Steps are longer than the valley is wide: they jump from one side to the other.",
                 .cure = "Take a learning rate three to ten times smaller, or a schedule such as \"cosine\"."});
}

void check_rate_too_low(const Checkup& c, Findings& out) {
  constexpr double kHardly = 0.05;
  const std::vector<double>& l = c.train_losses;
  if (l.size() < 5) return;
  const bool falls = std::ranges::is_sorted(l, std::greater<>()) && l.back() < l.front();
  double moved = 0, size = 0;
  for (std::size_t k = 0; k < c.graph.parameters.size() && c.end; ++k) {
    if (c.graph.parameters[k].spec.role != ParamSpec::kKernel) continue;
    const View<const double> from = std::as_const(c.start->parameters)[k], to = std::as_const(c.end->parameters)[k];
    for (Index i = 0; i < from.size(); ++i) {
      moved += (to.data[i] - from.data[i]) * (to.data[i] - from.data[i]);
      size += from.data[i] * from.data[i];
    }
  }
  const double ratio = size > 0 ? std::sqrt(moved / size) : 1;
  const double fall = (l.front() - l.back()) / std::abs(l.front());
  if (!falls || fall > kHardly || ratio > 0.02 || ratio == 0) return;
  out.push_back({.kind = "learning_rate_too_low",
                 .quantity = "learning_rate",
                 .epoch = c.epochs,
                 .evidence = fmt::format("in {} epochs the training loss fell steadily, but by {:.2g} % only, and the "
                                         "weights moved by {:.2g} % of their size",
                                         l.size(), 100 * fall, 100 * ratio),
                 .why = "Steps are so short that training would take many times as long.",
                 .cure = "Take a learning rate ten times larger."});
}

void check_over_fitting(const Checkup& c, Findings& out) {
  const std::vector<double>&t = c.train_losses, &v = c.validation_losses;
  if (v.size() < 5 || t.size() < 5) return;
  const auto best = std::ranges::min_element(v);
  const auto at = static_cast<std::size_t>(best - v.begin());
  const std::size_t last = std::min(t.size(), v.size()) - 1;
  if (!(v[last] > 1.2 * *best) || !(t[last] < t[std::min(at, last)]) || !(t[last] < 0.7 * v[last])) return;
  out.push_back(
      {.kind = "over_fitting",
       .quantity = "validation.loss",
       .epoch = static_cast<Index>(at),
       .evidence = fmt::format("the validation loss was least, {:.4g}, in epoch {} and is {:.4g} now, while the "
                               "training loss fell from {:.4g} to {:.4g}",
                               *best, at, v[last], t[std::min(at, last)], t[last]),
       .why = "The network learns its training samples by heart: it has more freedom than they can fix.",
       .cure = "Take early_stopping = { patience = 10 }, dropout, l2, fewer units, or more data."});
}

void check_plateau(const Checkup& c, Findings& out) {
  constexpr double kStill = 0.01, kNoBetter = 0.9;
  const std::vector<double>& l = c.train_losses;
  const std::optional<double> constant = constant_loss(c);
  if (l.size() < 6 || !constant || *constant == 0) return;
  const std::span<const double> late = std::span(l).last(l.size() / 3);
  const auto [low, high] = std::ranges::minmax(late);
  if (!(high - low < kStill * high) || !(mean_of(late) > kNoBetter * *constant)) return;
  out.push_back(
      {.kind = "plateau",
       .quantity = "loss",
       .epoch = c.epochs,
       .evidence = fmt::format("for the last {} epochs the training loss stays at {:.4g}; answering the same for "
                               "every sample would give {:.4g}",
                               late.size(), mean_of(late), *constant),
       .why = "The output does not depend on the input yet: the gradient that would change that is too small, or "
              "the network cannot.",
       .cure = "Look for another finding above; else take another initialisation, more units, or momentum."});
}

void check_stopped_early(const Checkup& c, Findings& out) {
  constexpr double kFast = 0.25;
  const std::vector<double>& l = c.train_losses;
  if (l.size() < 3 || !std::isfinite(l.back())) return;
  const double before = l[l.size() - 1 - std::max<std::size_t>(1, l.size() / 5)];
  if (!(l.back() < (1 - kFast) * before) || static_cast<Index>(l.size()) < c.experiment.train.epochs) return;
  const std::optional<double> constant = constant_loss(c);
  if (constant && l.back() < 0.1 * *constant) return;  // good enough to be a matter of taste
  out.push_back({.kind = "stopped_early",
                 .quantity = "loss",
                 .epoch = c.epochs,
                 .evidence = fmt::format("in its last {} epochs the training loss still fell from {:.4g} to {:.4g}",
                                         std::max<std::size_t>(1, l.size() / 5), before, l.back()),
                 .why = "Training ended before the network had learned what it can.",
                 .cure = "Train for two or three times as many epochs; --resume goes on from here."});
}

}  // namespace isinglass
