#include "isinglass/data/preprocessor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

#include "isinglass/base/error.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

constexpr Index kMostInputs = Index{1} << 24;        // numbers of one sample
constexpr Index kMostEncodedBytes = Index{1} << 34;  // of a table

constexpr std::array<std::pair<std::string_view, TargetKind>, 4> kTargetKinds{{{"values", TargetKind::kValues},
                                                                               {"one_hot", TargetKind::kOneHot},
                                                                               {"binary", TargetKind::kBinary},
                                                                               {"inputs", TargetKind::kInputs}}};

Index width_of(const std::vector<ColumnEncoder>& encoders) {
  Index width = 0;
  for (const ColumnEncoder& encoder : encoders) width += encoder.width();
  return width;
}

void invert_column(View<double> outputs, Index column, const Scale& scale) {
  for (Index r = 0; r < outputs.rows; ++r) outputs(r, column) = scale.invert(outputs(r, column));
}

// x1, x2, ... of a table as the array that they stand for.
RawData array_from_columns(const RawData& raw, const Shape& shape, const std::vector<std::string>& names) {
  Array array{DType::kF64, {raw.rows}, {}};
  array.shape.insert(array.shape.end(), shape.begin(), shape.end());
  array.bytes.resize(static_cast<std::size_t>(raw.rows) * names.size() * sizeof(double));
  View<double> out(reinterpret_cast<double*>(array.bytes.data()), raw.rows, static_cast<Index>(names.size()));
  const std::vector<Index> rows = all_rows(raw.rows);
  for (Index c = 0; c < out.cols; ++c) {
    const Column& column = require_column(raw, names[static_cast<std::size_t>(c)]);
    ColumnEncoder::numeric(raw, column, rows, "none", "refuse").encode(raw, rows, out.middle_cols(c, 1), false);
  }
  RawData out_raw = raw;
  out_raw.inputs = std::make_shared<const Array>(std::move(array));
  return out_raw;
}

}  // namespace

Dataset Preprocessor::apply(const RawData& raw, std::span<const Index> rows, Want want) const {
  if (!array_shape_.empty() && raw.inputs == nullptr)
    return apply(array_from_columns(raw, array_shape_, input_names()), rows, want);
  Dataset::Parts parts;
  add_inputs(raw, rows, parts);
  if (want == Want::kInputsAndTargets) add_targets(raw, rows, parts);
  return Dataset(std::move(parts));
}

void Preprocessor::add_inputs(const RawData& raw, std::span<const Index> rows, Dataset::Parts& parts) const {
  parts.input_shape = input_shape_;
  if (!features_.empty()) {
    if (raw.inputs != nullptr)
      throw ShapeError(raw.source + ": expected a table with the columns of training, found an array");
    parts.inputs = std::make_shared<const Array>(encode_columns(raw, rows, features_));
    parts.rows = all_rows(static_cast<Index>(rows.size()));
    return;
  }
  const Shape shape(raw.inputs->shape.begin() + 1, raw.inputs->shape.end());
  if (shape != array_shape_ && shape != input_shape_)
    throw ShapeError(raw.source + ": expected samples of shape " + to_string(array_shape_) + " as in training, found " +
                     to_string(shape));
  for (const Index row : rows)
    if (has_missing_input(*raw.inputs, row))
      throw FormatError(raw.where(row) + "an input is NaN; correct it, or set missing = \"drop\"");
  parts.inputs = raw.inputs;
  parts.rows.assign(rows.begin(), rows.end());
  parts.center = center_;
  parts.spread = spread_;
}

void Preprocessor::add_targets(const RawData& raw, std::span<const Index> rows, Dataset::Parts& parts) const {
  parts.kind = target_kind();
  if (parts.kind == TargetKind::kValues) {
    const Array encoded = encode_columns(raw, rows, targets_);
    parts.targets.assign(encoded.data<double>(), encoded.data<double>() + encoded.size());
    parts.outputs = encoded.shape[1];
  } else if (parts.kind != TargetKind::kInputs) {
    parts.labels = targets_[0].places(raw, rows);
    parts.class_names = class_names_;
  }
  if (weight_column_.empty()) return;
  const Column& column = require_column(raw, weight_column_);
  double sum = 0;
  for (const Index row : rows) {
    const std::optional<double> weight = column.number(row);
    if (!weight || !(*weight >= 0))
      throw FormatError(raw.where(row) + "column " + in_quotes(column.name) + " is " +
                        (column.missing(row) ? "empty" : in_quotes(column.category(row))) +
                        "; expected a weight of at least 0");
    parts.weights.push_back(*weight);
    sum += *weight;
  }
  if (!rows.empty() && sum <= 0)
    throw FormatError(raw.source + ": all weights in column " + in_quotes(column.name) + " are 0");
}

Array Preprocessor::encode_columns(const RawData& raw, std::span<const Index> rows,
                                   const std::vector<ColumnEncoder>& encoders) const {
  const auto n = static_cast<Index>(rows.size());
  const Index columns = width_of(encoders), most = kMostEncodedBytes / 8 / std::max<Index>(1, columns);
  if (n > most)
    throw ShapeError(raw.source + ": " + std::to_string(n) + " samples of " + std::to_string(columns) +
                     " encoded inputs do not fit into memory; list " + "columns with many categories in ignore");
  Array array{DType::kF64, {n, columns}, {}};
  array.bytes.resize(static_cast<std::size_t>(n * columns) * sizeof(double));
  View<double> out(reinterpret_cast<double*>(array.bytes.data()), n, columns);
  Index first = 0;
  for (const ColumnEncoder& encoder : encoders) {
    encoder.encode(raw, rows, out.middle_cols(first, encoder.width()), unseen_ == "zeros");
    first += encoder.width();
  }
  return array;
}

std::vector<Index> Preprocessor::usable_rows(const RawData& raw, Want want) const {
  Roles roles;
  for (const ColumnEncoder& feature : features_) roles.features.push_back(feature.name());
  if (want == Want::kInputsAndTargets)
    for (const ColumnEncoder& target : targets_) roles.targets.push_back(target.name());
  return isinglass::usable_rows(raw, roles, missing_);
}

void Preprocessor::invert_targets(View<double> outputs) const {
  if (outputs.cols != this->outputs())
    throw ShapeError("expected " + std::to_string(this->outputs()) + " outputs, found " + std::to_string(outputs.cols));
  if (target_kind_ == "values")
    for (Index c = 0; c < outputs.cols; ++c) invert_column(outputs, c, targets_[static_cast<std::size_t>(c)].scale());
  if (target_kind_ != "inputs") return;
  for (Index c = 0; c < outputs.cols && !center_.empty(); ++c) {
    const std::size_t i = center_.size() == 1 ? 0 : static_cast<std::size_t>(c);
    invert_column(outputs, c, {center_[i], spread_[i]});
  }
  Index first = 0;
  for (const ColumnEncoder& feature : features_) {
    if (feature.is_numeric()) invert_column(outputs, first, feature.scale());
    first += feature.width();
  }
}

TargetKind Preprocessor::target_kind() const {
  for (const auto& [name, kind] : kTargetKinds)
    if (name == target_kind_) return kind;
  return TargetKind::kNone;
}

Index Preprocessor::outputs() const {
  switch (target_kind()) {
    case TargetKind::kNone:
      return 0;
    case TargetKind::kValues:
      return static_cast<Index>(targets_.size());
    case TargetKind::kOneHot:
      return static_cast<Index>(class_names_.size());
    case TargetKind::kBinary:
      return 1;
    case TargetKind::kInputs:
      return width();
  }
  return 0;
}

Index Preprocessor::width() const {
  return features_.empty() ? size_of(array_shape_) : width_of(features_);
}

std::vector<std::string> Preprocessor::input_names() const {
  std::vector<std::string> names;
  for (const ColumnEncoder& feature : features_)
    for (std::string& name : feature.names()) names.push_back(std::move(name));
  for (Index i = 1; features_.empty() && i <= width(); ++i) names.emplace_back("x").append(std::to_string(i));
  return names;
}

std::vector<std::string> Preprocessor::output_names() const {
  if (target_kind_ == "inputs") return input_names();
  if (target_kind_ == "one_hot") return class_names_;
  if (target_kind_ == "binary") return {class_names_[1]};
  std::vector<std::string> names;
  for (const ColumnEncoder& target : targets_) names.push_back(target.name());
  return names;
}

void Preprocessor::check() const {
  const auto require = [](bool holds, const std::string& message) {
    if (!holds) throw OptionError("preprocessing: " + message);
  };
  require(features_.empty() != array_shape_.empty(), "expected either features or the shape of an array");
  std::unordered_set<std::string> names;
  for (const auto* encoders : {&features_, &targets_})
    for (const ColumnEncoder& encoder : *encoders)
      require(names.insert(encoder.name()).second, "the column " + in_quotes(encoder.name()) + " is named twice");
  require(width() <= kMostInputs,
          "a sample has " + std::to_string(width()) + " inputs, more than " + std::to_string(kMostInputs));
  require(!input_shape_.empty() && size_of(input_shape_) == width(),
          "the shape " + to_string(input_shape_) + " does not fit " + std::to_string(width()) + " inputs");
  const auto finite = [](double x) { return std::isfinite(x); };
  const bool scales_fit =
      center_.empty() || (features_.empty() && (center_.size() == 1 || static_cast<Index>(center_.size()) == width()));
  require(center_.size() == spread_.size() && scales_fit && std::ranges::all_of(center_, finite) &&
              std::ranges::all_of(spread_, finite),
          "expected one finite scale for the array or one for each of its numbers");
  const bool is_class = target_kind_ == "one_hot" || target_kind_ == "binary";
  const std::size_t classes = class_names_.size();
  const bool targets_fit = is_class ? targets_.size() == 1 && targets_[0].is_one_hot() && classes >= 2 &&
                                          targets_[0].categories().size() == classes &&
                                          (target_kind_ == "one_hot" || classes == 2)
                                    : classes == 0 && targets_.empty() == (target_kind_ == "inputs") &&
                                          std::ranges::all_of(targets_, [](const auto& t) { return t.is_numeric(); });
  require(targets_fit, "the targets do not fit the kind " + in_quotes(target_kind_));
}

Preprocessor Preprocessor::read(const Value& v) {
  Preprocessor p;
  read_options(v, p, "preprocessing");
  p.check();
  return p;
}

}  // namespace isinglass
