#include "isinglass/data/roles.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "isinglass/base/error.h"
#include "isinglass/data/column_encoder.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

void check_columns(const RawData& raw, const std::vector<std::string>& names, const std::string& setting) {
  for (const std::string& name : names) {
    if (raw.find(name) == nullptr)
      throw OptionError(raw.source + ": " + setting + " names " + in_quotes(name) + ", which is no column" +
                        did_you_mean(name, raw.column_names()));
    if (std::ranges::count(names, name) > 1)
      throw OptionError(raw.source + ": " + setting + " names the column " + in_quotes(name) + " twice");
  }
}

std::vector<std::string> targets_of(const RawData& raw, const DataOptions& options) {
  if (options.is_autoencoder()) return {};
  std::vector<std::string> targets = options.target.names;
  if (targets.empty())
    for (const Column& column : raw.columns)
      if (column.is_target) targets.push_back(column.name);
  if (targets.empty())
    throw OptionError(raw.source + ": [data] needs the setting 'target', " +
                      (raw.columns.empty() ? "as there are no targets; \"inputs\" makes an autoencoder"
                                           : "the column to predict" + did_you_mean("", raw.column_names())));
  check_columns(raw, targets, "target");
  return targets;
}

std::vector<std::string> features_of(const RawData& raw, const DataOptions& options, const Roles& roles) {
  const bool is_array = raw.inputs != nullptr;
  if (is_array && !(options.features.empty() && options.ignore.empty() && options.ordered.is_null()))
    throw OptionError(raw.source + ": features, ignore and ordered need a table; these inputs are an array");
  if (is_array) return {};
  std::vector<std::string> features = options.features;
  check_columns(raw, features, "features");
  for (const std::string& name : features)
    if (contains(roles.targets, name) || contains(options.ignore, name) || name == roles.weights)
      throw OptionError(raw.source + ": the column " + in_quotes(name) +
                        " cannot be among the features, as it is a target, ignored or a weight");
  if (features.empty())
    for (const Column& column : raw.columns)
      if (!contains(roles.targets, column.name) && !contains(options.ignore, column.name) &&
          column.name != roles.weights)
        features.push_back(column.name);
  if (features.empty()) throw OptionError(raw.source + ": no column is left as a feature");
  return features;
}

Task task_of(const RawData& raw, const DataOptions& options, const Roles& roles) {
  if (options.is_autoencoder()) {
    if (options.task != "infer") throw OptionError("[data] target = \"inputs\" makes an autoencoder; leave out task");
    return Task::kReconstruction;
  }
  const Column& first = require_column(raw, roles.targets[0]);
  const bool names_classes = !first.is_numeric || first.is_label || contains(options.categorical, first.name);
  const bool is_classification =
      options.task == "infer" ? names_classes && roles.targets.size() == 1 : options.task == "classification";
  if (is_classification && roles.targets.size() > 1)
    throw OptionError("[data] a classification has one target, found " + std::to_string(roles.targets.size()) +
                      "; train one network for each");
  return is_classification ? Task::kClassification : Task::kRegression;
}

}  // namespace

Roles roles_of(const RawData& raw, const DataOptions& options) {
  Roles roles;
  if (!options.weight_column.empty()) check_columns(raw, {options.weight_column}, "weight_column");
  check_columns(raw, options.ignore, "ignore");
  check_columns(raw, options.categorical, "categorical");
  if (const Value::Table* ordered = options.ordered.as_table())
    for (const auto& [name, categories] : *ordered) check_columns(raw, {name}, "ordered");
  else if (!options.ordered.is_null())
    detail::wrong_type(options.ordered, "a table such as { size = [\"S\", \"M\", \"L\"] }");
  roles.weights = options.weight_column;
  roles.targets = targets_of(raw, options);
  roles.task = task_of(raw, options, roles);
  roles.features = features_of(raw, options, roles);
  return roles;
}

std::vector<Index> usable_rows(const RawData& raw, const Roles& roles, const std::string& missing) {
  if (missing == "refuse") return all_rows(raw.rows);
  std::vector<const Column*> needed;
  for (const std::string& name : roles.targets) needed.push_back(&require_column(raw, name));
  if (missing == "drop")
    for (const std::string& name : roles.features) needed.push_back(&require_column(raw, name));
  std::vector<Index> rows;
  for (Index row = 0; row < raw.rows; ++row) {
    const bool lacks_cell = std::ranges::any_of(needed, [&](const Column* column) { return column->missing(row); });
    const bool lacks_input = missing == "drop" && raw.inputs != nullptr && has_missing_input(*raw.inputs, row);
    if (!lacks_cell && !lacks_input) rows.push_back(row);
  }
  return rows;
}

std::vector<Index> classes_of(const RawData& raw, const Roles& roles, std::span<const Index> rows) {
  if (roles.task != Task::kClassification)
    throw OptionError("[data] stratify needs classes to balance, but the target is no class");
  const Column& column = require_column(raw, roles.targets[0]);
  std::unordered_map<std::string, Index> places;
  for (const std::string& category : distinct_categories(column, rows))
    places.emplace(category, static_cast<Index>(places.size()));
  std::vector<Index> classes;
  for (const Index row : rows) classes.push_back(column.missing(row) ? -1 : places.at(column.category(row)));
  return classes;
}

bool has_missing_input(const Array& inputs, Index row) {
  const Index width = inputs.size() / inputs.shape[0];
  const auto is_nan = [](auto x) { return std::isnan(x); };
  if (inputs.type == DType::kF32)
    return std::any_of(inputs.data<float>() + row * width, inputs.data<float>() + (row + 1) * width, is_nan);
  if (inputs.type == DType::kF64)
    return std::any_of(inputs.data<double>() + row * width, inputs.data<double>() + (row + 1) * width, is_nan);
  return false;
}

}  // namespace isinglass
