// isinglass/search/search_store.h - search.db: all that a search did, and what it needs to go on.
//
// An SQLite file that always shows one whole moment of the search: reports, events and the members' states are written
// in one transaction. docs/search.md has the tables.
#pragma once
#include <optional>
#include <string>

#include "isinglass/record/database.h"
#include "isinglass/search/board.h"

namespace isinglass {

constexpr const char* kSearchFile = "search.db";

class SearchStore {
 public:
  // Begins a new file, or with `goes_on` opens the one that is there. Throws FileError, FormatError.
  SearchStore(const std::string& directory, const SearchPlan& plan, bool goes_on);

  // What is new since the last time; `outcome`: "running", "interrupted" or "done". A search that is done keeps no
  // states.
  void save(const Board::Moment& moment, const std::string& outcome);
  // Throws OptionError when the store is of another search, FormatError when it is damaged.
  Board::Moment read(const Value& file);

 private:
  void write_members(const Board::Moment& moment, bool with_states);
  void set(std::string_view key, std::string_view value);

  const SearchPlan& plan_;
  Database database_;
  std::size_t reports_ = 0, events_ = 0;  // written
};

// A search as its directory keeps it, for those who look at it.
struct SearchRecord {
  std::string name, method, score, outcome;
  double sign = 1, seconds = 0;
  Index members = 0, epochs = 0, spent = 0;  // epochs: of a member at most
  Space space;
  std::vector<SearchReport> reports;
  std::vector<SearchEvent> events;
  Index best_member = -1, best_epoch = 0;
  double best_score = 0;

  // Throws FileError when the directory has no search, FormatError.
  static SearchRecord read(const std::string& directory);
  // The order in which epochs are counted: members one after another, or of a population side by side.
  std::vector<SearchReport> in_order() const;
};

// Whether a directory is that of a search.
bool is_search(const std::string& directory);

// The winner's stretches of training: from epoch to epoch as member, by these values. The first begins at epoch 0.
struct Stretch {
  Index member = 0, begin = 0, end = 0;
  Values values;
};
std::vector<Stretch> lineage_of(const SearchRecord& record, Index member, Index epoch);

}  // namespace isinglass
