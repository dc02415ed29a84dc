#include "isinglass/data/column_encoder.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "isinglass/base/error.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

constexpr std::size_t kMostCategories = 1000;

[[noreturn]] void fail(const RawData& raw, Index row, const Column& column, const std::string& message) {
  throw FormatError(raw.where(row) + "column " + in_quotes(column.name) + " " + message);
}

[[noreturn]] void fail_missing(const RawData& raw, Index row, const Column& column) {
  fail(raw, row, column, "has no value here; correct it, or set missing = \"drop\", \"mean\" or \"most_frequent\"");
}

[[noreturn]] void fail_unseen(const RawData& raw, Index row, const Column& column,
                              const std::vector<std::string>& known, const std::string& advice) {
  constexpr std::size_t kMostListed = 20;
  std::string list;
  for (std::size_t i = 0; i < std::min(known.size(), kMostListed); ++i)
    list += (i == 0 ? "" : ", ") + in_quotes(known[i]);
  if (known.size() > kMostListed) list += ", ...";
  fail(raw, row, column,
       "is " + in_quotes(column.category(row)) + ", which is none of its known categories " + list + advice);
}

double number_of(const RawData& raw, Index row, const Column& column) {
  const std::optional<double> number = column.number(row);
  if (!number)
    fail(raw, row, column,
         "is " + in_quotes(column.texts[static_cast<std::size_t>(row)]) +
             "; expected a finite number (or list the column in categorical or ignore)");
  return *number;
}

std::vector<Index> rows_with_value(const RawData& raw, const Column& column, std::span<const Index> rows) {
  std::vector<Index> present;
  for (const Index row : rows)
    if (!column.missing(row)) present.push_back(row);
  if (present.empty())
    throw FormatError(raw.source + ": column " + in_quotes(column.name) +
                      " has no value in the training part; list it in ignore");
  return present;
}

// The key that most rows have; the least of them when several do.
template <class Key, class Of>
Key most_frequent(std::span<const Index> rows, const Of& key_of) {
  std::map<Key, Index> counts;
  for (const Index row : rows) ++counts[key_of(row)];
  return std::ranges::max_element(counts, {}, [](const auto& c) { return c.second; })->first;
}

}  // namespace

std::vector<std::string> distinct_categories(const Column& column, std::span<const Index> rows) {
  std::unordered_set<std::string> seen;
  for (const Index row : rows)
    if (!column.missing(row)) seen.insert(column.category(row));
  std::vector<std::string> categories(seen.begin(), seen.end());
  sort_categories(categories);
  return categories;
}

const Column& require_column(const RawData& raw, const std::string& name) {
  if (const Column* column = raw.find(name)) return *column;
  throw FormatError(raw.source + ": there is no column " + in_quotes(name) + did_you_mean(name, raw.column_names()));
}

ColumnEncoder ColumnEncoder::numeric(const RawData& raw, const Column& column, std::span<const Index> rows,
                                     const std::string& scale, const std::string& missing) {
  ColumnEncoder encoder;
  encoder.name_ = column.name;
  const std::vector<Index> present = rows_with_value(raw, column, rows);
  std::vector<double> numbers;
  for (const Index row : present) numbers.push_back(number_of(raw, row, column));
  const auto at = [&](Index i) { return numbers[static_cast<std::size_t>(i)]; };
  const auto count = static_cast<Index>(numbers.size());
  const std::string what = raw.source + ": column " + in_quotes(column.name);
  const Scale fitted = fit_scale(scale, count, at, what);
  encoder.center_ = fitted.center;
  encoder.spread_ = fitted.spread;
  if (missing == "mean") encoder.fill_ = fit_scale("standard", count, at, what).center;
  if (missing == "most_frequent")
    encoder.fill_ = most_frequent<double>(present, [&](Index row) { return *column.number(row); });
  return encoder;
}

ColumnEncoder ColumnEncoder::one_hot(const RawData& raw, const Column& column, std::span<const Index> rows,
                                     const std::string& missing, std::vector<std::string> categories) {
  ColumnEncoder encoder;
  encoder.kind_ = "one_hot";
  encoder.name_ = column.name;
  const std::vector<Index> present = rows_with_value(raw, column, rows);
  encoder.set_categories(categories.empty() ? distinct_categories(column, present) : std::move(categories));
  if (encoder.categories_.size() > kMostCategories)
    throw FormatError(raw.source + ": column " + in_quotes(column.name) + " has " +
                      std::to_string(encoder.categories_.size()) + " different categories; at most " +
                      std::to_string(kMostCategories) + " can be encoded; list it in ignore");
  encoder.fit_fill_category(column, present, missing);
  return encoder;
}

ColumnEncoder ColumnEncoder::ordered(const RawData& raw, const Column& column, std::span<const Index> rows,
                                     std::vector<std::string> categories, const std::string& missing) {
  ColumnEncoder encoder;
  encoder.kind_ = "ordered";
  encoder.name_ = column.name;
  encoder.set_categories(std::move(categories));
  const std::vector<Index> present = rows_with_value(raw, column, rows);
  encoder.places(raw, present);
  encoder.fit_fill_category(column, present, missing);
  return encoder;
}

void ColumnEncoder::set_categories(std::vector<std::string> categories) {
  for (std::string& category : categories)
    if (const std::optional<double> number = parse_number(category)) category = number_text(*number + 0.0);
  categories_ = std::move(categories);
  check();
}

void ColumnEncoder::fit_fill_category(const Column& column, std::span<const Index> rows, const std::string& missing) {
  if (missing == "mean" || missing == "most_frequent")
    fill_category_ = most_frequent<std::string>(rows, [&](Index row) { return column.category(row); });
}

Index ColumnEncoder::width() const {
  return is_one_hot() ? static_cast<Index>(categories_.size()) : 1;
}

std::vector<std::string> ColumnEncoder::names() const {
  if (!is_one_hot()) return {name_};
  std::vector<std::string> names;
  for (const std::string& category : categories_) names.push_back(name_ + "=" + category);
  return names;
}

void ColumnEncoder::encode(const RawData& raw, std::span<const Index> rows, View<double> out,
                           bool zeros_if_unseen) const {
  if (is_numeric()) {
    const Column& column = require_column(raw, name_);
    for (Index r = 0; r < out.rows; ++r) {
      const Index row = rows[static_cast<std::size_t>(r)];
      const bool missing = column.missing(row);
      if (missing && !fill_) fail_missing(raw, row, column);
      out(r, 0) = scale().apply(missing ? *fill_ : number_of(raw, row, column));
    }
    return;
  }
  const Unseen unseen = !is_one_hot() ? Unseen::kRefuse : zeros_if_unseen ? Unseen::kZeros : Unseen::kRefuseWithAdvice;
  const std::vector<Index> found = find_places(raw, rows, unseen);
  for (Index r = 0; r < out.rows; ++r) {
    const Index place = found[static_cast<std::size_t>(r)];
    if (kind_ == "ordered") {
      out(r, 0) = static_cast<double>(place) / static_cast<double>(categories_.size() - 1);
    } else {
      std::ranges::fill(out.row(r), 0.0);
      if (place >= 0) out(r, place) = 1;
    }
  }
}

std::vector<Index> ColumnEncoder::places(const RawData& raw, std::span<const Index> rows) const {
  return find_places(raw, rows, Unseen::kRefuse);
}

// -1 stands for an unseen category that becomes zeros.
std::vector<Index> ColumnEncoder::find_places(const RawData& raw, std::span<const Index> rows, Unseen unseen) const {
  const Column& column = require_column(raw, name_);
  std::unordered_map<std::string, Index> known;
  for (const std::string& category : categories_) known.emplace(category, static_cast<Index>(known.size()));
  std::vector<Index> found;
  found.reserve(rows.size());
  for (const Index row : rows) {
    const bool missing = column.missing(row);
    if (missing && !fill_category_) fail_missing(raw, row, column);
    const auto place = known.find(missing ? *fill_category_ : column.category(row));
    if (place == known.end() && unseen != Unseen::kZeros)
      fail_unseen(raw, row, column, categories_,
                  unseen == Unseen::kRefuse ? "" : "; correct it, or train with unseen = \"zeros\"");
    found.push_back(place == known.end() ? -1 : place->second);
  }
  return found;
}

void ColumnEncoder::check() const {
  const std::string where = "column " + in_quotes(name_);
  if (!std::isfinite(center_) || !std::isfinite(spread_) || !std::isfinite(fill_.value_or(0)))
    throw OptionError(where + " has a scale that is not finite");
  if (is_numeric() != categories_.empty() || (is_numeric() && fill_category_) || (!is_numeric() && fill_))
    throw OptionError(where + " is " + kind_ + " but has the settings of another kind");
  if (kind_ == "ordered" && categories_.size() < 2) throw OptionError(where + " needs at least two ordered categories");
  const std::unordered_set<std::string> distinct(categories_.begin(), categories_.end());
  if (distinct.size() != categories_.size()) throw OptionError(where + " names a category twice");
  if (fill_category_ && !distinct.contains(*fill_category_))
    throw OptionError(where + " fills missing cells with the unknown category " + in_quotes(*fill_category_));
}

ColumnEncoder ColumnEncoder::read(const Value& v) {
  ColumnEncoder encoder;
  read_options(v, encoder, "a column encoding");
  encoder.check();
  return encoder;
}

Value ColumnEncoder::write() const {
  return write_options(*this);
}

}  // namespace isinglass
