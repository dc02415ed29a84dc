#include "isinglass/serve/proposal.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace isinglass {
namespace {

constexpr Index kFewClasses = 10, kManyRows = 5000, kFewestForValidation = 10;

void set_if_missing(Value& table, const char* key, Value value) {
  if (table.find(key) == nullptr) table.set(key, std::move(value));
}

Value dense(Index units, const char* activation) {
  Value layer = Value::Table{};
  layer.set("kind", "dense");
  layer.set("units", units);
  if (*activation != '\0') layer.set("activation", activation);
  return layer;
}

// Whole numbers of which there are few, each several times.
bool looks_like_classes(const Column& column) {
  if (!column.is_numeric) return false;
  std::set<double> seen;
  for (const double x : column.numbers) {
    if (std::isnan(x)) continue;
    if (x != std::round(x)) return false;
    seen.insert(x);
    if (static_cast<Index>(seen.size()) > kFewClasses) return false;
  }
  return seen.size() > 1 && column.size() >= 5 * static_cast<Index>(seen.size());
}

bool has_gaps(const RawData& raw) {
  return std::ranges::any_of(raw.columns, [](const Column& column) {
    for (Index r = 0; r < column.size(); ++r)
      if (column.missing(r)) return true;
    return false;
  });
}

void propose_data(Value& data, const RawData& raw) {
  const bool is_table = raw.inputs == nullptr;
  const auto given = std::ranges::find_if(raw.columns, [](const Column& c) { return c.is_target; });
  if (data.find("target") == nullptr && given == raw.columns.end())
    data.set("target", is_table && !raw.columns.empty() ? raw.columns.back().name : "inputs");
  const Value* name = data.find("target");
  const Column* target = name == nullptr                ? &*given
                         : name->as_string() != nullptr ? raw.find(*name->as_string())
                                                        : nullptr;
  if (is_table) {
    set_if_missing(data, "scale", "standard");
    if (has_gaps(raw)) set_if_missing(data, "missing", "mean");
  } else {
    set_if_missing(data, "scale", raw.inputs->type == DType::kU8 ? "unit" : "none");
  }
  if (target != nullptr && target->is_numeric && !target->is_label) {
    if (looks_like_classes(*target))
      set_if_missing(data, "task", "classification");
    else
      set_if_missing(data, "target_scale", "standard");
  }
  if (raw.rows >= kFewestForValidation && data.find("validation") == nullptr)
    set_if_missing(data, "validation_fraction", 0.2);
}

Value small_network(const RawData& raw) {
  Value::Array layers;
  const bool is_flat = raw.inputs == nullptr || raw.inputs->shape.size() <= 2;
  if (!is_flat) {
    Value flatten = Value::Table{};
    flatten.set("kind", "flatten");
    layers.push_back(std::move(flatten));
  }
  layers.push_back(dense(is_flat ? 16 : 64, is_flat ? "tanh" : "relu"));
  layers.push_back(dense(1, ""));
  Value model = Value::Table{};
  model.set("layers", std::move(layers));
  return model;
}

Value usual_training(const RawData& raw) {
  const bool is_large = raw.rows > kManyRows;
  Value train = Value::Table{}, adam = Value::Table{};
  adam.set("kind", "adam");
  adam.set("learning_rate", is_large ? 0.001 : 0.01);
  train.set("optimiser", std::move(adam));
  train.set("epochs", is_large ? 10 : 50);
  train.set("batch_size", is_large ? 64 : 16);
  return train;
}

}  // namespace

Value proposed(Value draft, const RawData& raw) {
  set_if_missing(draft, "seed", 1);
  if (draft.find("data") == nullptr) draft.set("data", Value::Table{});
  propose_data(*draft.find("data"), raw);
  set_if_missing(draft, "model", small_network(raw));
  set_if_missing(draft, "train", usual_training(raw));
  return draft;
}

Value fitted_output(Value draft, Index outputs, bool is_classification) {
  Value* model = draft.find("model");
  Value* layers = model != nullptr ? model->find("layers") : nullptr;
  if (layers == nullptr || layers->as_array() == nullptr || layers->as_array()->empty()) return draft;
  Value& last = layers->as_array()->back();
  const Value* kind = last.find("kind");
  if (kind == nullptr || kind->as_string() == nullptr || *kind->as_string() != "dense") return draft;
  last.set("units", outputs);
  const Value* activation = last.find("activation");
  const bool is_softmax = activation != nullptr && *activation == Value("softmax");
  if (is_classification && outputs > 1) last.set("activation", "softmax");
  if (!is_classification && is_softmax)
    std::erase_if(*last.as_table(), [](const auto& pair) { return pair.first == "activation"; });
  return draft;
}

}  // namespace isinglass
