// isinglass/data/roles.h - which columns are features, which are targets, and which rows can be
// used.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "isinglass/data/data_options.h"
#include "isinglass/data/raw_data.h"

namespace isinglass {

enum class Task { kRegression, kClassification, kReconstruction };

struct Roles {
  Task task = Task::kRegression;
  std::vector<std::string> features;  // columns in order; none when the inputs are an array
  std::vector<std::string> targets;   // one for a classification, none for a reconstruction
  std::string weights;                // "" for none
};

// What the options make of these columns. Throws OptionError for a name that is no column (near
// names are listed), for a table without target and for a task that the targets do not allow.
Roles roles_of(const RawData& raw, const DataOptions& options);

// The rows that a policy for missing values leaves: all (refuse), those that have all features and
// targets (drop), those that have their targets (mean, most_frequent). Throws FormatError for a
// missing column.
std::vector<Index> usable_rows(const RawData& raw, const Roles& roles, const std::string& missing);

// The class of each of the rows as a number 0, 1, ... (for stratified splits; missing cells are
// -1). Throws OptionError unless this is a classification.
std::vector<Index> classes_of(const RawData& raw, const Roles& roles, std::span<const Index> rows);

// True when input numbers of a sample of an array are NaN.
bool has_missing_input(const Array& inputs, Index row);

}  // namespace isinglass
