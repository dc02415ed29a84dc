// cli/predictions.h - numbers and classes for samples, and how they are shown and written.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

// A row for each sample of the input; a sample whose inputs are missing has a row of NaN and no class.
struct Predictions {
  std::string target;                // of classes; "" for amounts
  std::vector<std::string> columns;  // of the numbers
  std::vector<std::optional<std::string>> classes;
  std::vector<double> numbers;  // (samples, columns)
  Index samples = 0, missing = 0;
  bool is_float = false;

  double at(Index sample, std::size_t column) const {
    return numbers[static_cast<std::size_t>(sample) * columns.size() + column];
  }
  std::vector<std::string> header() const {
    std::vector<std::string> names = columns;
    if (!target.empty()) names.insert(names.begin(), target);
    return names;
  }
};

// Throws InputError unless -o names a file of a kind that can be written, and another one than the input.
void check_output(const std::string& output, const std::string& input);

// Writes to `output` (a name that ends in .csv, .json or .npy, - for CSV on standard output, "" for a table to look at)
// and, with `json`, one document on standard output. `what` they are: "predictions".
void deliver(const Predictions& p, const std::string& what, const std::string& model, const std::string& output,
             bool json);

}  // namespace isinglass
