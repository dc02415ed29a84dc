// isinglass/data/column_encoder.h - how one column of a table becomes numbers, and back.
//
//   kind      a cell becomes                                               numbers
//   numeric   (x - center) / spread                                        1
//   one_hot   1 at the place of its category, 0 elsewhere                  as many as categories
//   ordered   i / (k - 1) for category i of k: 0, 0.5, 1 for three         1
// Source: row N4 of the specification.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/options.h"
#include "isinglass/base/view.h"
#include "isinglass/data/raw_data.h"
#include "isinglass/data/scaling.h"

namespace isinglass {

class ColumnEncoder {
 public:
  static constexpr std::string_view kTypeName = "column encoding";

  // Fits to the given rows. `missing` is a policy of DataOptions and decides what fills missing
  // cells. Throws FormatError for a cell that is not a number, or a column that has no value in
  // these rows.
  static ColumnEncoder numeric(const RawData& raw, const Column& column, std::span<const Index> rows,
                               const std::string& scale, const std::string& missing);
  // Has the categories given or, when there are none, those of the rows in order. Throws
  // FormatError for more than 1000 of them.
  static ColumnEncoder one_hot(const RawData& raw, const Column& column, std::span<const Index> rows,
                               const std::string& missing, std::vector<std::string> categories = {});
  // Throws FormatError for a cell that is not among the categories given, at least two.
  static ColumnEncoder ordered(const RawData& raw, const Column& column, std::span<const Index> rows,
                               std::vector<std::string> categories, const std::string& missing);

  const std::string& name() const { return name_; }
  bool is_numeric() const { return kind_ == "numeric"; }
  bool is_one_hot() const { return kind_ == "one_hot"; }
  const std::vector<std::string>& categories() const { return categories_; }
  Scale scale() const { return {center_, spread_}; }

  // Numbers that a cell becomes.
  Index width() const;
  // "weight", or "origin=USA" for each category of a one-hot column.
  std::vector<std::string> names() const;
  // out(r, c) = number c of row rows[r]; out has width() columns. Throws FormatError, with line,
  // for a cell that is missing and not filled, is no number or has no known category (all zeros if
  // zeros_if_unseen).
  void encode(const RawData& raw, std::span<const Index> rows, View<double> out, bool zeros_if_unseen) const;
  // The place among the categories of each of the rows. Throws FormatError as encode() does.
  std::vector<Index> places(const RawData& raw, std::span<const Index> rows) const;

  // As the model file keeps it; reading is strict (OptionError).
  static ColumnEncoder read(const Value& v);
  Value write() const;

  static void options(auto& v) {
    v("kind", &ColumnEncoder::kind_, "how cells become numbers", one_of({"numeric", "one_hot", "ordered"}).required());
    v("name", &ColumnEncoder::name_, "name of the column", Constraint{}.required());
    v("center", &ColumnEncoder::center_, "number that becomes 0");
    v("spread", &ColumnEncoder::spread_, "difference that becomes 1", positive());
    v("fill", &ColumnEncoder::fill_, "number in place of a missing cell");
    v("fill_category", &ColumnEncoder::fill_category_, "category in place of a missing cell");
    v("categories", &ColumnEncoder::categories_, "categories in order");
  }

 private:
  enum class Unseen { kRefuse, kRefuseWithAdvice, kZeros };
  std::vector<Index> find_places(const RawData& raw, std::span<const Index> rows, Unseen unseen) const;
  void set_categories(std::vector<std::string> categories);
  void fit_fill_category(const Column& column, std::span<const Index> rows, const std::string& missing);
  void check() const;

  std::string kind_ = "numeric", name_;
  double center_ = 0, spread_ = 1;
  std::optional<double> fill_;
  std::optional<std::string> fill_category_;
  std::vector<std::string> categories_;
};

// The distinct categories of these rows in order, missing cells aside.
std::vector<std::string> distinct_categories(const Column& column, std::span<const Index> rows);

// The column called `name`. Throws FormatError with the near names.
const Column& require_column(const RawData& raw, const std::string& name);

}  // namespace isinglass
