#include "isinglass/explain/moment_of_step.h"

#include <algorithm>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

// A sample whose numbers do not depend on the others of its batch is computed alone.
void leave_only(StepMoment& step, std::size_t row, const Graph& graph) {
  if (std::ranges::any_of(graph.nodes,
                          [](const GraphNode& n) { return n.layer.couples_batch() || n.layer.random().has_value(); }))
    return;
  const std::size_t rows = step.samples.size();
  const auto cut = [&](auto& numbers) {
    const auto width = static_cast<std::ptrdiff_t>(numbers.size() / rows);
    const auto first = numbers.begin() + width * static_cast<std::ptrdiff_t>(row);
    numbers = {first, first + width};
  };
  cut(step.inputs);
  cut(step.targets);
  cut(step.weights);
  cut(step.samples);
}

void check_size(const StepMoment& step, const Graph& graph) {
  constexpr double kMost = 1e8;  // numbers; several are kept of each value
  double width = 0;
  for (ValueId v = 0; v <= graph.nodes.size(); ++v) width += static_cast<double>(size_of(graph.value_shape(v)));
  if (width * static_cast<double>(step.samples.size()) > kMost)
    throw OptionError("a batch of " + std::to_string(step.samples.size()) +
                      " samples of this network is too large to be explained as one; name one with --sample");
}

}  // namespace

SampleMoment moment_of(StepMoment step, const Graph& graph, const Loss& loss, std::optional<Index> sample) {
  std::optional<Index> row;
  if (sample) {
    row = std::ranges::find(step.samples, *sample) - step.samples.begin();
    leave_only(step, static_cast<std::size_t>(*row), graph);
    row = std::ranges::find(step.samples, *sample) - step.samples.begin();
  }
  check_size(step, graph);
  return {.moment = Moment({.graph = graph,
                            .loss = loss,
                            .parameters = std::move(step.parameters),
                            .inputs = std::move(step.inputs),
                            .targets = std::move(step.targets),
                            .weights = std::move(step.weights),
                            .samples = std::move(step.samples),
                            .key = step.key,
                            .epoch = step.epoch}),
          .row = row};
}

Address parse_derivative(const std::string& quantity, const Graph& graph, std::optional<Index>& sample) {
  const Address address = parse_quantity(quantity, graph);
  if (address.kind == Address::kLoss || address.kind == Address::kScalar)
    throw OptionError("'" + std::string(quantity) + "' is no derivative; name one, such as dL/d" +
                      name_of(all_quantities(graph).front(), graph));
  if (!address.is_derivative)
    throw OptionError("'" + std::string(quantity) + "' is a number, and derivatives are explained; ask for dL/d" +
                      name_of(address, graph) + ", or `isinglass show` the number");
  if (address.is_value() && !sample) sample = 0;
  return address;
}

}  // namespace isinglass
