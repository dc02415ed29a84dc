#include "isinglass/serve/curves_document.h"

namespace isinglass {

Value curves_document(RunStore& store) {
  const std::vector<StepRow> steps = store.steps();
  const auto count = static_cast<Index>(steps.size());
  const Index shown = std::min(count, kMostCurvePoints);
  Value::Array at, losses, rates;
  for (Index i = 0; i < shown; ++i) {
    const StepRow& row = steps[static_cast<std::size_t>(shown < 2 ? 0 : i * (count - 1) / (shown - 1))];
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
  return out;
}

}  // namespace isinglass
