#include "isinglass/lab/collapse.h"

#include <cmath>

#include "isinglass/model/plan.h"

namespace isinglass {
namespace {

// The first layer whose output for (x + y) / 2 is not halfway between those for x and y: rows 0, 1 and 2 of a plan.
const GraphLayer* first_bent_layer(const Plan<double>& plan) {
  for (const GraphLayer& layer : plan.graph().layers) {
    const View<const double> y = plan.value(layer.out_node + 1);
    for (Index j = 0; j < y.cols; ++j) {
      const double halfway = (y(0, j) + y(1, j)) / 2;
      if (std::abs(y(2, j) - halfway) > 1e-9 * (1 + std::abs(halfway))) return &layer;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<double> AffineMap::operator()(const std::vector<double>& x) const {
  std::vector<double> y = intercept;
  for (Index i = 0; i < inputs; ++i)
    for (Index j = 0; j < outputs; ++j)
      y[static_cast<std::size_t>(j)] +=
          x[static_cast<std::size_t>(i)] * slopes[static_cast<std::size_t>(i * outputs + j)];
  return y;
}

AffineMap collapse(const Graph& graph, Parameters<double>& parameters) {
  const Index n_in = size_of(graph.input), n_out = size_of(graph.value_shape(graph.output_value()));
  ThreadPool pool(1);
  Plan<double> plan(graph, parameters, pool, {.max_batch = std::max<Index>(n_in + 1, 3)});
  const RandomKey key{.seed = 1, .purpose = Purpose::kNoise};
  for (Index i = 0; i < n_in; ++i) {
    for (Index n = 0; n < 2; ++n) plan.input()(n, i) = 8 * key.uniform(static_cast<std::uint64_t>(2 * i + n)) - 4;
    plan.input()(2, i) = (plan.input()(0, i) + plan.input()(1, i)) / 2;
  }
  plan.forward(3, Mode::kInference, {});
  if (const GraphLayer* layer = first_bent_layer(plan))
    throw OptionError(layer->name + " (" + layer->kind + (layer->activation.empty() ? "" : " + " + layer->activation) +
                      ") is not linear, so that the network is no single affine map; take activation = \"linear\"");
  for (Index n = 0; n <= n_in; ++n)
    for (Index i = 0; i < n_in; ++i) plan.input()(n, i) = i == n ? 1 : 0;
  plan.forward(n_in + 1, Mode::kInference, {});  // the last row is 0
  AffineMap map{.inputs = n_in, .outputs = n_out};
  const View<const double> y = plan.output();
  map.intercept.assign(y.row(n_in).begin(), y.row(n_in).end());
  for (Index i = 0; i < n_in; ++i)
    for (Index j = 0; j < n_out; ++j) map.slopes.push_back(y(i, j) - y(n_in, j));
  return map;
}

}  // namespace isinglass
