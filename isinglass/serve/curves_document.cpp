#include "isinglass/serve/curves_document.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "isinglass/model/quantity_name.h"

namespace isinglass {

namespace {

// `count` things, evenly taken from `all`: the first and the last are among them.
std::size_t spread(Index i, Index count, std::size_t all) {
  return count < 2 ? 0 : static_cast<std::size_t>(i) * (all - 1) / static_cast<std::size_t>(count - 1);
}

// The metrics of every epoch, of many epochs the outline of each.
Value::Array metrics_of(RunStore& store) {
  std::map<std::pair<std::string, std::string>, std::vector<MetricRow>> series;
  for (MetricRow& metric : store.metrics()) series[{metric.part, metric.name}].push_back(std::move(metric));
  Value::Array rows;
  for (const auto& [key, metrics] : series) {
    std::vector<double> values;
    for (const MetricRow& metric : metrics) values.push_back(metric.value);
    for (const std::size_t i : outline(values)) {
      Value row = Value::Table{};
      row.set("epoch", metrics[i].epoch);
      row.set("part", metrics[i].part);
      row.set("name", metrics[i].name);
      row.set("value", metrics[i].value);
      rows.push_back(std::move(row));
    }
  }
  return rows;
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

std::vector<std::size_t> outline(const std::vector<double>& values) {
  const std::size_t n = values.size(), most = static_cast<std::size_t>(kMostCurvePoints);
  std::vector<std::size_t> kept;
  if (n <= most) {
    for (std::size_t i = 0; i < n; ++i) kept.push_back(i);
    return kept;
  }
  std::set<std::size_t> bounds{0, 1, n - 1, n};
  const std::size_t parts = most / 4;  // each gives two
  for (std::size_t k = 1; k < parts; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(parts);
    bounds.insert(static_cast<std::size_t>(share * static_cast<double>(n)));
    bounds.insert(static_cast<std::size_t>(std::pow(static_cast<double>(n), share)));
  }
  for (auto begin = bounds.begin(), end = std::next(begin); end != bounds.end(); begin = end++) {
    const auto [least, largest] = std::minmax_element(values.begin() + static_cast<std::ptrdiff_t>(*begin),
                                                      values.begin() + static_cast<std::ptrdiff_t>(*end));
    const auto low = static_cast<std::size_t>(least - values.begin()),
               high = static_cast<std::size_t>(largest - values.begin());
    kept.push_back(std::min(low, high));
    if (low != high) kept.push_back(std::max(low, high));
  }
  return kept;
}

Value curves_document(RunStore& store, const Graph& graph) {
  const std::vector<StepRow> steps = store.steps();
  std::vector<double> losses_of_steps;
  for (const StepRow& row : steps) losses_of_steps.push_back(row.loss);
  Value::Array at, losses, rates;
  for (const std::size_t i : outline(losses_of_steps)) {
    at.push_back(steps[i].step);
    losses.push_back(steps[i].loss);
    rates.push_back(steps[i].learning_rate);
  }
  Value::Array metrics = metrics_of(store);
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
