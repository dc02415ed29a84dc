#include "isinglass/explain/checkup.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "isinglass/kernels/reduce.h"

namespace isinglass {
namespace {

constexpr Index kSamples = 2000, kProbed = 512;  // of the training data: looked at, and sent through the network

std::vector<Index> first_rows(const Dataset& data, Index most) {
  std::vector<Index> rows(static_cast<std::size_t>(std::min(most, data.size())));
  std::iota(rows.begin(), rows.end(), Index{0});
  return rows;
}

std::vector<ColumnSummary> summaries(View<const double> x) {
  std::vector<ColumnSummary> out(static_cast<std::size_t>(x.cols));
  const double count = static_cast<double>(x.rows);
  for (Index j = 0; j < x.cols; ++j) {
    ColumnSummary& c = out[static_cast<std::size_t>(j)];
    c.least = c.largest = x(0, j);
    double sum = 0, squares = 0;
    for (Index n = 0; n < x.rows; ++n) {
      sum += x(n, j);
      c.least = std::min(c.least, x(n, j));
      c.largest = std::max(c.largest, x(n, j));
    }
    c.mean = sum / count;
    for (Index n = 0; n < x.rows; ++n) squares += (x(n, j) - c.mean) * (x(n, j) - c.mean);
    c.deviation = std::sqrt(squares / count);
  }
  return out;
}

bool is_flat(std::string_view activation, double y) {
  if (activation == "sigmoid") return y < 0.01 || y > 0.99;
  return activation == "tanh" && std::abs(y) > 0.98;
}

}  // namespace

Probe::Probe(const Graph& graph, const Loss& loss_function, const StepMoment& moment, const Dataset& train)
    : epoch(moment.epoch),
      parameters(graph),
      plan(graph, parameters, pool,
           {.max_batch = std::min(kProbed, train.size()), .loss = loss_function, .training = true}) {
  const std::vector<Index> rows = first_rows(train, kProbed);
  std::ranges::copy(moment.parameters, parameters.flat().begin());
  train.gather<double>(rows, plan.input(), plan.target(), plan.weights());
  loss = plan.train(static_cast<Index>(rows.size()), moment.key);
}

std::vector<LayerHealth> layer_health(const Probe& probe) {
  const Graph& graph = probe.plan.graph();
  std::vector<LayerHealth> out;
  for (const GraphLayer& layer : graph.layers) {
    LayerHealth h{.name = layer.name, .activation = std::string(graph.nodes[layer.out_node].layer.kind())};
    const View<const double> y = probe.plan.value(layer.out_node + 1).middle_rows(0, probe.plan.rows());
    h.units = layer.out.size() > 1 ? layer.out[0] : y.cols;
    const Index width = y.cols / h.units;
    Index dead = 0, constant = 0, flat = 0;
    for (Index u = 0; u < h.units; ++u) {
      bool is_dead = true, is_constant = true;
      for (Index n = 0; n < y.rows; ++n)
        for (Index j = u * width; j < (u + 1) * width; ++j) {
          is_dead = is_dead && y(n, j) == 0;
          is_constant = is_constant && std::abs(y(n, j) - y(0, j)) <= 1e-9 * std::abs(y(0, j));
          flat += is_flat(h.activation, y(n, j));
        }
      dead += is_dead;
      constant += is_constant;
    }
    h.dead = static_cast<double>(dead) / static_cast<double>(h.units);
    h.constant = y.rows > 1 ? static_cast<double>(constant) / static_cast<double>(h.units) : 0;
    h.saturated = static_cast<double>(flat) / static_cast<double>(y.rows * y.cols);
    double gradient = 0, weight = 0;
    for (const std::size_t p : graph.nodes[layer.pre_node].parameters) {
      if (graph.parameters[p].spec.role != ParamSpec::kKernel) continue;
      const auto numbers = [](View<const double> v) { return std::span(v.data, static_cast<std::size_t>(v.size())); };
      gradient += kernels::sum_of_squares(numbers(probe.plan.gradients()[p]));
      weight += kernels::sum_of_squares(numbers(probe.parameters[p]));
      h.weights += static_cast<double>(graph.parameters[p].size());
      h.has_parameters = true;
    }
    h.gradient_norm = std::sqrt(gradient);
    h.weight_norm = std::sqrt(weight);
    out.push_back(std::move(h));
  }
  return out;
}

Checkup::Checkup(RunReader& run)
    : experiment(run.experiment()),
      graph(run.graph()),
      loss(run.loss()),
      train(run.data().train),
      epochs(run.epochs()),
      batches(run.batches()) {
  start = std::make_unique<Probe>(graph, loss, run.moment(run.first_epoch()), train);
  at_start = layer_health(*start);
  if (RunStore* store = run.store()) {
    steps = store->steps();
    is_finished = store->find("steps").has_value();
    if (is_finished && !steps.empty() && steps.back().epoch >= epochs) steps.pop_back();  // the state after training
    for (const MetricRow& row : store->metrics()) {
      if (row.name != "loss") continue;
      if (row.part == "train") train_losses.push_back(row.value);
      if (row.part == "validation") validation_losses.push_back(row.value);
    }
  }
  try {
    end = std::make_unique<Probe>(graph, loss, run.moment(epochs), train);
    at_end = layer_health(*end);
  } catch (const InputError&) {  // the run was cut short within its first epoch
  }
  const std::vector<Index> rows = first_rows(train, kSamples);
  const Index count = static_cast<Index>(rows.size());
  Buffer<double> x(count * train.inputs()), y(count * train.outputs());
  const View<double> xs(x.data(), count, train.inputs()), ys(y.data(), count, train.outputs());
  train.gather<double>(rows, xs, ys, {});
  inputs = summaries(xs);
  targets = summaries(ys);
  class_counts.assign(train.class_names().size(), 0);
  for (const Index label : train.labels()) ++class_counts[static_cast<std::size_t>(label)];
}

}  // namespace isinglass
