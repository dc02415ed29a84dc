// isinglass/serve/live_search.h - a search in a thread of its own, that can be looked at while it runs, ended, and gone on with.
//
// It writes the directory as `isinglass search` does; what it knows so far is held in memory, too, so that nobody waits
// for the file.
#pragma once
#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "isinglass/search/search.h"

namespace isinglass {

// A search as it stands.
struct SearchLook {
  SearchRecord record;
  std::string status;   // "running", "ending", "done", "interrupted", "failed"
  std::string message;  // of a failure
  Index total = 0;      // epochs of all members together, at most; 0: not known
  Value winner;         // the best member so far as an experiment that trains it; null before there is one
  bool is_live = false;
};

// A record without its reports, events and space.
SearchRecord header_of(const SearchRecord& record);

class LiveSearch {
 public:
  LiveSearch(SearchPlan plan, std::string directory);
  ~LiveSearch();  // ends the search, which can be gone on with
  LiveSearch(const LiveSearch&) = delete;
  LiveSearch& operator=(const LiveSearch&) = delete;

  void stop();   // after the present steps; what was trained is kept
  void go_on();  // with a search that was ended; nothing happens to others
  SearchLook look() const;
  // Without reports, events, space and the winner: what a list of searches says.
  SearchLook glance() const;

 private:
  void begin(bool resume);
  void work(bool resume);
  void take(const Board& board);
  void set_status(const std::string& status, const std::string& message = "");

  const SearchPlan plan_;
  const std::string directory_;
  std::atomic<bool> is_stopping_{false};

  mutable std::mutex mutex_;
  SearchRecord record_;
  std::string status_ = "running", message_;
  Index total_ = 0;
  std::shared_ptr<const Value> best_file_;
  std::thread thread_;
};

}  // namespace isinglass
