// isinglass/data/preprocessor_fit.cpp - what Preprocessor::fit learns from the training part.
#include <algorithm>

#include "isinglass/base/error.h"
#include "isinglass/data/preprocessor.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// The categories of a column as `ordered` lists them; numbers stand for their texts.
std::vector<std::string> listed_categories(const Value& list) {
  if (list.as_array() == nullptr) detail::wrong_type(list, "an array of categories in order");
  std::vector<std::string> categories;
  for (const Value& item : *list.as_array()) {
    if (item.as_string() != nullptr)
      categories.push_back(*item.as_string());
    else if (item.as_integer() != nullptr || item.as_real() != nullptr)
      categories.push_back(item.preview());
    else
      detail::wrong_type(item, "a category");
  }
  return categories;
}

// Text features are categories; this refuses those that look like a mistake.
void check_is_categorical(const RawData& raw, const Column& column, std::span<const Index> rows) {
  constexpr Index kFewCategories = 20;
  Index cells = 0, numbers = 0, odd_row = -1;
  for (const Index row : rows) {
    if (column.missing(row)) continue;
    ++cells;
    if (column.number(row))
      ++numbers;
    else if (odd_row < 0)
      odd_row = row;
  }
  const std::string what = "column " + in_quotes(column.name);
  if (odd_row >= 0 && 2 * numbers >= cells)
    throw FormatError(raw.where(odd_row) + what + " is " + in_quotes(column.texts[static_cast<std::size_t>(odd_row)]) +
                      ", but " + std::to_string(numbers) + " of its " + std::to_string(cells) +
                      " cells are numbers; correct it, or list the column in categorical or ignore");
  const auto different = static_cast<Index>(distinct_categories(column, rows).size());
  if (different > kFewCategories && 2 * different > cells)
    throw FormatError(raw.source + ": " + what + " has " + std::to_string(different) + " different texts in " +
                      std::to_string(cells) + " cells; list it in ignore, or in categorical if they are categories");
}

}  // namespace

Preprocessor Preprocessor::fit(const RawData& raw, std::span<const Index> training_rows, const DataOptions& options) {
  const Roles roles = roles_of(raw, options);
  Preprocessor p;
  p.missing_ = options.missing;
  p.unseen_ = options.unseen;
  p.weight_column_ = roles.weights;
  if (training_rows.empty()) throw InputError(raw.source + ": there is no sample to train on");
  if (raw.inputs != nullptr) p.fit_array(raw, training_rows, options);
  for (const std::string& name : roles.features) p.fit_feature(raw, require_column(raw, name), training_rows, options);
  p.input_shape_ = options.input_shape;
  if (p.input_shape_.empty()) p.input_shape_ = p.features_.empty() ? p.array_shape_ : Shape{p.width()};
  if (size_of(p.input_shape_) != p.width())
    throw OptionError("[data] input_shape = " + to_string(p.input_shape_) + " holds " +
                      std::to_string(size_of(p.input_shape_)) + " numbers, but a sample has " +
                      std::to_string(p.width()));
  if (roles.task != Task::kRegression && options.target_scale != "none")
    throw OptionError("[data] target_scale needs amounts as targets; leave it out");
  if (roles.task != Task::kClassification && (!options.classes.empty() || options.target_encoding != "one_hot"))
    throw OptionError("[data] classes and target_encoding need classes as targets; leave them out");
  if (roles.task == Task::kReconstruction) p.target_kind_ = "inputs";
  if (roles.task == Task::kClassification) p.fit_classes(raw, require_column(raw, roles.targets[0]), options);
  if (roles.task == Task::kRegression)
    for (const std::string& name : roles.targets)
      p.targets_.push_back(
          ColumnEncoder::numeric(raw, require_column(raw, name), training_rows, options.target_scale, "refuse"));
  return p;
}

void Preprocessor::fit_feature(const RawData& raw, const Column& column, std::span<const Index> rows,
                               const DataOptions& options) {
  const bool is_categorical = contains(options.categorical, column.name);
  if (const Value* order = options.ordered.find(column.name)) {
    features_.push_back(ColumnEncoder::ordered(raw, column, rows, listed_categories(*order), missing_));
  } else if (is_categorical || !column.is_numeric) {
    if (!is_categorical) check_is_categorical(raw, column, rows);
    features_.push_back(ColumnEncoder::one_hot(raw, column, rows, missing_));
  } else {
    features_.push_back(ColumnEncoder::numeric(raw, column, rows, options.scale, missing_));
  }
}

void Preprocessor::fit_array(const RawData& raw, std::span<const Index> rows, const DataOptions& options) {
  const Array& array = *raw.inputs;
  array_shape_.assign(array.shape.begin() + 1, array.shape.end());
  const bool is_bytes = array.type == DType::kU8;
  if (options.scale == "none") return;
  if (is_bytes && options.scale != "standard") {
    center_ = {options.scale == "unit" ? 0 : 127.5};
    spread_ = {options.scale == "unit" ? 255 : 127.5};
    return;
  }
  for (const Index row : rows)
    if (has_missing_input(array, row))
      throw FormatError(raw.where(row) + "an input is NaN; correct it, or set missing = \"drop\"");
  const auto count = static_cast<Index>(rows.size());
  const Index width = array.size() / array.shape[0];
  const bool one_for_all = is_bytes || array_shape_.size() > 1;
  const Index groups = one_for_all ? 1 : width, members = one_for_all ? width : 1;
  for (Index g = 0; g < groups; ++g) {
    const auto at = [&](Index i) {
      return array.at(rows[static_cast<std::size_t>(i / members)] * width + g + i % members);
    };
    const Scale scale =
        fit_scale(options.scale, count * members, at, raw.source + ": input " + (one_for_all ? "" : std::to_string(g)));
    center_.push_back(scale.center);
    spread_.push_back(scale.spread);
  }
}

void Preprocessor::fit_classes(const RawData& raw, const Column& column, const DataOptions& options) {
  target_kind_ = options.target_encoding;
  std::vector<std::string> categories;
  for (std::size_t i = 0; i < options.classes.size(); ++i)
    categories.push_back(column.is_numeric ? std::to_string(i) : options.classes[i]);
  targets_ = {ColumnEncoder::one_hot(raw, column, all_rows(raw.rows), "refuse", categories)};
  class_names_ = options.classes.empty() ? targets_[0].categories() : options.classes;
  const std::size_t found = class_names_.size();
  if (found < 2 || (target_kind_ == "binary" && found != 2))
    throw OptionError(
        raw.source + ": column " + in_quotes(column.name) + " has " + std::to_string(found) +
        (found == 1 ? " class" : " classes") + "; expected " +
        (target_kind_ == "binary" ? "two for target_encoding = \"binary\"" : "at least two for a classification"));
}

}  // namespace isinglass
