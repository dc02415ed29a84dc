#include "isinglass/explain/chain_rule.h"

#include <algorithm>
#include <cmath>

namespace isinglass {

ValueId before_rearranging(const Graph& graph, ValueId v, const Place& target) {
  while (v != 0) {
    const GraphNode& node = graph.nodes[v - 1];
    const bool rearranges = node.layer.kind() == "flatten" || node.layer.kind() == "reshape";
    if (!rearranges || node.activity_l1 > 0 || (target.kind == Place::kValue && target.which == v)) break;
    v = node.inputs[0];
  }
  return v;
}

ChainRule::ChainRule(const Moment& moment, const Address& target, std::optional<Index> row)
    : moment_(&moment),
      row_(row),
      target_{.kind = target.is_value() ? Place::kValue : Place::kParameter,
              .which = target.which,
              .row = target.is_value() ? row.value_or(0) : 0,
              .element = target.element},
      has_several_samples_(moment.couples_samples() || (!row && moment.rows() > 1)),
      of_target_{.paths = 1, .tangent = 1, .best = 1},
      sample_losses_(static_cast<std::size_t>(moment.rows())),
      values_(moment.graph().nodes.size() + 1) {
  const Graph& graph = moment.graph();
  const auto for_each_place = [&](std::size_t node, const auto& f) {
    for (const Index n : rows())
      for (Index j = 0; j < size_of(graph.nodes[node].out); ++j) f(Place{Place::kValue, node + 1, n, j});
  };
  const std::size_t first = target.is_value() ? target.which : 0;
  for (std::size_t k = first; k < graph.nodes.size(); ++k) {
    if (resolve(k + 1) != k + 1 || !can_lead(k)) continue;
    values_[k + 1].resize(static_cast<std::size_t>(moment.value(k + 1).size()));
    for_each_place(k, [&](const Place& place) { sum_up(place); });
  }
  for (const Index n : loss_rows()) sum_up({.kind = Place::kSampleLoss, .row = n});
  sum_up(root());
  root_.adjoint = 1;
  spread(root());
  for (const Index n : loss_rows()) spread({.kind = Place::kSampleLoss, .row = n});
  for (std::size_t k = graph.nodes.size(); k-- > first;)
    if (!values_[k + 1].empty()) for_each_place(k, [&](const Place& place) { spread(place); });
}

std::vector<Index> ChainRule::rows() const {
  if (row_ && !moment_->couples_samples()) return {*row_};
  std::vector<Index> all;
  for (Index n = 0; n < moment_->rows(); ++n) all.push_back(n);
  return all;
}
std::vector<Index> ChainRule::loss_rows() const {
  return row_ ? std::vector<Index>{*row_} : rows();
}

// Whether a link of the node may lead to the target.
bool ChainRule::can_lead(std::size_t node) const {
  const GraphNode& n = moment_->graph().nodes[node];
  if (target_.kind == Place::kParameter && std::ranges::find(n.parameters, target_.which) != n.parameters.end())
    return true;
  return std::ranges::any_of(n.inputs, [&](ValueId input) {
    const ValueId v = resolve(input);
    return !values_[v].empty() || (target_.kind == Place::kValue && target_.which == v);
  });
}

auto ChainRule::numbers(const Place& place) const -> const Numbers& {
  static const Numbers kNone;
  if (place == target_) return of_target_;
  switch (place.kind) {
    case Place::kLoss:
      return root_;
    case Place::kSampleLoss:
      return sample_losses_[static_cast<std::size_t>(place.row)];
    case Place::kValue: {
      const std::vector<Numbers>& all = values_[place.which];
      const Index cols = moment_->value(place.which).cols;
      return all.empty() ? kNone : all[static_cast<std::size_t>(place.row * cols + place.element)];
    }
    case Place::kParameter:
      break;
  }
  return kNone;
}

// (1), (2), (3)
void ChainRule::sum_up(const Place& place) {
  Numbers sum;
  all_links(place, [&](const Link& link) {
    const Numbers& from = numbers(link.from);
    if (from.paths == 0) return;
    const double d = link.derivative.value();
    sum.paths += from.paths;
    sum.tangent += d * from.tangent;
    sum.best = std::max(sum.best, std::abs(d) * from.best);
  });
  numbers(place) = sum;
}

// (4)
void ChainRule::spread(const Place& place) {
  if (numbers(place).paths == 0) return;
  const double adjoint = numbers(place).adjoint;
  links(place, [&](const Link& link) { numbers(link.from).adjoint += adjoint * link.derivative.value(); });
}

void ChainRule::links(const Place& place, const std::function<void(const Link&)>& sink) const {
  all_links(place, [&](const Link& link) {
    if (numbers(link.from).paths > 0) sink(link);
  });
}

void ChainRule::all_links(const Place& place, const std::function<void(const Link&)>& sink) const {
  if (place == target_) return;
  Index ordinal = 0;
  const auto give = [&](const Place& from, const Expression& derivative) {
    sink({place, from, ordinal++, derivative});
  };
  if (place.kind == Place::kSampleLoss) links_of_sample_loss(place, give);
  if (place.kind == Place::kValue) links_of_value(place, give);
  if (place.kind != Place::kLoss) return;
  const double count = row_ ? 1 : static_cast<double>(moment_->rows());
  for (const Index n : loss_rows()) {
    const double weight = moment_->weight(n);
    const Place sample{.kind = Place::kSampleLoss, .row = n};
    if (count == 1)
      give(sample, weight);
    else
      give(sample, weight == 1 ? 1.0 / Expression(count) : weight / Expression(count));
  }
}

void ChainRule::links_of_sample_loss(const Place& place,
                                     const std::function<void(const Place&, const Expression&)>& sink) const {
  const Graph& graph = moment_->graph();
  const LossSample sample = moment_->loss_sample(place.row);
  const auto at = [&](ValueId v, std::size_t j) {
    return Place{Place::kValue, resolve(v), place.row, static_cast<Index>(j)};
  };
  const ValueId output = graph.output_value(), used = moment_->loss_value();
  const bool of_prediction = target_.kind == Place::kValue && target_.which == output && used != output;
  for (std::size_t j = 0; j < sample.y_hat.size(); ++j)
    if (of_prediction)
      sink(at(output, j), moment_->loss_function().prediction_derivative(sample, j));
    else
      sink(at(used, j), moment_->loss_function().derivative(sample, j));
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    if (graph.nodes[k].activity_l1 == 0) continue;
    const std::span<const double> x = moment_->value(k + 1).row(place.row);
    for (std::size_t j = 0; j < x.size(); ++j)
      sink(at(k + 1, j), graph.nodes[k].activity_l1 * ((x[j] > 0 ? 1.0 : 0.0) - (x[j] < 0 ? 1.0 : 0.0)));
  }
}

void ChainRule::links_of_value(const Place& place,
                               const std::function<void(const Place&, const Expression&)>& sink) const {
  if (place.which == 0) return;
  const GraphNode& node = moment_->graph().nodes[place.which - 1];
  node.layer.partials(moment_->call(place.which - 1), place.row, place.element, [&](const Partial& partial) {
    const Quantity& q = partial.variable;
    const auto which = static_cast<std::size_t>(q.which);
    if (q.kind == Quantity::kParameter)
      sink({.kind = Place::kParameter, .which = node.parameters[which], .element = q.index}, partial.derivative);
    else
      sink({Place::kValue, resolve(node.inputs[which]), q.row, q.index}, partial.derivative);
  });
}

}  // namespace isinglass
