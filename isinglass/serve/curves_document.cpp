#include "isinglass/serve/curves_document.h"

#include <algorithm>

#include "isinglass/model/quantity_name.h"

namespace isinglass {

namespace {

// `count` things, evenly taken from `all`: the first and the last are among them.
std::size_t spread(Index i, Index count, std::size_t all) {
  return count < 2 ? 0 : static_cast<std::size_t>(i) * (all - 1) / static_cast<std::size_t>(count - 1);
}

void add_parameters(Value& out, RunStore& store, const Graph& graph, const std::vector<StepRow>& steps) {
  std::vector<StepRow> frames;
  for (const StepRow& row : steps)
    if (row.frame >= 0) frames.push_back(row);
  const Index shown = std::min(static_cast<Index>(frames.size()), kMostParameterPoints);
  Value::Array at;
  for (Index i = 0; i < shown; ++i) at.push_back(frames[spread(i, shown, frames.size())].step);
  Value curves = Value::Table{};
  for (const Address& address : all_quantities(graph)) {
    if (address.kind != Address::kParameter) continue;
    const StoredTensor* tensor = store.find_tensor("parameter", graph.parameters[address.which].name);
    if (tensor == nullptr) continue;
    Value::Array numbers;
    for (Index i = 0; i < shown; ++i) {
      const RunStore::Numbers found = store.numbers(*tensor, frames[spread(i, shown, frames.size())].frame);
      numbers.push_back(found.empty() ? Value() : Value(found.at(0, address.element)));
    }
    curves.set(name_of(address, graph), std::move(numbers));
  }
  out.set("parameter_steps", std::move(at));
  out.set("parameters", std::move(curves));
}

Value::Array array_in(const Value& table, std::string_view key) {
  const Value* found = table.find(key);
  return found != nullptr && found->as_array() != nullptr ? *found->as_array() : Value::Array{};
}

// The first `count` of one and all of the other.
Value joined(const Value::Array& before, std::size_t count, const Value::Array& own) {
  Value::Array all(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(std::min(count, before.size())));
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

std::size_t count_below(const Value::Array& steps, Index step) {
  std::size_t count = 0;
  while (count < steps.size() && *steps[count].as_integer() < step) ++count;
  return count;
}

}  // namespace

Value curves_document(RunStore& store, const Graph& graph) {
  const std::vector<StepRow> steps = store.steps();
  const Index shown = std::min(static_cast<Index>(steps.size()), kMostCurvePoints);
  Value::Array at, losses, rates;
  for (Index i = 0; i < shown; ++i) {
    const StepRow& row = steps[spread(i, shown, steps.size())];
    at.push_back(row.step);
    losses.push_back(row.loss);
    rates.push_back(row.learning_rate);
  }
  Value::Array metrics;
  for (const MetricRow& metric : store.metrics()) {
    Value row = Value::Table{};
    row.set("epoch", metric.epoch);
    row.set("part", metric.part);
    row.set("name", metric.name);
    row.set("value", metric.value);
    metrics.push_back(std::move(row));
  }
  Value out = Value::Table{};
  out.set("steps", std::move(at));
  out.set("loss", std::move(losses));
  out.set("learning_rate", std::move(rates));
  out.set("metrics", std::move(metrics));
  if (graph.parameter_count() <= kMostParameterCurves) add_parameters(out, store, graph, steps);
  return out;
}

Value joined_curves(const Value& parent, const Value& own, Index step, Index batches) {
  Value out = own;
  const std::size_t steps = count_below(array_in(parent, "steps"), step);
  for (const char* key : {"steps", "loss", "learning_rate"})
    out.set(key, joined(array_in(parent, key), steps, array_in(own, key)));
  Value::Array metrics;
  for (const Value& row : array_in(parent, "metrics"))
    if ((*row.find("epoch")->as_integer() + 1) * batches <= step) metrics.push_back(row);
  out.set("metrics", joined(metrics, metrics.size(), array_in(own, "metrics")));
  if (const Value* parameters = own.find("parameters"); parameters != nullptr && parameters->as_table() != nullptr) {
    const std::size_t points = count_below(array_in(parent, "parameter_steps"), step);
    const Value* earlier = parent.find("parameters");
    Value all = Value::Table{};
    for (const auto& [name, numbers] : *parameters->as_table())
      all.set(name,
              joined(earlier == nullptr ? Value::Array{} : array_in(*earlier, name), points, *numbers.as_array()));
    out.set("parameter_steps", joined(array_in(parent, "parameter_steps"), points, array_in(own, "parameter_steps")));
    out.set("parameters", std::move(all));
  }
  return out;
}

}  // namespace isinglass
