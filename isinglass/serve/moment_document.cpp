#include "isinglass/serve/moment_document.h"

#include <algorithm>

#include "isinglass/serve/network_document.h"

namespace isinglass {
namespace {

Value::Array array_of(std::span<const double> numbers) {
  Value::Array out;
  for (const double x : numbers) out.push_back(x);
  return out;
}

}  // namespace

ComputedBatch compute(Replay& replay, const MomentRequest& request) {
  ComputedBatch found;
  found.batch =
      request.sample ? replay.batch_of(*request.sample) : Replay::Batch{.number = request.step % replay.batches()};
  replay.compute(found.batch);
  if (request.sample) {
    const auto samples = replay.samples();
    found.row = std::ranges::find(samples, *request.sample) - samples.begin();
    replay.compute(found.batch, found.row);
  }
  return found;
}

std::optional<double> number_in(const Replay& replay, const Address& address, Index row) {
  if (address.kind == Address::kParameter)
    return address.is_derivative ? replay.gradient(address.which, address.element)
                                 : replay.parameter(address.which, address.element);
  if (!address.is_derivative) return replay.value(address.which, row, address.element);
  return replay.value_gradient(address.which, row, address.element);
}

Value moment_document(Replay& replay, const MomentRequest& request, bool has_next, const Wiring* wiring) {
  const Graph& graph = replay.graph();
  const ComputedBatch computed = compute(replay, request);
  const StepMoment step = replay.moment(computed.batch);
  const auto row = static_cast<std::size_t>(computed.row);
  const std::size_t width = step.targets.size() / std::max<std::size_t>(step.samples.size(), 1);

  Value out = Value::Table{};
  out.set("step", request.step);
  out.set("epoch", step.epoch);
  out.set("batch", step.batch);
  out.set("sample", step.samples.empty() ? Value() : Value(step.samples[row]));
  out.set("of", request.sample ? "sample" : "batch");
  out.set("loss", Value(request.sample ? replay.sample_loss(computed.row) : replay.mean_loss()));
  out.set("learning_rate", Value(step.learning_rate));
  if (width <= 1000) out.set("targets", array_of(std::span(step.targets).subspan(row * width, width)));
  if (graph.parameter_count() > kMostNamedNumbers) return out;

  const std::vector<Address> all = all_quantities(graph);
  Value numbers = Value::Table{}, updates = Value::Table{};
  for (Address address : all) {
    const std::string name = name_of(address, graph);
    if (const auto number = number_in(replay, address, computed.row)) numbers.set(name, Value(*number));
    address.is_derivative = true;
    if (const auto number = number_in(replay, address, computed.row)) numbers.set("dL/d" + name, Value(*number));
  }
  out.set("numbers", std::move(numbers));
  if (wiring != nullptr) {
    Value signals = Value::Table{};
    for (const Wire& w : wiring->wires)
      signals.set(wire_name(graph, w), number_in(replay, w.weight, computed.row).value_or(0) *
                                           number_in(replay, w.from, computed.row).value_or(0));
    out.set("signals", std::move(signals));
  }
  if (!has_next) return out;

  std::vector<double> before;
  for (const Address& address : all)
    if (address.kind == Address::kParameter) before.push_back(replay.parameter(address.which, address.element));
  replay.take_step();
  auto old = before.begin();
  for (const Address& address : all)
    if (address.kind == Address::kParameter)
      updates.set(name_of(address, graph), Value(replay.parameter(address.which, address.element) - *old++));
  out.set("updates", std::move(updates));
  return out;
}

}  // namespace isinglass
