#include "isinglass/search/board.h"

#include <algorithm>

namespace isinglass {

Board::Board(const SearchPlan& plan) : plan_(plan) {
  for (Index k = 0; k < plan.members(); ++k) {
    SearchMember member{.seed = plan.seed_of(k), .values = plan.first_values(k)};
    for (std::size_t d = 0; d < plan.space.size(); ++d)
      if (plan.space[d].key == "seed") member.seed = *member.values[d].as_integer();
    member.file = std::make_shared<const Value>(plan.member_file(member.values, member.seed));
    moment_.events.push_back({.kind = SearchEvent::kStart, .member = k, .values = member.values});
    moment_.members.push_back(std::move(member));
  }
  moment_.round = std::min(plan.options.interval, plan.base.train.epochs);
}

void Board::go_on_from(Moment moment) {
  moment_ = std::move(moment);
}

MemberTask Board::task_of(Index member) const {
  const SearchMember& m = at(member);
  return {.member = member, .until = m.epoch, .values = m.values, .seed = m.seed, .state = m.state};
}

Index Board::total_epochs() const {
  Index total = plan_.members() * plan_.base.train.epochs;
  if (plan_.options.method == "halving") {
    total = 0;
    Index alive = plan_.members(), from = 0;
    for (Index to = std::min(plan_.options.interval, plan_.base.train.epochs);; to = rung_after(to)) {
      total += alive * (to - from);
      if (to >= plan_.base.train.epochs) break;
      alive = std::max<Index>(1, alive / plan_.options.reduction);
      from = to;
    }
  }
  return plan_.options.budget_epochs > 0 ? std::min(total, plan_.options.budget_epochs) : total;
}

bool Board::has_budget(Index epochs) const {
  const SearchOptions& o = plan_.options;
  if (o.budget_seconds > 0 && moment_.seconds >= o.budget_seconds) return false;
  const Index most = o.budget_epochs > 0 ? o.budget_epochs : plan_.members() * plan_.base.train.epochs;
  return moment_.spent + reserved_ + epochs <= most;
}

// A round is trained as a whole or not at all.
Index Board::epochs_of_round() const {
  Index epochs = 0;
  for (const SearchMember& m : moment_.members)
    if (!m.is_finished && !m.has_failed) epochs += std::max<Index>(0, moment_.round - m.epoch);
  return epochs;
}

Index Board::rung_after(Index round) const {
  const Index next =
      plan_.options.method == "halving" ? round * plan_.options.reduction : round + plan_.options.interval;
  return std::min(next, plan_.base.train.epochs);
}

// Members of a random search one after another, those of a population side by side.
std::optional<Index> Board::choose() const {
  std::optional<Index> chosen;
  for (Index k = 0; k < static_cast<Index>(moment_.members.size()); ++k) {
    const SearchMember& m = at(k);
    if (m.is_finished || m.has_failed || m.is_running) continue;
    if (plan_.is_synchronous() && (m.epoch >= moment_.round || round_.contains(k))) continue;
    if (!chosen || (plan_.is_pbt() ? m.epoch < at(*chosen).epoch : m.epoch > at(*chosen).epoch)) chosen = k;
  }
  return chosen;
}

std::optional<MemberTask> Board::next() {
  const std::optional<Index> member = is_spent_ ? std::nullopt : choose();
  if (!member) return std::nullopt;
  MemberTask task = task_of(*member);
  const Index end = plan_.base.train.epochs;
  task.until = plan_.is_synchronous() ? moment_.round : std::min(task.until + plan_.options.interval, end);
  const Index epochs = task.until - at(*member).epoch;
  const bool begins_round = on_its_way_ == 0 && round_.empty();
  if (plan_.is_synchronous() ? begins_round && !has_budget(epochs_of_round()) : !has_budget(epochs)) {
    is_spent_ = true;
    return std::nullopt;
  }
  at(*member).is_running = true;
  ++on_its_way_;
  reserved_ += epochs;
  return task;
}

Index Board::in_the_race() const {
  return std::ranges::count_if(moment_.members, [](const SearchMember& m) { return !m.is_finished && !m.has_failed; });
}

bool Board::is_over() const {
  return on_its_way_ == 0 && (is_spent_ || !choose());
}

void Board::take(MemberResult result) {
  const Index member = result.member;
  --on_its_way_;
  // A synchronous search hands out tasks of one length, and others end where they began plus what is reserved.
  const Index epochs =
      (plan_.is_synchronous() ? moment_.round
                              : std::min(at(member).epoch + plan_.options.interval, plan_.base.train.epochs)) -
      at(member).epoch;
  reserved_ -= epochs;
  at(member).is_running = false;
  if (result.is_interrupted) return;
  if (!plan_.is_synchronous()) {
    note(result);
    if (plan_.is_pbt()) evolve(member, std::vector<SearchMember>(moment_.members));
    return;
  }
  round_.emplace(member, std::move(result));
  if (on_its_way_ == 0 && !is_spent_ && !choose()) end_round();
}

void Board::note(const MemberResult& result) {
  SearchMember& m = at(result.member);
  moment_.spent += result.epoch - m.epoch;
  ++m.look;
  if (!result.failure.empty()) {
    m.has_failed = true;
    moment_.events.push_back({.kind = SearchEvent::kFail,
                              .seconds = moment_.seconds,
                              .member = result.member,
                              .epoch = result.epoch,
                              .values = m.values,
                              .text = result.failure});
    return;
  }
  m.epoch = result.epoch;
  m.state = result.state;
  m.score = result.score;
  m.is_finished = result.is_finished;
  moment_.reports.push_back({.member = result.member,
                             .epoch = result.epoch,
                             .seconds = moment_.seconds,
                             .score = result.score,
                             .loss = result.train_loss,
                             .validation = result.validation,
                             .values = m.values});
  BestMember& best = moment_.best;
  const double gain = plan_.sign() * (result.score - best.score);
  const bool is_better_tie = result.epoch != best.epoch ? result.epoch < best.epoch : result.member < best.member;
  if (best.member < 0 || gain > 0 || (gain == 0 && is_better_tie))
    best = {.member = result.member,
            .epoch = result.epoch,
            .seed = m.seed,
            .score = result.score,
            .file = m.file,
            .values = m.values,
            .state = m.state};
  if (m.is_finished) m.state.reset();  // nobody goes on from it
}

void Board::end_round() {
  for (const auto& [member, result] : round_) note(result);
  round_.clear();
  const Index end = plan_.base.train.epochs;
  if (plan_.is_pbt() && moment_.round < end) {
    const std::vector<SearchMember> before = moment_.members;
    for (Index k = 0; k < plan_.members(); ++k) evolve(k, before);
  } else if (moment_.round < end) {
    halve();
  }
  moment_.round = rung_after(moment_.round);
}

Standing Board::standing(Index member) const {
  const SearchMember& m = at(member);
  return {.member = member, .score = plan_.sign() * m.score.value_or(0), .has_failed = m.has_failed};
}

// One in `reduction` goes on, one at least.
void Board::halve() {
  std::vector<Standing> alive;
  for (Index k = 0; k < plan_.members(); ++k)
    if (!at(k).is_finished && !at(k).has_failed) alive.push_back(standing(k));
  std::ranges::sort(alive, is_better);
  const std::size_t kept = std::max<std::size_t>(1, alive.size() / static_cast<std::size_t>(plan_.options.reduction));
  std::vector<Index> stopped;
  for (std::size_t i = kept; i < alive.size(); ++i) stopped.push_back(alive[i].member);
  std::ranges::sort(stopped);
  for (const Index k : stopped) {
    at(k).is_finished = true;
    at(k).state.reset();
    moment_.events.push_back({.kind = SearchEvent::kStop,
                              .seconds = moment_.seconds,
                              .member = k,
                              .epoch = at(k).epoch,
                              .values = at(k).values});
  }
}

// Exploit and explore, as they are chosen from the members as they stood before.
void Board::evolve(Index member, const std::vector<SearchMember>& before) {
  SearchMember& self = at(member);
  if (self.is_finished) return;
  std::vector<Standing> standings;
  for (Index k = 0; k < plan_.members(); ++k) {
    const SearchMember& other = before[static_cast<std::size_t>(k)];
    if (other.score || other.has_failed)
      standings.push_back({k, plan_.sign() * other.score.value_or(0), other.has_failed});
  }
  const RandomKey key = look_key(plan_.seed(), member, self.look);
  const Index chosen = parent_of(plan_.options, std::move(standings), member, key);
  const bool copies = chosen != member;
  if (!copies && (self.has_failed || plan_.options.exploit != "none")) return;
  const SearchMember& parent = before[static_cast<std::size_t>(chosen)];
  if (copies && parent.is_finished) return;  // there is nothing left to train
  const Values own = self.values;
  const bool takes_values = copies && plan_.options.inherit == "all";
  const Values start = takes_values ? parent.values : own;
  if (copies) {
    self.epoch = parent.epoch;
    self.seed = parent.seed;
    self.state = parent.state;
    self.score = parent.score;
    self.is_finished = parent.is_finished;
    self.has_failed = false;
    moment_.events.push_back({.kind = SearchEvent::kExploit,
                              .seconds = moment_.seconds,
                              .member = member,
                              .epoch = parent.epoch,
                              .parent = chosen,
                              .before = own,
                              .values = start});
  }
  self.values = explored(plan_.options, plan_.space, start, key);
  self.file =
      self.values == parent.values
          ? parent.file
          : std::make_shared<const Value>(plan_.changed_file(*parent.file, parent.epoch, parent.values, self.values));
  if (self.values != start)
    moment_.events.push_back({.kind = SearchEvent::kExplore,
                              .seconds = moment_.seconds,
                              .member = member,
                              .epoch = parent.epoch,
                              .before = start,
                              .values = self.values});
}

}  // namespace isinglass
