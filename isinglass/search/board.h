// isinglass/search/board.h - where a search stands, and what is to be done next.
//
// All decisions fall here, in one place and in the order in which results come in: a synchronous search collects those
// of a round and takes them by the number of the member, so that its course does not depend on who was faster. Whoever
// has a processor free asks next() for a task, has it done (member.h) and hands the result to take().
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isinglass/search/member.h"
#include "isinglass/search/selection.h"

namespace isinglass {

// A look at a member after an interval.
struct SearchReport {
  Index member = 0, epoch = 0;  // epoch: finished ones
  double seconds = 0;           // since the search began
  double score = 0, loss = 0;   // loss: of training
  Value validation;
  Values values;  // in force until now
};

// Something that happened to a member. `values` are in force from this epoch on; `before` until then.
struct SearchEvent {
  enum Kind { kStart, kExploit, kExplore, kStop, kFail };
  Kind kind = kStart;
  double seconds = 0;
  Index member = 0, epoch = 0, parent = -1;  // parent: who was copied
  Values before, values;
  std::string text = {};  // of kFail: why
};
constexpr const char* kEventNames[] = {"start", "exploit", "explore", "stop", "fail"};

struct SearchMember {
  Index epoch = 0, seed = 0, look = 0;  // look: how often it was ready
  // The experiment that trains it again from the beginning, with a change for each value that it met on its way.
  std::shared_ptr<const Value> file;
  Values values;
  std::shared_ptr<const std::string> state;
  std::optional<double> score;
  bool is_finished = false, has_failed = false, is_running = false;
};

// The best that any member has been. Of equal scores the fewer epochs, then the lower number.
struct BestMember {
  Index member = -1, epoch = 0, seed = 0;
  double score = 0;
  std::shared_ptr<const Value> file;
  Values values;
  std::shared_ptr<const std::string> state;
};

class Board {
 public:
  explicit Board(const SearchPlan& plan);

  // Everything that a search is, to be written down and to go on from.
  struct Moment {
    std::vector<SearchMember> members;
    std::vector<SearchReport> reports;
    std::vector<SearchEvent> events;
    BestMember best;
    Index spent = 0;  // epochs of all members together
    Index round = 0;  // epochs that members of a synchronous search are to reach
    double seconds = 0;
  };
  const Moment& moment() const { return moment_; }
  void go_on_from(Moment moment);

  // Nothing: wait for a result that is on its way, or the search is over.
  std::optional<MemberTask> next();
  void take(MemberResult result);
  void set_seconds(double seconds) { moment_.seconds = seconds; }
  bool is_over() const;
  Index in_the_race() const;               // members that have neither finished nor failed
  MemberTask task_of(Index member) const;  // with nothing to do
  Index total_epochs() const;              // at most

 private:
  bool has_budget(Index epochs) const;
  Index epochs_of_round() const;
  Index rung_after(Index round) const;
  std::optional<Index> choose() const;
  void note(const MemberResult& result);
  void end_round();
  void halve();
  void evolve(Index member, const std::vector<SearchMember>& before);
  Standing standing(Index member) const;
  SearchMember& at(Index member) { return moment_.members[static_cast<std::size_t>(member)]; }
  const SearchMember& at(Index member) const { return moment_.members[static_cast<std::size_t>(member)]; }

  const SearchPlan& plan_;
  Moment moment_;
  std::map<Index, MemberResult> round_;  // results of a synchronous round
  Index on_its_way_ = 0;                 // tasks given out
  Index reserved_ = 0;                   // their epochs
  bool is_spent_ = false;
};

}  // namespace isinglass
