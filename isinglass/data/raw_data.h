// isinglass/data/raw_data.h - samples as they were read, before anything is scaled or encoded.
//
// A sample is a row. A table has named columns; images and other arrays have one array of inputs,
// and beside it columns for targets, labels and weights. Nothing here depends on which columns are
// features.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/value.h"
#include "isinglass/io/array.h"
#include "isinglass/io/csv.h"

namespace isinglass {

// The finite number that a cell spells, spaces around it aside: "4", "+0.5", "1e-3".
std::optional<double> parse_number(std::string_view cell);

// True for the spellings of a missing value: "", "NA", "N/A", "NaN", "nan", "null", "?".
bool is_missing(std::string_view cell);

// A named column, numeric when every cell that is not missing is a finite number.
struct Column {
  std::string name;
  bool is_numeric = true;
  bool is_label = false;           // numbers that name classes, as in a file of labels
  bool is_target = false;          // given beside an array as what is to be predicted
  std::vector<double> numbers;     // of a numeric column; NaN = missing
  std::vector<std::string> texts;  // of any other; "" = missing

  Index size() const { return static_cast<Index>(is_numeric ? numbers.size() : texts.size()); }
  bool missing(Index row) const;
  // The number of a cell that is not missing; nothing for text.
  std::optional<double> number(Index row) const;
  // The cell as the name of a category: numbers in their shortest spelling, so that 4, 4.0 and "4"
  // agree.
  std::string category(Index row) const;
};

// A column of cells as a text file spells them.
Column make_column(std::string name, std::vector<std::string> cells);

// Text categories in order: as numbers when all of them are numbers, otherwise by their bytes.
void sort_categories(std::vector<std::string>& categories);

struct RawData {
  std::string source;  // file or generator, for messages
  Index rows = 0;
  std::shared_ptr<const Array> inputs;  // (rows, ...) of U8, F32 or F64; null for a table
  std::vector<Column> columns;          // each with `rows` cells; names are unique
  std::vector<Index> lines;             // of each row in its file; empty for arrays
  std::vector<std::string> files;       // of each row in a folder of images; empty for the others

  const Column* find(std::string_view name) const;  // null pointer when there is no such column
  std::vector<std::string> column_names() const;
  // "cars.csv:17: ", "cats/a.png: " or "train.idx: sample 16: " (counted from 0): the head of an
  // error message.
  std::string where(Index row) const;
};

// 0, 1, ..., n-1.
std::vector<Index> all_rows(Index n);

// A table from a text file with a header. Throws FormatError for two columns of one name and for
// more than 2^15 columns.
RawData raw_from_csv(Csv csv, const std::string& source);

// A table from an array of flat objects; what an object does not name is missing. Columns stand in
// the order in which their names first appear. Throws FormatError, with line, for anything else.
RawData raw_from_records(const Value& records, const std::string& source);

// Samples from an array of inputs (N, ...) and, unless null, one of targets (N), (N, 1) or (N,
// ...). Integer targets of shape (N) are labels. Target columns are called "target", or "target1",
// "target2", ... Throws ShapeError when the numbers of samples differ, FormatError for an infinite
// number.
RawData raw_from_arrays(Array inputs, const Array* targets, const std::string& source);

// The same from nested arrays of numbers in an experiment file: inputs = [[0, 1], [1, 0]] with
// targets = [[0.5], [1.5]] (amounts), [0, 1] (labels) or ["no", "yes"] (class names); a null value
// means no targets. Throws FormatError, with line, for ragged or empty arrays and for what is not a
// number.
RawData raw_from_values(const Value& inputs, const Value& targets, const std::string& source);

// The columns that an array of targets stands for, as raw_from_arrays makes them. Throws
// FormatError, led by `source`, for an infinite number.
std::vector<Column> columns_of(const Array& array, const std::string& name, const std::string& source);

}  // namespace isinglass
