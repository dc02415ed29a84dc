// isinglass/record/store_writer.h - writes a run store from a thread of its own, so that training need not wait.
//
// The caller fills a block; full blocks queue for the thread, which writes each in one transaction. There are kBlocks
// of them: when all are full the caller waits, and the time is counted. A run that is over at once is written by its
// caller, without a thread, which takes longer to wake than to write half a megabyte, and without a log; in a longer
// one, which somebody may want to read meanwhile, the store is in WAL mode from its first commit after kCommitSeconds.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "isinglass/record/frame_columns.h"
#include "isinglass/record/pack_table.h"

namespace isinglass {

// Part of a run, to be written at once.
struct StoreBlock {
  std::vector<StepRow> steps;  // of one step the last counts
  std::vector<EpochRow> epochs;
  FrameColumns frames;
  std::vector<LayerStatistic> layers;
  std::vector<UnitStatistic> units;
  std::vector<UnitNorm> norms;
  std::vector<MetricRow> metrics;
  std::vector<std::pair<std::string, std::string>> run;  // key and value

  void clear();
  bool is_empty() const;
};

class StoreWriter {
 public:
  static constexpr int kBlocks = 3;

  // Creates the store, or goes on with one that is there. Throws FileError.
  struct Start {
    std::string path;
    bool goes_on = false;
    Index step = 0, epoch = 0;  // where it goes on: what the store has from there on is dropped
    std::vector<StoredTensor> tensors;
    std::vector<std::pair<std::string, std::string>> run;
    // Of a block: so many steps, and frames, at least one, of at most so many samples.
    std::size_t reserve_steps = 0, reserve_frames = 1;
    Index reserve_samples = 0;
  };
  explicit StoreWriter(const Start& start);
  ~StoreWriter();  // writes what is left
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  Index first_frame() const { return first_frame_; }  // the number of the first frame to be written
  StoreBlock& block() { return *block_; }
  // Hands the block over and takes an empty one; with `wait`, returns when everything is written.
  void submit(bool wait = false);
  // True every kCommitSeconds: what the block holds should be handed over. Asked after every step, it looks at the clock
  // about once a millisecond.
  static constexpr double kCommitSeconds = 0.2;
  bool is_due() { return --until_look_ <= 0 && look_at_clock(); }

  // What went wrong, once: the first failure, after which nothing is written any more.
  std::optional<std::string> take_failure();
  bool has_failed() const { return has_failed_.load(std::memory_order_acquire); }
  Index waits() const { return waits_; }  // for an empty block

 private:
  struct Statements;
  void create();
  void keep_log();
  void go_on(const Start& start);
  void list_tensors();
  void work();
  bool look_at_clock();
  StoreBlock* empty_block();
  bool start_thread();
  void write_or_fail(StoreBlock& block);
  void write(StoreBlock& block);
  void write_frames(const FrameColumns& frames);
  void write_numbers(StoreBlock& block);

  using Clock = std::chrono::steady_clock;

  Database database_;
  Clock::time_point began_ = Clock::now(), submitted_ = began_, looked_ = began_;
  int until_look_ = 1, look_every_ = 1;  // steps
  bool has_log_ = false;
  std::vector<StoredTensor> tensors_;
  std::unique_ptr<Statements> statements_;
  std::function<void(StoreBlock&)> make_room_;
  std::vector<StoreBlock> blocks_;
  std::size_t blocks_in_use_ = 0;  // the others have no memory yet
  StoreBlock* block_ = nullptr;
  Index first_frame_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<StoreBlock*> full_, empty_;
  bool is_busy_ = false, is_ending_ = false;
  std::string failure_;
  std::atomic<bool> has_failed_{false};
  bool failure_taken_ = false;
  Index waits_ = 0;
  std::thread thread_;
};

}  // namespace isinglass
