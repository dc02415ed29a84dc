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

template <class F>
void for_each_parameter(const Graph& graph, F f) {
  std::vector<bool> seen(graph.parameters.size(), false);
  for (const GraphNode& node : graph.nodes)
    for (const std::size_t p : node.parameters) {
      if (!seen[p] && graph.parameters[p].spec.role != ParamSpec::kState) f(node, p);
      seen[p] = true;
    }
}

template <class T>
std::span<const T> numbers(const View<const T>& view) {
  return {view.data, static_cast<std::size_t>(view.size())};
}

// How many units a layer's outputs are shared out to: nodes, or channels of images.
Index units_of(const GraphLayer& layer) {
  return layer.out.empty() ? 1 : layer.out[0];
}

// The axis of a parameter that counts those units; nothing where it is not clear.
std::optional<std::size_t> unit_axis(const Layer& layer, const Shape& shape, Index units) {
  std::vector<std::size_t> axes;
  for (std::size_t a = 0; a < shape.size(); ++a)
    if (shape[a] == units) axes.push_back(a);
  if (axes.size() < 2) return axes.empty() ? std::nullopt : std::optional(axes[0]);
  // As many come in as go out.
  const Value settings = layer.write();
  const Value* transposed = settings.find("transposed");
  if (layer.kind().starts_with("conv_transpose") || (transposed != nullptr && *transposed == Value(true))) return 0;
  if (layer.kind() == "dense" || layer.kind().starts_with("conv")) return shape.size() - 1;
  return std::nullopt;
}

// Of each layer the sum over its own parameters of a square for every number, by unit. Empty where no parameter is shared
// out to units, or they are too many.
template <class F>
std::vector<std::vector<double>> sums_by_unit(const Graph& graph, F square) {
  std::vector<std::vector<double>> sums(graph.layers.size());
  for_each_parameter(graph, [&](const GraphNode& node, std::size_t p) {
    const Shape& shape = graph.parameters[p].spec.shape;
    const Index count = units_of(graph.layers[node.layer_index]);
    const std::optional<std::size_t> axis = unit_axis(node.layer, shape, count);
    if (!axis || count > kMostUnits) return;
    std::vector<double>& own = sums[node.layer_index];
    own.resize(static_cast<std::size_t>(count), 0);
    const Index inner = size_of(Shape(shape.begin() + static_cast<std::ptrdiff_t>(*axis) + 1, shape.end()));
    const Index size = size_of(shape);
    for (Index i = 0; i < size;)
      for (double& sum : own)
        for (const Index end = i + inner; i < end; ++i) sum += square(p, static_cast<std::size_t>(i));
  });
  return sums;
}

double squared(double x) {
  return x * x;
}

template <class T>
void append_norms(const Plan<T>& plan, Index step, std::vector<UnitNorm>& norms) {
  const Graph& graph = plan.graph();
  const Parameters<T>&parameters = plan.parameters(), &gradients = plan.gradients();
  const auto of = [](const Parameters<T>& all) {
    return [&all](std::size_t p, std::size_t i) { return squared(static_cast<double>(all[p].data[i])); };
  };
  const auto weights = sums_by_unit(graph, of(parameters)), slopes = sums_by_unit(graph, of(gradients));
  for (std::size_t k = 0; k < weights.size(); ++k)
    for (std::size_t u = 0; u < weights[k].size(); ++u)
      norms.push_back({.step = step,
                       .layer = static_cast<Index>(k + 1),
                       .unit = static_cast<Index>(u),
                       .gradient_norm = std::sqrt(slopes[k][u]),
                       .weight_norm = std::sqrt(weights[k][u]),
                       .update_ratio = kNone});
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
                       std::vector<UnitStatistic>& units, std::vector<UnitNorm>& norms) {
  const Graph& graph = plan.graph();
  std::vector<double> gradients(graph.layers.size(), 0), weights = gradients;
  std::vector<bool> has_parameters(graph.layers.size(), false);
  for_each_parameter(graph, [&](const GraphNode& node, std::size_t p) {
    const std::size_t layer = node.layer_index;
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
  append_norms(plan, step, norms);
}

template <class T>
UpdateRatios update_ratios(const Parameters<T>& before, const Parameters<T>& after) {
  const Graph& graph = before.graph();
  std::vector<double> changes(graph.layers.size(), 0), weights = changes;
  for_each_parameter(graph, [&](const GraphNode& node, std::size_t p) {
    const std::size_t layer = node.layer_index;
    const std::span<const T> from = numbers<T>(before[p]), to = numbers<T>(after[p]);
    weights[layer] += kernels::sum_of_squares(from);
    for (std::size_t i = 0; i < from.size(); ++i) {
      const double change = static_cast<double>(to[i]) - static_cast<double>(from[i]);
      changes[layer] += change * change;
    }
  });
  UpdateRatios ratios;
  const auto ratio = [](double change, double weight) { return std::sqrt(change / weight); };  // 0 / 0: none
  for (std::size_t k = 0; k < changes.size(); ++k) ratios.layers.push_back(ratio(changes[k], weights[k]));
  const auto unit_weights = sums_by_unit(
      graph, [&](std::size_t p, std::size_t i) { return squared(static_cast<double>(before[p].data[i])); });
  const auto unit_changes = sums_by_unit(graph, [&](std::size_t p, std::size_t i) {
    return squared(static_cast<double>(after[p].data[i]) - static_cast<double>(before[p].data[i]));
  });
  for (std::size_t k = 0; k < unit_weights.size(); ++k)
    for (std::size_t u = 0; u < unit_weights[k].size(); ++u)
      ratios.units.push_back(ratio(unit_changes[k][u], unit_weights[k][u]));
  return ratios;
}

template void append_statistics(const Plan<float>&, Index, std::vector<LayerStatistic>&, std::vector<UnitStatistic>&,
                                std::vector<UnitNorm>&);
template void append_statistics(const Plan<double>&, Index, std::vector<LayerStatistic>&, std::vector<UnitStatistic>&,
                                std::vector<UnitNorm>&);
template UpdateRatios update_ratios(const Parameters<float>&, const Parameters<float>&);
template UpdateRatios update_ratios(const Parameters<double>&, const Parameters<double>&);

}  // namespace isinglass
