#include "isinglass/serve/live_search.h"

#include <filesystem>
#include <new>

#include "isinglass/base/error.h"
#include "isinglass/serve/draft.h"

namespace isinglass {

LiveSearch::LiveSearch(SearchPlan plan, std::string directory)
    : plan_(std::move(plan)),
      directory_(std::move(directory)),
      record_{.name = std::filesystem::path(directory_).filename().string(),
              .method = plan_.options.method,
              .score = plan_.score,
              .outcome = "running",
              .sign = plan_.sign(),
              .members = plan_.members(),
              .epochs = plan_.base.train.epochs,
              .space = plan_.space} {
  const Board board(plan_);
  record_.events = board.moment().events;
  total_ = board.total_epochs();
  begin(false);
}

LiveSearch::~LiveSearch() {
  is_stopping_ = true;
  thread_.join();
}

void LiveSearch::begin(bool resume) {
  status_ = "running";
  message_.clear();
  is_stopping_ = false;
  thread_ = std::thread([this, resume] { work(resume); });
}

void LiveSearch::work(bool resume) {
  try {
    const SearchSummary summary =
        run_search(plan_, {.directory = directory_, .resume = resume},
                   {.on_news = [this](const Board& board, std::size_t, std::size_t) { take(board); },
                    .should_stop = [this] { return is_stopping_.load(std::memory_order_relaxed); }});
    set_status(summary.is_interrupted ? "interrupted" : "done");
  } catch (const std::bad_alloc&) {
    set_status("failed",
               "this machine has not enough memory for the search; make its networks or their number smaller");
  } catch (const std::exception& error) {
    set_status("failed", error.what());
  }
}

void LiveSearch::take(const Board& board) {
  const std::lock_guard lock(mutex_);
  if (record_.score.empty()) {
    // The experiment left it to the data, and the file was told what they say.
    const SearchRecord told = SearchRecord::read(directory_);
    record_.score = told.score;
    record_.sign = told.sign;
  }
  const Board::Moment& moment = board.moment();
  const auto known = static_cast<std::ptrdiff_t>(record_.reports.size());
  record_.reports.insert(record_.reports.end(), moment.reports.begin() + known, moment.reports.end());
  const auto seen = static_cast<std::ptrdiff_t>(record_.events.size());
  record_.events.insert(record_.events.end(), moment.events.begin() + seen, moment.events.end());
  record_.spent = moment.spent;
  record_.seconds = moment.seconds;
  record_.best_member = moment.best.member;
  record_.best_epoch = moment.best.epoch;
  record_.best_score = moment.best.score;
  best_file_ = moment.best.file;
}

void LiveSearch::set_status(const std::string& status, const std::string& message) {
  const std::lock_guard lock(mutex_);
  record_.outcome = status;
  status_ = status;
  message_ = message;
}

void LiveSearch::stop() {
  const std::lock_guard lock(mutex_);
  if (status_ != "running") return;
  is_stopping_ = true;
  status_ = "ending";
}

void LiveSearch::go_on() {
  std::unique_lock lock(mutex_);
  if (status_ != "interrupted") return;
  thread_.join();  // it has said its last
  begin(true);
}

SearchLook LiveSearch::look() const {
  const std::lock_guard lock(mutex_);
  SearchLook look{.record = record_, .status = status_, .message = message_, .total = total_, .is_live = true};
  if (record_.best_member >= 0)
    look.winner = shortened(Experiment::read(export_experiment(*best_file_, record_.best_epoch)), "");
  return look;
}

SearchLook LiveSearch::glance() const {
  const std::lock_guard lock(mutex_);
  return {.record = header_of(record_), .status = status_, .message = message_, .total = total_, .is_live = true};
}

SearchRecord header_of(const SearchRecord& record) {
  return {.name = record.name,
          .method = record.method,
          .score = record.score,
          .outcome = record.outcome,
          .sign = record.sign,
          .seconds = record.seconds,
          .members = record.members,
          .epochs = record.epochs,
          .spent = record.spent,
          .best_member = record.best_member,
          .best_epoch = record.best_epoch,
          .best_score = record.best_score};
}

}  // namespace isinglass
