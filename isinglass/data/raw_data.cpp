#include "isinglass/data/raw_data.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "isinglass/base/error.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

const std::string kTarget = "target";
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The file that holds a value, or `otherwise` for one made in memory.
std::string file_of(const Value& value, const std::string& otherwise) {
  return value.location().file == nullptr ? otherwise : *value.location().file;
}

void check_names(const RawData& raw) {
  // Columns are looked for one by one.
  constexpr std::size_t kMostColumns = 1 << 15;
  if (raw.columns.size() > kMostColumns)
    throw FormatError(raw.source + ": " + std::to_string(raw.columns.size()) + " columns are more than " +
                      std::to_string(kMostColumns) + "; keep so wide a table as an array in an NPY file");
  std::unordered_set<std::string_view> seen;
  for (const Column& column : raw.columns)
    if (!seen.insert(column.name).second)
      throw FormatError(raw.source + ": two columns are called " + in_quotes(column.name) + "; rename one");
}

// The text of one value of a record, "" when it is null.
std::string cell_of(const Value& value, const std::string& key) {
  if (value.is_null()) return "";
  if (const bool* b = value.as_bool()) return *b ? "true" : "false";
  if (const Index* i = value.as_integer()) return std::to_string(*i);
  if (const double* d = value.as_real()) return number_text(*d);
  if (const std::string* s = value.as_string()) return *s;
  throw FormatError(value.where() + "expected a number, a string, a boolean or null for " + in_quotes(key) +
                    ", found the " + std::string(value.type_name()) + " " + value.preview());
}

// Collects nested arrays of numbers into a row-major array with the shape of their first elements.
class NestedNumbers {
 public:
  explicit NestedNumbers(const Value& value) {
    const Value* first = &value;
    for (; first->as_array() != nullptr && !first->as_array()->empty(); first = &first->as_array()->front())
      array_.shape.push_back(static_cast<Index>(first->as_array()->size()));
    collect(value, 0);
    array_.type = DType::kF64;
    array_.bytes.resize(numbers_.size() * sizeof(double));
    std::memcpy(array_.bytes.data(), numbers_.data(), array_.bytes.size());
  }
  Array take() { return std::move(array_); }
  bool all_integers() const { return all_integers_; }

 private:
  void collect(const Value& value, std::size_t depth) {
    const Value::Array* items = value.as_array();
    if (items == nullptr) return collect_number(value, depth);
    if (items->empty()) throw FormatError(value.where() + "expected numbers, found an empty array");
    if (depth == array_.shape.size())
      throw FormatError(value.where() + "expected a number as in the first sample, found " + value.preview());
    const auto length = static_cast<Index>(items->size());
    if (length != array_.shape[depth])
      throw FormatError(value.where() + "expected " + std::to_string(array_.shape[depth]) +
                        " values as in the first sample, found " + std::to_string(length) + ": " + value.preview());
    for (const Value& item : *items) collect(item, depth + 1);
  }
  void collect_number(const Value& value, std::size_t depth) {
    const Index* integer = value.as_integer();
    const double* real = value.as_real();
    const double number = integer ? static_cast<double>(*integer) : real ? *real : kMissing;
    if (depth != array_.shape.size() || depth == 0 || !std::isfinite(number))
      throw FormatError(value.where() + "expected " +
                        (depth == array_.shape.size() ? "a finite number" : "an array of numbers") + ", found " +
                        value.preview());
    all_integers_ &= integer != nullptr;
    numbers_.push_back(number);
  }

  Array array_;
  std::vector<double> numbers_;
  bool all_integers_ = true;
};

bool is_integer(DType type) {
  return type != DType::kF32 && type != DType::kF64;
}

// The array in one of the three element types that a data set keeps.
Array in_kept_type(Array array) {
  if (array.type == DType::kU8 || array.type == DType::kF32 || array.type == DType::kF64) return array;
  const Index size = array.size();
  Array out{DType::kF64, array.shape, std::vector<std::byte>(static_cast<std::size_t>(size) * 8)};
  auto* numbers = reinterpret_cast<double*>(out.bytes.data());
  for (Index i = 0; i < size; ++i) numbers[i] = array.at(i);
  return out;
}

template <class T>
void refuse_infinite(const Array& array, const RawData& raw) {
  const std::span<const T> numbers(array.data<T>(), static_cast<std::size_t>(array.size()));
  const auto bad = std::ranges::find_if(numbers, [](T x) { return std::isinf(x); });
  if (bad == numbers.end()) return;
  const Index width = array.size() / raw.rows;
  throw FormatError(raw.where((bad - numbers.begin()) / width) +
                    "an input is infinite; correct it or leave the sample out");
}

}  // namespace

std::optional<double> parse_number(std::string_view cell) {
  cell = trimmed(cell);
  if (cell.starts_with('+') && !cell.starts_with("+-")) cell.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(number)) return {};
  return number;
}

bool is_missing(std::string_view cell) {
  constexpr std::array<std::string_view, 7> kSpellings{"", "NA", "N/A", "NaN", "nan", "null", "?"};
  return std::ranges::find(kSpellings, trimmed(cell)) != kSpellings.end();
}

bool Column::missing(Index row) const {
  const auto r = static_cast<std::size_t>(row);
  return is_numeric ? std::isnan(numbers[r]) : texts[r].empty();
}

std::optional<double> Column::number(Index row) const {
  const auto r = static_cast<std::size_t>(row);
  return is_numeric ? numbers[r] : parse_number(texts[r]);
}

std::string Column::category(Index row) const {
  const std::optional<double> value = number(row);
  return value ? number_text(*value + 0.0) : texts[static_cast<std::size_t>(row)];
}

Column make_column(std::string name, std::vector<std::string> cells) {
  Column column{.name = std::move(name)};
  column.numbers.reserve(cells.size());
  for (const std::string& cell : cells) {
    const std::optional<double> number = parse_number(cell);
    column.is_numeric = number || is_missing(cell);
    if (!column.is_numeric) break;
    column.numbers.push_back(number.value_or(kMissing));
  }
  if (column.is_numeric) return column;
  column.numbers = {};
  for (std::string& cell : cells) cell = is_missing(cell) ? "" : std::string(trimmed(cell));
  column.texts = std::move(cells);
  return column;
}

void sort_categories(std::vector<std::string>& categories) {
  if (std::ranges::all_of(categories, [](const auto& c) { return parse_number(c).has_value(); }))
    std::ranges::sort(categories, {}, [](const auto& c) { return *parse_number(c); });
  else
    std::ranges::sort(categories);
}

const Column* RawData::find(std::string_view name) const {
  const auto place = std::ranges::find(columns, name, &Column::name);
  return place == columns.end() ? nullptr : &*place;
}

std::vector<std::string> RawData::column_names() const {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

std::string RawData::where(Index row) const {
  if (!files.empty()) return files[static_cast<std::size_t>(row)] + ": ";
  if (lines.empty()) return source + ": sample " + std::to_string(row) + ": ";
  return source + ":" + std::to_string(lines[static_cast<std::size_t>(row)]) + ": ";
}

std::vector<Index> all_rows(Index n) {
  std::vector<Index> rows(static_cast<std::size_t>(n));
  std::iota(rows.begin(), rows.end(), Index{0});
  return rows;
}

RawData raw_from_csv(Csv csv, const std::string& source) {
  RawData raw{.source = source, .rows = static_cast<Index>(csv.rows.size())};
  for (std::size_t c = 0; c < csv.header.size(); ++c) {
    std::vector<std::string> cells;
    cells.reserve(csv.rows.size());
    for (auto& row : csv.rows) cells.push_back(std::move(row.at(c)));
    raw.columns.push_back(make_column(std::string(trimmed(csv.header[c])), std::move(cells)));
  }
  raw.lines = std::move(csv.lines);
  check_names(raw);
  return raw;
}

RawData raw_from_records(const Value& records, const std::string& source) {
  const Value::Array* items = records.as_array();
  if (items == nullptr || items->empty())
    throw FormatError((records.where().empty() ? source + ": " : records.where()) +
                      "expected an array of at least one record, found " + records.preview());
  // A sparse file could ask for far more cells than it has values.
  constexpr std::size_t kMostCellsForAValue = 100;
  std::unordered_map<std::string, std::size_t> places;
  std::vector<std::string> names;
  std::size_t values = 0;
  for (const Value& item : *items) {
    if (item.as_table() == nullptr)
      throw FormatError(item.where() + "expected a record such as {\"weight\": 1.5}, found " + item.preview());
    values += item.as_table()->size();
    for (const auto& [key, value] : *item.as_table())
      if (places.emplace(key, names.size()).second) names.push_back(key);
  }
  if (names.size() * items->size() > kMostCellsForAValue * (values + 1))
    throw FormatError(source + ": " + std::to_string(items->size()) + " records have " + std::to_string(names.size()) +
                      " different keys and only " + std::to_string(values) + " values; expected records of one kind");
  std::vector<std::vector<std::string>> cells(names.size(), std::vector<std::string>(items->size()));
  RawData raw{.source = file_of(records, source), .rows = static_cast<Index>(items->size())};
  for (std::size_t r = 0; r < items->size(); ++r) {
    const Value& item = (*items)[r];
    for (const auto& [key, value] : *item.as_table()) cells[places[key]][r] = cell_of(value, key);
    if (item.location().line > 0) raw.lines.push_back(item.location().line);
  }
  if (raw.lines.size() != items->size()) raw.lines.clear();
  for (std::size_t c = 0; c < names.size(); ++c) raw.columns.push_back(make_column(names[c], std::move(cells[c])));
  check_names(raw);
  return raw;
}

std::vector<Column> columns_of(const Array& array, const std::string& name, const std::string& source) {
  const Index rows = array.shape.empty() ? 0 : array.shape[0];
  const Index width = rows == 0 ? 1 : array.size() / rows;
  std::vector<Column> columns(static_cast<std::size_t>(width));
  for (Index c = 0; c < width; ++c) {
    Column& column = columns[static_cast<std::size_t>(c)];
    column.name = width == 1 ? name : name + std::to_string(c + 1);
    column.is_target = name == kTarget;
    column.is_label = array.shape.size() == 1 && is_integer(array.type);
    for (Index r = 0; r < rows; ++r) {
      column.numbers.push_back(array.at(r * width + c));
      if (std::isinf(column.numbers.back()))
        throw FormatError(source + ": sample " + std::to_string(r) + " of " + in_quotes(column.name) +
                          " is infinite; correct it");
    }
  }
  return columns;
}

RawData raw_from_arrays(Array inputs, const Array* targets, const std::string& source) {
  if (inputs.shape.empty() || inputs.size() == 0)
    throw FormatError(source + ": expected an array with samples along its first axis, found shape " +
                      to_string(inputs.shape));
  RawData raw{.source = source, .rows = inputs.shape[0]};
  if (targets != nullptr) {
    if (targets->shape.empty() || targets->shape[0] != raw.rows)
      throw ShapeError(source + ": " + std::to_string(raw.rows) + " inputs but targets of shape " +
                       to_string(targets->shape) + "; expected one target for each sample");
    raw.columns = columns_of(*targets, kTarget, source);
    check_names(raw);
  }
  if (inputs.shape.size() == 1) inputs.shape.push_back(1);
  Array kept = in_kept_type(std::move(inputs));
  if (kept.type == DType::kF32) refuse_infinite<float>(kept, raw);
  if (kept.type == DType::kF64) refuse_infinite<double>(kept, raw);
  raw.inputs = std::make_shared<const Array>(std::move(kept));
  return raw;
}

RawData raw_from_values(const Value& inputs, const Value& targets, const std::string& source) {
  RawData raw = raw_from_arrays(NestedNumbers(inputs).take(), nullptr, file_of(inputs, source));
  const Value::Array* items = targets.as_array();
  if (targets.is_null()) return raw;
  if (items == nullptr) throw FormatError(targets.where() + "expected an array of targets, found " + targets.preview());
  if (static_cast<Index>(items->size()) != raw.rows)
    throw ShapeError(targets.where() + "expected " + std::to_string(raw.rows) +
                     " targets, one for each sample, found " + std::to_string(items->size()));
  if (std::ranges::all_of(*items, [](const Value& v) { return v.as_string() != nullptr; })) {
    std::vector<std::string> names;
    for (const Value& item : *items) names.push_back(*item.as_string());
    raw.columns.push_back(make_column(kTarget, std::move(names)));
    raw.columns[0].is_target = true;
    return raw;
  }
  NestedNumbers numbers(targets);
  const Array array = numbers.take();
  raw.columns = columns_of(array, kTarget, raw.source);
  check_names(raw);
  if (array.shape.size() == 1) raw.columns[0].is_label = numbers.all_integers();
  return raw;
}

}  // namespace isinglass
