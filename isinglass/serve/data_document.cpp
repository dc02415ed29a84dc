#include "isinglass/serve/data_document.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "isinglass/data/roles.h"
#include "isinglass/figure/histogram.h"
#include "isinglass/serve/picture.h"

namespace isinglass {
namespace {

constexpr Index kBins = 24, kMostCategories = 12, kMostCountedRows = 20000;

Value array_of(std::span<const double> numbers) {
  Value::Array out;
  for (const double x : numbers) out.push_back(x);
  return out;
}

// Least, largest, mean, deviation and how often: of the numbers that are there.
void add_distribution(Value& out, const std::vector<double>& all) {
  std::vector<double> numbers;
  std::ranges::copy_if(all, std::back_inserter(numbers), [](double x) { return std::isfinite(x); });
  if (numbers.empty()) return;
  const auto n = static_cast<double>(numbers.size());
  double mean = 0, squares = 0;
  for (const double x : numbers) mean += x / n;
  for (const double x : numbers) squares += (x - mean) * (x - mean) / n;
  const auto [least, largest] = std::ranges::minmax(numbers);
  out.set("least", least);
  out.set("largest", largest);
  out.set("mean", mean);
  out.set("deviation", std::sqrt(squares));
  const Histogram histogram = count_numbers(numbers, kBins);
  out.set("edges", array_of(histogram.edges));
  out.set("counts", array_of(histogram.counts));
}

void add_categories(Value& out, const Column& column) {
  std::map<std::string, Index> counts;
  for (Index r = 0; r < column.size(); ++r)
    if (!column.missing(r)) ++counts[column.category(r)];
  std::vector<std::pair<std::string, Index>> rows(counts.begin(), counts.end());
  std::ranges::stable_sort(rows, std::greater{}, &std::pair<std::string, Index>::second);
  out.set("distinct", static_cast<Index>(rows.size()));
  Value::Array list;
  for (const auto& [name, count] : rows) {
    if (static_cast<Index>(list.size()) == kMostCategories) break;
    Value row = Value::Table{};
    row.set("name", name);
    row.set("count", count);
    list.push_back(std::move(row));
  }
  out.set("categories", std::move(list));
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

std::string role_of(const Column& column, const RawData& raw, const DataOptions& options) {
  const std::vector<std::string>& targets = options.target.names;
  if (holds(targets, column.name) || (targets.empty() && column.is_target)) return "target";
  if (column.name == options.weight_column) return "weight";
  const bool is_left_out = !options.features.empty() && !holds(options.features, column.name);
  return holds(options.ignore, column.name) || is_left_out || raw.inputs != nullptr ? "ignored" : "input";
}

Value column_document(const Column& column, const RawData& raw, const DataOptions& options) {
  const bool is_class = !column.is_numeric || column.is_label || holds(options.categorical, column.name);
  Index missing = 0;
  for (Index r = 0; r < column.size(); ++r) missing += column.missing(r);
  Value out = Value::Table{};
  out.set("name", column.name);
  out.set("kind", column.is_label ? "label" : column.is_numeric ? "number" : "text");
  out.set("role", role_of(column, raw, options));
  out.set("missing", missing);
  is_class ? add_categories(out, column) : add_distribution(out, column.numbers);
  return out;
}

// An array of inputs, as one more column.
Value array_document(const Array& inputs) {
  Value out = Value::Table{};
  const Shape shape(inputs.shape.begin() + 1, inputs.shape.end());
  out.set("shape", OptionType<Shape>::write(shape));
  std::vector<double> numbers;
  const Index stride = std::max<Index>(1, inputs.size() / 200000);
  for (Index i = 0; i < inputs.size(); i += stride) numbers.push_back(inputs.at(i));
  add_distribution(out, numbers);
  return out;
}

struct Part {
  std::string name;
  const std::vector<Index>* rows = nullptr;
  const Dataset* data = nullptr;
};
std::vector<Part> parts_of(const LoadedData& data) {
  std::vector<Part> parts{{"train", &data.rows.train, &data.train}};
  if (!data.rows.validation.empty()) parts.push_back({"validation", &data.rows.validation, &*data.validation});
  if (!data.rows.test.empty()) parts.push_back({"test", &data.rows.test, &*data.test});
  return parts;
}

// What the network gets of some samples of a part, row by row.
struct Gathered {
  std::vector<double> inputs, targets;
};
Gathered gather(const Dataset& data, const std::vector<Index>& samples) {
  const auto n = static_cast<Index>(samples.size());
  const Index outputs = data.has_targets() ? data.outputs() : 0;
  Gathered out{std::vector<double>(static_cast<std::size_t>(n * data.inputs())),
               std::vector<double>(static_cast<std::size_t>(n * outputs))};
  data.gather<double>(samples, View<double>(out.inputs.data(), n, data.inputs()),
                      outputs > 0 ? View<double>(out.targets.data(), n, outputs) : View<double>{}, {});
  return out;
}

// The columns that the network sees, over the first samples of the training part.
Value::Array seen_columns(const LoadedData& data, const DataWindow& window, bool of_inputs) {
  const std::vector<std::string> names = of_inputs ? data.preprocessor.input_names() : data.preprocessor.output_names();
  Value::Array out;
  const Index samples = std::min(data.train.size(), kMostCountedRows), width = static_cast<Index>(names.size());
  const Index first = std::min(of_inputs ? window.column : 0, width), last = std::min(first + kMostShownColumns, width);
  std::vector<std::vector<double>> columns(static_cast<std::size_t>(last - first));
  constexpr Index kBlock = 256;  // so that a wide sample does not fill the memory
  for (Index begin = 0; begin < samples; begin += kBlock) {
    std::vector<Index> block;
    for (Index s = begin; s < std::min(samples, begin + kBlock); ++s) block.push_back(s);
    const Gathered found = gather(data.train, block);
    const std::vector<double>& numbers = of_inputs ? found.inputs : found.targets;
    for (std::size_t s = 0; s < block.size() && !numbers.empty(); ++s)
      for (Index j = first; j < last; ++j)
        columns[static_cast<std::size_t>(j - first)].push_back(
            numbers[s * static_cast<std::size_t>(width) + static_cast<std::size_t>(j)]);
  }
  for (Index j = first; j < last; ++j) {
    Value row = Value::Table{};
    row.set("name", names[static_cast<std::size_t>(j)]);
    add_distribution(row, columns[static_cast<std::size_t>(j - first)]);
    out.push_back(std::move(row));
  }
  return out;
}

Value network_document(const LoadedData& data, const DataWindow& window) {
  Value out = Value::Table{};
  out.set("input_shape", OptionType<Shape>::write(data.train.input_shape()));
  out.set("input_count", data.train.inputs());
  out.set("output_count", data.train.outputs());
  out.set("inputs", seen_columns(data, window, true));
  out.set("outputs",
          data.train.target_kind() == TargetKind::kInputs ? Value::Array{} : seen_columns(data, window, false));
  return out;
}

// A row's place in the part that has it.
void add_part(Value& out, const std::vector<Part>& parts, Index row, const DataWindow& window) {
  for (const Part& part : parts) {
    const auto place = std::ranges::lower_bound(*part.rows, row);
    if (place == part.rows->end() || *place != row) continue;
    out.set("part", part.name);
    const Gathered found = gather(*part.data, {place - part.rows->begin()});
    const std::span<const double> inputs(found.inputs), targets(found.targets);
    const auto first = static_cast<std::size_t>(std::min<Index>(window.column, part.data->inputs()));
    const auto most = static_cast<std::size_t>(kMostShownColumns);
    out.set("inputs", array_of(inputs.subspan(first, std::min(most, inputs.size() - first))));
    if (part.data->target_kind() != TargetKind::kInputs)
      out.set("targets", array_of(targets.subspan(0, std::min(most, targets.size()))));
    return;
  }
  out.set("part", "unused");
}

Value sample_document(const RawData& raw, const std::vector<Part>& parts, Index row, const DataWindow& window) {
  Value out = Value::Table{};
  out.set("row", row);
  if (!raw.lines.empty()) out.set("line", raw.lines[static_cast<std::size_t>(row)]);
  Value::Array cells;
  const auto count = static_cast<Index>(raw.columns.size());
  for (Index j = window.column; j < std::min(count, window.column + kMostShownColumns); ++j) {
    const Column& column = raw.columns[static_cast<std::size_t>(j)];
    cells.push_back(column.missing(row) ? Value()
                    : column.is_numeric ? Value(column.numbers[static_cast<std::size_t>(row)])
                                        : Value(column.texts[static_cast<std::size_t>(row)].substr(0, 200)));
  }
  out.set("cells", std::move(cells));
  if (raw.inputs != nullptr) out.set("image", picture_of(*raw.inputs, row));
  if (!parts.empty()) add_part(out, parts, row, window);
  return out;
}

}  // namespace

Value data_document(const RawData& raw, const LoadedData* data, const DataOptions& options, const DataWindow& window) {
  Value out = Value::Table{};
  const auto count = static_cast<Index>(raw.columns.size());
  out.set("rows", raw.rows);
  out.set("column_count", count);
  out.set("row", window.row);
  out.set("column", window.column);
  Value::Array columns, samples;
  for (Index j = window.column; j < std::min(count, window.column + kMostShownColumns); ++j)
    columns.push_back(column_document(raw.columns[static_cast<std::size_t>(j)], raw, options));
  out.set("columns", std::move(columns));
  if (raw.inputs != nullptr) out.set("array", array_document(*raw.inputs));
  const std::vector<Part> parts = data != nullptr ? parts_of(*data) : std::vector<Part>{};
  if (data != nullptr) out.set("network", network_document(*data, window));
  const Index end = std::min(raw.rows, window.row + std::clamp<Index>(window.rows, 0, kMostShownRows));
  for (Index row = window.row; row < end; ++row) samples.push_back(sample_document(raw, parts, row, window));
  out.set("samples", std::move(samples));
  return out;
}

}  // namespace isinglass
