#include "isinglass/record/layer_statistics.h"

#include <cmath>
#include <limits>
#include <optional>

#include "isinglass/kernels/reduce.h"

namespace isinglass {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kNearTheEnd = 0.01;  // of the range

// Where an activation flattens out.
struct Range {
  double low = 0, high = 0;
};
std::optional<Range> range_of(std::string_view activation) {
  if (activation == "sigmoid") return Range{0, 1};
  if (activation == "tanh") return Range{-1, 1};
  return std::nullopt;
}

struct Sums {
  double sum = 0, squares = 0;
  Index count = 0, flat = 0;
  bool is_dead = true;

  void add(double y, const std::optional<Range>& range) {
    sum += y;
    squares += y * y;
    ++count;
    is_dead = is_dead && y == 0;
    if (range) {
      const double margin = kNearTheEnd * (range->high - range->low);
      flat += y < range->low + margin || y > range->high - margin;
    }
  }
  double mean() const { return sum / static_cast<double>(count); }
  double deviation() const { return std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean() * mean())); }
};

// The activation that made the outputs of a layer, be it its own or the layer itself.
std::string_view activation_of(const Graph& graph, const GraphLayer& layer) {
  return graph.nodes[layer.out_node].layer.kind();
}

template <class T, class F>
void for_each_parameter(const Graph& graph, F f) {
  std::vector<bool> seen(graph.parameters.size(), false);
  for (const GraphNode& node : graph.nodes)
    for (const std::size_t p : node.parameters) {
      if (!seen[p] && graph.parameters[p].spec.role != ParamSpec::kState) f(node.layer_index, p);
      seen[p] = true;
    }
}

template <class T>
std::span<const T> numbers(const View<const T>& view) {
  return {view.data, static_cast<std::size_t>(view.size())};
}

template <class T>
void append_outputs(const Plan<T>& plan, const GraphLayer& layer, LayerStatistic& row,
                    std::vector<UnitStatistic>& units) {
  const View<const T> y = plan.value(layer.out_node + 1).middle_rows(0, plan.rows());
  const std::string_view activation = activation_of(plan.graph(), layer);
  const std::optional<Range> range = range_of(activation);
  const bool can_die = activation == "relu";
  const Index count = layer.out.size() > 1 ? layer.out[0] : y.cols, width = y.cols / std::max<Index>(count, 1);
  Sums all;
  Index dead = 0;
  for (Index u = 0; u < count; ++u) {
    Sums unit;
    for (Index n = 0; n < y.rows; ++n)
      for (Index j = u * width; j < (u + 1) * width; ++j) unit.add(static_cast<double>(y(n, j)), range);
    const auto share = [](Index part, Index whole) { return static_cast<double>(part) / static_cast<double>(whole); };
    if (count <= kMostUnits)
      units.push_back({.step = row.step,
                       .layer = row.layer,
                       .unit = u,
                       .mean = unit.mean(),
                       .deviation = unit.deviation(),
                       .dead = can_die ? (unit.is_dead ? 1.0 : 0.0) : kNone,
                       .saturated = range ? share(unit.flat, unit.count) : kNone});
    all.sum += unit.sum;
    all.squares += unit.squares;
    all.count += unit.count;
    all.flat += unit.flat;
    dead += unit.is_dead;
  }
  row.mean = all.mean();
  row.deviation = all.deviation();
  row.dead = can_die ? static_cast<double>(dead) / static_cast<double>(count) : kNone;
  row.saturated = range ? static_cast<double>(all.flat) / static_cast<double>(all.count) : kNone;
}

}  // namespace

template <class T>
void append_statistics(const Plan<T>& plan, Index step, std::vector<LayerStatistic>& layers,
                       std::vector<UnitStatistic>& units) {
  const Graph& graph = plan.graph();
  std::vector<double> gradients(graph.layers.size(), 0), weights = gradients;
  std::vector<bool> has_parameters(graph.layers.size(), false);
  for_each_parameter<T>(graph, [&](std::size_t layer, std::size_t p) {
    gradients[layer] += kernels::sum_of_squares(numbers<T>(plan.gradients()[p]));
    weights[layer] += kernels::sum_of_squares(numbers<T>(plan.parameters()[p]));
    has_parameters[layer] = true;
  });
  for (std::size_t k = 0; k < graph.layers.size(); ++k) {
    LayerStatistic row{.step = step, .layer = static_cast<Index>(k + 1)};
    append_outputs(plan, graph.layers[k], row, units);
    row.gradient_norm = has_parameters[k] ? std::sqrt(gradients[k]) : kNone;
    row.weight_norm = has_parameters[k] ? std::sqrt(weights[k]) : kNone;
    row.update_ratio = kNone;
    layers.push_back(row);
  }
}

template <class T>
std::vector<double> update_ratios(const Parameters<T>& before, const Parameters<T>& after) {
  const Graph& graph = before.graph();
  std::vector<double> changes(graph.layers.size(), 0), weights = changes;
  for_each_parameter<T>(graph, [&](std::size_t layer, std::size_t p) {
    const std::span<const T> from = numbers<T>(before[p]), to = numbers<T>(after[p]);
    weights[layer] += kernels::sum_of_squares(from);
    for (std::size_t i = 0; i < from.size(); ++i) {
      const double change = static_cast<double>(to[i]) - static_cast<double>(from[i]);
      changes[layer] += change * change;
    }
  });
  for (std::size_t k = 0; k < changes.size(); ++k) changes[k] = std::sqrt(changes[k] / weights[k]);  // 0 / 0: none
  return changes;
}

template void append_statistics(const Plan<float>&, Index, std::vector<LayerStatistic>&, std::vector<UnitStatistic>&);
template void append_statistics(const Plan<double>&, Index, std::vector<LayerStatistic>&, std::vector<UnitStatistic>&);
template std::vector<double> update_ratios(const Parameters<float>&, const Parameters<float>&);
template std::vector<double> update_ratios(const Parameters<double>&, const Parameters<double>&);

}  // namespace isinglass
