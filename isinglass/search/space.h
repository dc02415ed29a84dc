// isinglass/search/space.h - what a search varies: keys of an experiment, each with a range.
//
//     [search.space]
//     "train.optimiser.learning_rate" = { log_uniform = [1e-4, 1e-1] }
//     "model.layers.1.units" = { integer = [8, 64] }
//     "model.layers.1.activation" = { choice = ["tanh", "relu"] }
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/options.h"

namespace isinglass {

struct Dimension {
  enum Kind { kUniform, kLogUniform, kInteger, kChoice };
  std::string key;  // train/changes.h
  Kind kind = kUniform;
  double low = 0, high = 1;    // bounds that belong to it; of places among the choices: 0 and count - 1
  std::vector<Value> choices;  // of kChoice
  Index points = 3;            // of a grid
  Value::Location location;

  // The value that a share u in [0, 1) of the range lies below.
  Value at(double u) const;
  // Evenly spread, both bounds among them; each choice once.
  std::vector<Value> grid() const;
  // `factor` times as much, within the bounds; an integer moves by 1 at least; a choice to its neighbour.
  Value scaled(const Value& value, double factor) const;
  // Moved by a share of the range (of its logarithm for kLogUniform), within the bounds.
  Value shifted(const Value& value, double share) const;
  // Whether a value could be one of this dimension.
  bool holds(const Value& value) const;

 private:
  double number_of(const Value& value) const;
  Value value_of(double number) const;
};

using Space = std::vector<Dimension>;
using Values = std::vector<Value>;  // one for each dimension

// Keys may be written as one ("train.l2" in quotes) or as tables within tables. Throws OptionError with file, line and
// a suggestion for what is no range, or an empty one.
Space read_space(const Value& table);

// All combinations; the last dimension changes fastest. Throws OptionError for more than a million.
std::vector<Values> grid_of(const Space& space);

// For tables and figures: "learning_rate", or as many more words as tell the keys apart.
std::vector<std::string> short_names(const Space& space);

// { key = value, .. }, and back.
Value named_values(const Space& space, const Values& values);
Values read_values(const Space& space, const Value& named);

}  // namespace isinglass
