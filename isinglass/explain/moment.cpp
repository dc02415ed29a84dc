#include "isinglass/explain/moment.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

void check_size(const char* what, std::size_t found, Index expected) {
  if (static_cast<Index>(found) != expected)
    throw ShapeError(std::string("a moment of this network and batch has ") + std::to_string(expected) + " " + what +
                     ", got " + std::to_string(found));
}

}  // namespace

struct Moment::State {
  explicit State(Setup given);

  void forward(std::size_t first_node);
  double batch_loss(std::optional<Index> row, bool of_prediction);
  void back_propagate(std::optional<Index> row);
  double difference(double& number, std::size_t first_node, std::optional<Index> row, bool of_prediction);

  Setup setup;
  Index rows;
  ThreadPool pool{1};
  Parameters<double> parameters, planned;  // training steps change the states of the latter
  Plan<double> plan;
  ValueId loss_value;
  PlanMemory<double> memory;  // the step again, to look at and to change
  PlanPart<double> part;
  Buffer<double> scratch;
  std::vector<double> losses;
  bool is_propagated = false;
  std::optional<Index> propagated_row;
};

Moment::State::State(Setup given)
    : setup(std::move(given)),
      rows(static_cast<Index>(setup.inputs.size()) / size_of(setup.graph.input)),
      parameters(setup.graph),
      planned(setup.graph),
      plan(setup.graph, planned, pool,
           {.max_batch = std::max<Index>(rows, 1), .loss = setup.loss, .training = true, .input_gradient = true}),
      loss_value(setup.loss.activation().empty() ? setup.graph.output_value() : setup.graph.nodes.back().inputs[0]),
      memory(setup.graph, {.max_batch = std::max<Index>(rows, 1), .loss_value = loss_value}),
      part(setup.graph, memory, parameters, nullptr),
      losses(static_cast<std::size_t>(rows)) {
  if (rows < 1) throw ShapeError("a moment has at least one sample");
  check_size("parameters", setup.parameters.size(), static_cast<Index>(parameters.flat().size()));
  check_size("inputs", setup.inputs.size(), plan.input().size());
  check_size("targets", setup.targets.size(), plan.target().size());
  if (setup.weights.empty()) setup.weights.assign(losses.size(), 1.0);
  if (setup.samples.empty())
    for (Index n = 0; n < rows; ++n) setup.samples.push_back(n);
  check_size("weights", setup.weights.size(), rows);
  check_size("sample numbers", setup.samples.size(), rows);
  std::ranges::copy(setup.parameters, parameters.flat().begin());
  std::ranges::copy(setup.inputs, memory.values[0].data);
  Index most = 0;
  for (const GraphNode& node : setup.graph.nodes) most = std::max(most, node.layer.scratch(node.in));
  scratch = Buffer<double>(most);
  part.narrow(0, rows);
  for (std::size_t k = 0; k < part.calls.size(); ++k) {
    Forward<double>& f = part.calls[k].forward;
    f.mode = Mode::kTraining;
    f.scratch = scratch.span();
    f.slice_end = setup.graph.nodes[k].layer.batch_slices(setup.graph.nodes[k].in);
    if (const auto purpose = setup.graph.nodes[k].layer.random())
      f.random = {setup.key.seed, *purpose, static_cast<std::uint32_t>(k), setup.key.step};
  }
  forward(0);
}

// Computes the nodes from `first_node` on anew.
void Moment::State::forward(std::size_t first_node) {
  for (std::size_t k = first_node; k < part.calls.size(); ++k) {
    const LayerFunctions<double> f = setup.graph.nodes[k].layer.functions<double>();
    f.forward(f.self, part.calls[k].forward);
  }
}

// `of_prediction`: as a function of the output alone, where the loss is otherwise computed from its pre-activation.
double Moment::State::batch_loss(std::optional<Index> row, bool of_prediction) {
  const View<double> z = memory.values[loss_value], y_hat = memory.values[setup.graph.output_value()];
  const View<double> y{setup.targets.data(), rows, y_hat.cols};
  if (of_prediction) {
    for (Index n = 0; n < rows; ++n)
      losses[static_cast<std::size_t>(n)] = setup.loss.prediction_value({z.row(n), y_hat.row(n), y.row(n)});
  } else {
    const LossFunctions<double> f = setup.loss.functions<double>();
    f.value(f.self, {.z = z, .y_hat = y_hat, .y = y, .loss = losses});
  }
  for (std::size_t k = 0; k < setup.graph.nodes.size(); ++k) {
    const double rate = setup.graph.nodes[k].activity_l1;
    for (Index n = 0; rate > 0 && n < rows; ++n)
      for (const double x : memory.values[k + 1].row(n)) losses[static_cast<std::size_t>(n)] += rate * std::abs(x);
  }
  if (row) return setup.weights[static_cast<std::size_t>(*row)] * losses[static_cast<std::size_t>(*row)];
  double sum = 0;
  for (std::size_t n = 0; n < losses.size(); ++n) sum += setup.weights[n] * losses[n];
  return sum / static_cast<double>(rows);
}

void Moment::State::back_propagate(std::optional<Index> row) {
  if (is_propagated && propagated_row == row) return;
  std::ranges::copy(setup.parameters, planned.flat().begin());
  std::ranges::copy(setup.inputs, plan.input().data);
  std::ranges::copy(setup.targets, plan.target().data);
  std::ranges::copy(setup.weights, plan.weights().begin());
  for (std::size_t n = 0; row && n < setup.weights.size(); ++n)
    plan.weights()[n] = static_cast<Index>(n) == *row ? setup.weights[n] * static_cast<double>(rows) : 0;
  plan.train(rows, setup.key);
  is_propagated = true;
  propagated_row = row;
}

double Moment::State::difference(double& number, std::size_t first_node, std::optional<Index> row, bool of_prediction) {
  const double center = number, h = 1e-5 * std::max(1.0, std::abs(center));
  const auto loss_at = [&](double x) {
    number = x;
    forward(first_node);
    return batch_loss(row, of_prediction);
  };
  const double above = loss_at(center + h), below = loss_at(center - h);
  number = center;
  forward(first_node);
  return (above - below) / (2 * h);
}

Moment::Moment(Setup setup) : state_(std::make_unique<State>(std::move(setup))) {}
Moment::Moment(Moment&&) noexcept = default;
Moment::~Moment() = default;

const Graph& Moment::graph() const {
  return state_->setup.graph;
}
const Loss& Moment::loss_function() const {
  return state_->setup.loss;
}
Index Moment::epoch() const {
  return state_->setup.epoch;
}
Index Moment::rows() const {
  return state_->rows;
}
Index Moment::sample(Index row) const {
  return state_->setup.samples[static_cast<std::size_t>(row)];
}
std::optional<Index> Moment::row_of(Index sample) const {
  const auto found = std::ranges::find(state_->setup.samples, sample);
  if (found == state_->setup.samples.end()) return std::nullopt;
  return static_cast<Index>(found - state_->setup.samples.begin());
}
double Moment::weight(Index row) const {
  return state_->setup.weights[static_cast<std::size_t>(row)];
}
bool Moment::couples_samples() const {
  return rows() > 1 && std::ranges::any_of(graph().nodes, [](const GraphNode& n) { return n.layer.couples_batch(); });
}

View<const double> Moment::value(ValueId v) const {
  return state_->memory.values[v];
}
View<const double> Moment::target() const {
  return {state_->setup.targets.data(), rows(), size_of(graph().value_shape(graph().output_value()))};
}
const Parameters<double>& Moment::parameters() const {
  return state_->parameters;
}
ValueId Moment::loss_value() const {
  return state_->loss_value;
}
LossSample Moment::loss_sample(Index row) const {
  return {value(loss_value()).row(row), value(graph().output_value()).row(row), target().row(row)};
}
const Forward<double>& Moment::call(std::size_t k) const {
  return state_->part.calls[k].forward;
}

bool Moment::is_skipped(ValueId v) const {
  return v == graph().output_value() && v != loss_value();
}

double Moment::loss(std::optional<Index> row) const {
  return state_->batch_loss(row, false);
}

static Index row_for(const Moment& moment, const Address& address, std::optional<Index> row) {
  if (row && (*row < 0 || *row >= moment.rows()))
    throw OptionError("the batch has the samples 0 to " + std::to_string(moment.rows() - 1) + ", got " +
                      std::to_string(*row));
  if (!row && address.is_value() && moment.rows() > 1)
    throw OptionError(name_of(address, moment.graph()) + " is a number of one sample; say of which of the " +
                      std::to_string(moment.rows()));
  return row.value_or(0);
}

double Moment::value(const Address& address, std::optional<Index> row) const {
  const Index n = row_for(*this, address, row);
  if (address.kind == Address::kScalar) throw OptionError(address.scalar + " is no number of a network's step");
  if (address.kind == Address::kLoss) return address.is_derivative ? 1 : loss(row);
  if (!address.is_derivative)
    return address.is_value() ? value(address.which)(n, address.element)
                              : parameters()[address.which].data[address.element];
  state_->back_propagate(row);
  if (!address.is_value()) return state_->plan.gradients()[address.which].data[address.element];
  const View<const double> gradient = std::as_const(state_->plan).value_gradient(address.which);
  return is_skipped(address.which) ? std::numeric_limits<double>::quiet_NaN() : gradient(n, address.element);
}

double Moment::finite_difference(const Address& address, std::optional<Index> row) const {
  const Index n = row_for(*this, address, row);
  if (address.kind == Address::kLoss) return 1;
  if (address.kind == Address::kScalar)
    throw OptionError("the loss has no derivative with respect to " + address.scalar);
  if (address.is_value())
    return state_->difference(state_->memory.values[address.which](n, address.element), address.which, row,
                              address.which == graph().output_value() && address.which != loss_value());
  std::size_t first = 0;
  while (std::ranges::find(graph().nodes[first].parameters, address.which) == graph().nodes[first].parameters.end())
    ++first;
  return state_->difference(state_->parameters[address.which].data[address.element], first, row, false);
}

double Moment::gradient_norm(ValueId v, std::optional<Index> row) const {
  state_->back_propagate(row);
  const View<const double> gradient = std::as_const(state_->plan).value_gradient(v);
  if (is_skipped(v)) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (Index n = 0; n < rows(); ++n)
    for (const double g : gradient.row(n)) sum += g * g;
  return std::sqrt(sum);
}

}  // namespace isinglass
