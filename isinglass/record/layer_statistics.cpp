#include "isinglass/record/layer_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace isinglass {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kNearTheEnd = 0.01;  // of the range

// The axis of a parameter that counts the units; nothing where it is not clear.
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

template <class Range>
struct OutputSums {
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

// In lanes: a single sum would wait for itself.
template <class F>
double sum_of(Index count, F number) {
  constexpr Index kLanes = 8;
  std::array<double, kLanes> sums{};
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (Index l = 0; l < kLanes; ++l) sums[static_cast<std::size_t>(l)] += number(i + l);
  for (Index l = 0; i + l < count; ++l) sums[static_cast<std::size_t>(l)] += number(i + l);
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

double ratio(double change, double weight) {  // of their squares; 0 / 0: none
  return std::sqrt(change / weight);
}

}  // namespace

template <class T>
LayerStatistics<T>::LayerStatistics(const Graph& graph) : graph_(&graph), before_(graph) {
  for (const GraphLayer& layer : graph.layers) {
    // The activation that made the outputs, be it the layer's own or the layer itself.
    const std::string_view activation = graph.nodes[layer.out_node].layer.kind();
    Outputs& o = outputs_.emplace_back(Outputs{.value = layer.out_node + 1, .can_die = activation == "relu"});
    const Index size = size_of(layer.out);
    o.units = layer.out.size() > 1 ? layer.out[0] : size;
    o.width = size / std::max<Index>(o.units, 1);
    if (activation == "sigmoid") o.range = Range{0, 1};
    if (activation == "tanh") o.range = Range{-1, 1};
  }
  list_parts();
}

template <class T>
void LayerStatistics<T>::list_parts() {
  const Graph& graph = *graph_;
  std::vector<bool> seen(graph.parameters.size(), false);
  for (const GraphNode& node : graph.nodes)
    for (const std::size_t p : node.parameters) {
      const GraphParameter& parameter = graph.parameters[p];
      if (!seen[p] && parameter.spec.role != ParamSpec::kState)
        parts_.push_back({.parameter = p, .layer = node.layer_index, .size = parameter.size()});
      seen[p] = true;
      if (parts_.empty() || parts_.back().parameter != p) continue;
      Part& part = parts_.back();
      const GraphLayer& layer = graph.layers[part.layer];
      const Shape& shape = parameter.spec.shape;
      const Index count = layer.out.empty() ? 1 : layer.out[0];  // nodes, or channels of images
      outputs_[part.layer].has_parameters = true;
      const std::optional<std::size_t> axis = unit_axis(node.layer, shape, count);
      if (!axis || count > kMostUnits) continue;
      part.units = static_cast<std::size_t>(count);
      part.inner = size_of(Shape(shape.begin() + static_cast<std::ptrdiff_t>(*axis) + 1, shape.end()));
    }
  // Rows are by layer; parameters of the same layer share its units.
  for (std::size_t k = 0; k < graph.layers.size(); ++k) {
    const std::size_t first = units_.size();
    for (Part& part : parts_) {
      if (part.layer != k || part.units == 0) continue;
      part.first_unit = first;
      for (std::size_t u = units_.size() - first; u < part.units; ++u)
        units_.push_back({static_cast<Index>(k + 1), static_cast<Index>(u)});
    }
  }
  for (Sums* sums : {&weights_, &slopes_})
    *sums = {std::vector<double>(graph.layers.size()), std::vector<double>(units_.size())};
}

// Squares of number(parameter, i), by layer and by unit.
template <class T>
template <class F>
void LayerStatistics<T>::add_squares(F number, Sums& sums) const {
  std::ranges::fill(sums.layers, 0);
  std::ranges::fill(sums.units, 0);
  for (const Part& part : parts_) {
    const auto square_at = [at = number(part.parameter)](Index i) {
      const double x = at(i);
      return x * x;
    };
    if (part.units == 0) {
      sums.layers[part.layer] += sum_of(part.size, square_at);
      continue;
    }
    double* const units = sums.units.data() + part.first_unit;
    for (Index i = 0; i < part.size;)
      for (std::size_t u = 0; u < part.units; ++u)
        for (const Index end = i + part.inner; i < end; ++i) units[u] += square_at(i);
  }
  for (std::size_t u = 0; u < units_.size(); ++u)
    sums.layers[static_cast<std::size_t>(units_[u].layer - 1)] += sums.units[u];
}

template <class T>
void LayerStatistics<T>::append_outputs(const Plan<T>& plan, const Outputs& outputs, LayerStatistic& row,
                                        std::vector<UnitStatistic>& units) const {
  const View<const T> y = plan.value(outputs.value).middle_rows(0, plan.rows());
  const auto share = [](Index part, Index whole) { return static_cast<double>(part) / static_cast<double>(whole); };
  OutputSums<Range> all;
  Index dead = 0;
  for (Index u = 0; u < outputs.units; ++u) {
    OutputSums<Range> unit;
    for (Index n = 0; n < y.rows; ++n)
      for (Index j = u * outputs.width; j < (u + 1) * outputs.width; ++j)
        unit.add(static_cast<double>(y(n, j)), outputs.range);
    if (outputs.units <= kMostUnits)
      units.push_back({.step = row.step,
                       .layer = row.layer,
                       .unit = u,
                       .mean = unit.mean(),
                       .deviation = unit.deviation(),
                       .dead = outputs.can_die ? (unit.is_dead ? 1.0 : 0.0) : kNone,
                       .saturated = outputs.range ? share(unit.flat, unit.count) : kNone});
    all.sum += unit.sum;
    all.squares += unit.squares;
    all.count += unit.count;
    all.flat += unit.flat;
    dead += unit.is_dead;
  }
  row.mean = all.mean();
  row.deviation = all.deviation();
  row.dead = outputs.can_die ? share(dead, outputs.units) : kNone;
  row.saturated = outputs.range ? share(all.flat, all.count) : kNone;
}

template <class T>
void LayerStatistics<T>::append(const Plan<T>& plan, Index step, std::vector<LayerStatistic>& layers,
                                std::vector<UnitStatistic>& units, std::vector<UnitNorm>& norms) {
  std::ranges::copy(plan.parameters().flat(), before_.flat().begin());
  const auto of = [](const Parameters<T>& all) {
    return [&all](std::size_t p) { return [data = all[p].data](Index i) { return static_cast<double>(data[i]); }; };
  };
  add_squares(of(plan.parameters()), weights_);
  add_squares(of(plan.gradients()), slopes_);
  for (std::size_t k = 0; k < outputs_.size(); ++k) {
    const bool has = outputs_[k].has_parameters;
    LayerStatistic& row =
        layers.emplace_back(LayerStatistic{.step = step,
                                           .layer = static_cast<Index>(k + 1),
                                           .gradient_norm = has ? std::sqrt(slopes_.layers[k]) : kNone,
                                           .weight_norm = has ? std::sqrt(weights_.layers[k]) : kNone,
                                           .update_ratio = kNone});
    append_outputs(plan, outputs_[k], row, units);
  }
  for (std::size_t u = 0; u < units_.size(); ++u)
    norms.push_back({.step = step,
                     .layer = units_[u].layer,
                     .unit = units_[u].unit,
                     .gradient_norm = std::sqrt(slopes_.units[u]),
                     .weight_norm = std::sqrt(weights_.units[u]),
                     .update_ratio = kNone});
}

template <class T>
void LayerStatistics<T>::add_update_ratios(const Parameters<T>& after, std::vector<LayerStatistic>& layers,
                                           std::vector<UnitNorm>& norms) {
  if (layers.size() < outputs_.size() || norms.size() < units_.size()) return;  // they were handed over meanwhile
  add_squares(
      [&](std::size_t p) {
        return [from = before_[p].data, to = after[p].data](Index i) {
          return static_cast<double>(to[i]) - static_cast<double>(from[i]);
        };
      },
      slopes_);
  for (std::size_t k = 0; k < outputs_.size(); ++k)
    layers[layers.size() - outputs_.size() + k].update_ratio = ratio(slopes_.layers[k], weights_.layers[k]);
  for (std::size_t u = 0; u < units_.size(); ++u)
    norms[norms.size() - units_.size() + u].update_ratio = ratio(slopes_.units[u], weights_.units[u]);
}

template class LayerStatistics<float>;
template class LayerStatistics<double>;

}  // namespace isinglass
