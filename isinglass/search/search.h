// isinglass/search/search.h - a whole search: from an experiment with [search] to a directory with its results.
//
// The directory holds search.db (search_store.h), best.toml (the winner as an experiment that trains it again from the
// beginning), model.safetensors (the winner) and summary.json.
#pragma once
#include <functional>
#include <string>

#include "isinglass/base/communicator.h"
#include "isinglass/search/search_store.h"

namespace isinglass {

struct SearchSettings {
  std::string directory;       // of the results; created when missing
  std::string data_directory;  // where relative paths of [data] begin
  bool resume = false;
  Index threads = 0;              // members that train here at the same time; 0: one for each processor
  Communicator* ranks = nullptr;  // processes that share the members, of which the first alone writes and has a summary
};

struct SearchWatch {
  // After a result was taken; `reports` and `events` are how many of the moment's were known before.
  std::function<void(const Board&, std::size_t reports, std::size_t events)> on_news = {};
  std::function<bool()> should_stop = [] { return false; };
};

struct SearchSummary {
  bool is_interrupted = false;
  BestMember best;
  std::string score;  // its name
  Index spent = 0, members = 0;
  double seconds = 0;
  std::vector<std::pair<Index, SearchMember>> ranked;  // the members, best first
  RunSummary run;                                      // of the winner

  Value write() const;  // summary.json
};

// Throws InputErrors before anything is computed; NumericError when every member diverged.
SearchSummary run_search(SearchPlan plan, const SearchSettings& settings, const SearchWatch& watch);

// The experiment that trains a member again from the beginning to the state it had after `epochs`, bit for bit.
Value export_experiment(const Value& file, Index epochs);

}  // namespace isinglass
