// isinglass/search/search_plan.h - an experiment file with its [search] section, read and checked as a whole.
#pragma once
#include <optional>
#include <string>

#include "isinglass/search/search_options.h"
#include "isinglass/search/space.h"
#include "isinglass/train/experiment.h"

namespace isinglass {

struct SearchPlan {
  Value file;       // the experiment without [search]
  Experiment base;  // what it says
  SearchOptions options;
  Space space;
  std::vector<Values> grid;  // of method = "grid"
  std::string score;         // "validation.accuracy"

  // Tries both ends of every range, and every choice, in the experiment. Throws OptionError with file, line and a
  // suggestion.
  static SearchPlan read(const Value& file);

  Index members() const { return grid.empty() ? options.members : static_cast<Index>(grid.size()); }
  bool is_synchronous() const {
    return options.method == "halving" || (options.method == "pbt" && options.timing == "synchronous");
  }
  bool is_pbt() const { return options.method == "pbt"; }
  Values first_values(Index member) const;
  std::uint64_t seed() const { return static_cast<std::uint64_t>(base.seed); }
  // Of a member's random draws; the samples that are set aside are those of the base for all.
  Index seed_of(Index member) const { return (base.seed + member) % (Index{1} << 32); }

  // The experiment of a member that has these values from the beginning.
  Value member_file(const Values& values, Index seed) const;
  // The same from an epoch on. Earlier values of that epoch are replaced.
  Value changed_file(const Value& file, Index epoch, const Values& from, const Values& to) const;

  // +1 when a larger score is better, -1 when a smaller one is.
  double sign() const;
};

}  // namespace isinglass
