#include "isinglass/search/search.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <thread>

#include "isinglass/io/file.h"
#include "isinglass/io/json.h"
#include "isinglass/io/toml.h"
#include "isinglass/search/search_ranks.h"

namespace isinglass {
namespace {

using Clock = std::chrono::steady_clock;

// The threads that train, around the board.
class Crew {
 public:
  Crew(const SearchPlan& plan, SearchData& data, Board& board, SearchStore& store, const SearchWatch& watch)
      : plan_(plan),
        data_(data),
        board_(board),
        store_(store),
        watch_(watch),
        began_(board.moment().seconds),
        side_by_side_(members_side_by_side(plan, data)) {}

  void work(Index threads, Communicator* ranks) {
    threads_ = threads;
    if (ranks == nullptr) {
      ThreadPool pool(threads);
      pool.run(threads, [this](Index) { work_alone(); });
    } else {
      lead(threads, *ranks);
    }
    if (error_) std::rethrow_exception(error_);
  }
  double seconds() const { return began_ + std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  void work_alone() {
    std::unique_lock lock(mutex_);
    while (!error_ && !watch_.should_stop()) {
      board_.set_seconds(seconds());
      const std::vector<MemberTask> tasks = next_tasks();
      if (tasks.empty()) {
        if (board_.is_over()) break;
        // Somebody has a result on its way; a signal may come meanwhile.
        changed_.wait_for(lock, std::chrono::milliseconds(50));
        continue;
      }
      lock.unlock();
      std::vector<MemberResult> results;
      std::exception_ptr error;  // a part of a pool's job must not throw
      try {
        results = train_members(plan_, data_, tasks, watch_.should_stop);
      } catch (...) {
        error = std::current_exception();
      }
      lock.lock();
      if (error) {
        error_ = error_ ? error_ : error;
        break;
      }
      try {
        for (MemberResult& result : results) take(std::move(result));
      } catch (...) {
        error_ = error_ ? error_ : std::current_exception();
      }
    }
    changed_.notify_all();
  }

  // A task; or as many as train side by side, when the members are enough for all threads to do so.
  std::vector<MemberTask> next_tasks() {
    const bool is_enough = board_.in_the_race() >= side_by_side_ * threads_;
    std::vector<MemberTask> tasks;
    while (static_cast<Index>(tasks.size()) < (is_enough ? side_by_side_ : 1))
      if (std::optional<MemberTask> task = board_.next())
        tasks.push_back(std::move(*task));
      else
        break;
    return tasks;
  }

  // The threads of this rank, and tasks for as many of every other.
  void lead(Index threads, Communicator& ranks) {
    const std::vector<std::string> texts = ranks.all_texts(std::to_string(threads));
    std::vector<Index> free{0};  // threads of each rank; this one's help themselves
    for (std::size_t r = 1; r < texts.size(); ++r) free.push_back(std::stoll(texts[r]));
    const std::vector<Index> all = free;
    std::vector<std::jthread> hands;
    for (Index i = 0; i < threads; ++i) hands.emplace_back([this] { work_alone(); });
    while (!exchange(ranks, free) || free != all) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    for (Index r = 1; r < ranks.size(); ++r) ranks.send(r, kNoMoreTasks);
  }

  // Takes what has come and hands out what there is; true when there will be nothing more to hand out.
  bool exchange(Communicator& ranks, std::vector<Index>& free) {
    const std::lock_guard lock(mutex_);
    try {
      while (const auto message = ranks.poll()) {
        ++free[static_cast<std::size_t>(message->from)];
        take(read_member_result(message->bytes));
      }
      for (Index r = 1; r < ranks.size(); ++r)
        while (free[static_cast<std::size_t>(r)] > 0 && !error_ && !watch_.should_stop()) {
          board_.set_seconds(seconds());
          const std::optional<MemberTask> task = board_.next();
          if (!task) break;
          --free[static_cast<std::size_t>(r)];
          ranks.send(r, bytes_of(*task));
        }
    } catch (...) {
      error_ = error_ ? error_ : std::current_exception();
    }
    return error_ || watch_.should_stop() || board_.is_over();
  }

  void take(MemberResult result) {
    board_.set_seconds(seconds());
    const std::size_t reports = board_.moment().reports.size(), events = board_.moment().events.size();
    board_.take(std::move(result));
    if (watch_.on_news) watch_.on_news(board_, reports, events);
    const Clock::time_point now = Clock::now();
    if (std::chrono::duration<double>(now - saved_).count() >= plan_.base.train.checkpoint_seconds) {
      store_.save(board_.moment(), "running");
      saved_ = Clock::now();
    }
    changed_.notify_all();
  }

  const SearchPlan& plan_;
  SearchData& data_;
  Board& board_;
  SearchStore& store_;
  const SearchWatch& watch_;
  double began_;
  Index side_by_side_, threads_ = 1;
  Clock::time_point start_ = Clock::now(), saved_ = start_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::exception_ptr error_;
};

std::vector<std::pair<Index, SearchMember>> ranked(const SearchPlan& plan, const Board::Moment& moment) {
  std::vector<std::pair<Index, SearchMember>> members;
  for (std::size_t k = 0; k < moment.members.size(); ++k)
    members.emplace_back(static_cast<Index>(k), moment.members[k]);
  std::ranges::stable_sort(members, [&](const auto& a, const auto& b) {
    const auto standing = [&](const auto& m) {
      const bool is_out = m.second.has_failed || !m.second.score;
      return Standing{m.first, plan.sign() * m.second.score.value_or(0), is_out};
    };
    return is_better(standing(a), standing(b));
  });
  return members;
}

// Results of an earlier search must not stand beside those of this one, should it fail.
void remove_results(const std::string& directory) {
  std::error_code ignored;  // what cannot be removed will not be written either, and that is reported
  for (const char* name : {"best.toml", "model.safetensors", "summary.json"})
    std::filesystem::remove(directory + "/" + name, ignored);
}

// What a schedule gives from epoch to epoch when it is told of another number of epochs in all.
bool depends_on_epochs(const TrainOptions& train, Index epochs) {
  const double base = train.optimiser.learning_rate();
  for (Index e = 0; e < epochs; ++e)
    if (train.schedule.rate(base, e, train.epochs) != train.schedule.rate(base, e, epochs)) return true;
  return false;
}

void finish(const SearchPlan& plan, const SearchSettings& settings, SearchData& data, SearchSummary& summary) {
  const BestMember& best = summary.best;
  if (best.member < 0)
    throw NumericError("every member of the search diverged; try smaller learning rates, scaled inputs or clip_norm");
  const Experiment experiment = Experiment::read(export_experiment(*best.file, best.epoch));
  const RunSettings place{.directory = settings.directory, .data_directory = settings.data_directory};
  write_file(settings.directory + "/best.toml",
             "# The winner of a search, from its first weights. Train it: isinglass train best.toml\n" +
                 write_toml(relocated(experiment, place).write()));
  summary.run = save_member(
      plan, data,
      {.member = best.member, .until = best.epoch, .values = best.values, .seed = best.seed, .state = best.state},
      *best.file, settings.directory);
  write_file(settings.directory + "/summary.json", write_json(summary.write(), 2) + "\n");
}

// The data of the base; ranks must have the same.
std::shared_ptr<const LoadedData> open(const SearchPlan& plan, SearchData& data, Communicator* ranks) {
  if (ranks == nullptr) return data.of(plan.base);
  std::shared_ptr<const LoadedData> base;
  ranks->agree([&] { base = data.of(plan.base); });
  check_same_experiment(*ranks, plan.file, *base);
  return base;
}

// The store of a search in its directory, with its first moment, or the one that it goes on from.
SearchStore begin(const SearchPlan& plan, const SearchSettings& settings, SearchData& data, Board& board) {
  make_directories(settings.directory);
  if (!settings.resume) remove_results(settings.directory);
  SearchStore store(settings.directory, plan, settings.resume);
  if (!settings.resume) {
    store.save(board.moment(), "running");
    return store;
  }
  Value whole = plan.file;
  whole.set("search", write_options(plan.options));
  board.go_on_from(store.read(whole));
  for (Index k = 0; k < plan.members(); ++k) {
    const SearchMember& member = board.moment().members[static_cast<std::size_t>(k)];
    if (!member.is_finished && !member.has_failed) check_member(plan, data, board.task_of(k), *member.file);
  }
  return store;
}

}  // namespace

Value export_experiment(const Value& file, Index epochs) {
  const Experiment experiment = Experiment::read(file);
  Value out = experiment.write();
  set_key(out, "train.epochs", epochs);
  Value* changes = out.find("changes");
  if (changes != nullptr)
    std::erase_if(*changes->as_array(), [&](const Value& c) { return *c.find("epoch")->as_integer() >= epochs; });
  if (changes != nullptr && changes->as_array()->empty())
    std::erase_if(*out.as_table(), [](const auto& entry) { return entry.first == "changes"; });
  if (experiment.train.epochs == epochs || !depends_on_epochs(experiment.train, epochs)) return out;
  // The rate of every epoch is written out.
  std::map<Index, Value> sets;
  if (changes != nullptr && out.find("changes") != nullptr)
    for (const Value& c : *out.find("changes")->as_array()) sets[*c.find("epoch")->as_integer()] = *c.find("set");
  TrainOptions now = experiment.train;
  for (Index e = 0; e < epochs; ++e) {
    for (const Stage& stage : experiment.stages)
      if (stage.epoch == e) stage.give_to(now);
    const double rate = now.schedule.rate(now.optimiser.learning_rate(), e, experiment.train.epochs);
    if (e == 0)
      set_key(out, "train.optimiser.learning_rate", rate);
    else
      sets[e].set("train.optimiser.learning_rate", rate);
  }
  set_key(out, "train.schedule", Value("constant"));
  Value list = Value::Array{};
  for (const auto& [epoch, set] : sets) list.as_array()->push_back(Value::Table{{"epoch", Value(epoch)}, {"set", set}});
  out.set("changes", std::move(list));
  return out;
}

Value SearchSummary::write() const {
  Value winner = Value::Table{};
  winner.set("member", best.member);
  winner.set("epoch", best.epoch);
  winner.set("score", best.score);
  Value document = Value::Table{};
  document.set("outcome", is_interrupted ? "interrupted" : "done");
  document.set("score", score);
  document.set("best", std::move(winner));
  document.set("members", members);
  document.set("epochs", spent);
  document.set("seconds", seconds);
  document.set("metrics", *run.write().find("metrics"));
  return document;
}

SearchSummary run_search(SearchPlan plan, const SearchSettings& settings, const SearchWatch& watch) {
  SearchData data(settings.data_directory, plan);
  const auto base = open(plan, data, settings.ranks);
  if (plan.score.empty()) plan.score = base->train.is_classification() ? "validation.accuracy" : "validation.rmse";
  const Index processors = settings.threads > 0 ? settings.threads : ThreadPool::processors();
  const Index threads = std::min(processors, plan.members());
  Communicator* const ranks = settings.ranks;
  const bool is_first = ranks == nullptr || ranks->is_first();
  Board board(plan);
  std::optional<SearchStore> store;
  const auto prepare = [&] {
    if (is_first) store.emplace(begin(plan, settings, data, board));
  };
  if (ranks == nullptr)
    prepare();
  else
    ranks->agree(prepare);
  if (!is_first) {
    ranks->all_texts(std::to_string(threads));
    follow_search(*ranks, plan, data, watch.should_stop);
    return {};
  }
  Crew crew(plan, data, board, *store, watch);
  crew.work(threads, ranks);
  board.set_seconds(crew.seconds());
  const Board::Moment& moment = board.moment();
  SearchSummary summary{.is_interrupted = watch.should_stop() && !board.is_over(),
                        .best = moment.best,
                        .score = plan.score,
                        .spent = moment.spent,
                        .members = plan.members(),
                        .seconds = moment.seconds,
                        .ranked = ranked(plan, moment)};
  store->save(moment, summary.is_interrupted ? "interrupted" : "done");
  if (!summary.is_interrupted) finish(plan, settings, data, summary);
  return summary;
}

}  // namespace isinglass
