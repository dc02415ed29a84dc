#include "isinglass/serve/tables_document.h"

#include <cmath>

#include "isinglass/data/generator.h"
#include "isinglass/lab/activation_table.h"
#include "isinglass/train/experiment.h"

namespace isinglass {
namespace {

Value option_document(const OptionInfo& option) {
  Value out = Value::Table{};
  out.set("name", option.name);
  out.set("type", option.type);
  out.set("help", option.help);
  if (option.required) out.set("required", true);
  if (!option.default_value.is_null()) out.set("default", option.default_value);
  if (!option.constraint.empty()) out.set("range", option.constraint);
  const Constraint& range = option.range;
  if (std::isfinite(range.low)) out.set("low", range.low);
  if (range.low_open) out.set("low_open", true);
  if (std::isfinite(range.high)) out.set("high", range.high);
  if (range.high_open) out.set("high_open", true);
  Value::Array choices;
  for (const std::string& choice : range.choices) choices.push_back(choice);
  if (!choices.empty()) out.set("choices", std::move(choices));
  return out;
}

Value options_document(const std::vector<OptionInfo>& options) {
  Value::Array out;
  for (const OptionInfo& option : options) out.push_back(option_document(option));
  return out;
}

template <class Row>
Value kind_document(const Row& row) {
  Value out = Value::Table{};
  out.set("name", row.name);
  out.set("summary", row.summary);
  out.set("options", options_document(row.options));
  return out;
}

template <class Table>
Value kinds_document(const Table& table) {
  Value::Array out;
  for (const auto& row : table.rows()) out.push_back(kind_document(row));
  return out;
}

// Those that keep the shape: of each number by itself, and of all of them.
Value activations_document() {
  std::vector<std::string> names = pointwise_activations();
  for (const char* name : {"prelu", "rrelu", "softmax"}) names.emplace_back(name);
  Value::Array out;
  for (const std::string& name : names) out.push_back(kind_document(layer_table().find(name)));
  return out;
}

}  // namespace

Value tables_document() {
  Value sections = Value::Table{}, kinds = Value::Table{}, out = Value::Table{};
  sections.set("experiment", options_document(describe_options<Experiment>()));
  sections.set("data", options_document(describe_options<DataOptions>()));
  sections.set("model", options_document(describe_options<Architecture>()));
  sections.set("train", options_document(describe_options<TrainOptions>()));
  sections.set("record", options_document(describe_options<RecordOptions>()));
  sections.set("early_stopping", options_document(describe_options<EarlyStopping>()));
  sections.set("augment", options_document(describe_options<Augmentation>()));
  sections.set("autoencoder", options_document(describe_options<Autoencoder>()));
  kinds.set("layer", kinds_document(layer_table()));
  kinds.set("activation", activations_document());
  kinds.set("initialiser", kinds_document(initialiser_table()));
  kinds.set("loss", kinds_document(loss_table()));
  kinds.set("optimiser", kinds_document(optimiser_table()));
  kinds.set("schedule", kinds_document(schedule_table()));
  kinds.set("generator", kinds_document(generators()));
  out.set("sections", std::move(sections));
  out.set("kinds", std::move(kinds));
  return out;
}

}  // namespace isinglass
