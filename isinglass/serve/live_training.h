// isinglass/serve/live_training.h - a training run in a thread of its own, that can be held, stepped and ended.
//
// It writes the directory as `isinglass train` does. Held, it waits between two steps; playing, it runs at a number of
// steps a second or as fast as it can.
#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "isinglass/train/run.h"

namespace isinglass {

// The step that a run in that directory can go on from; nothing where it has left no checkpoint, or a damaged one.
std::optional<Index> checkpoint_step(const std::string& directory);

class LiveTraining {
 public:
  enum class State { kStarting, kPlaying, kPaused, kEnding, kDone, kInterrupted, kFailed };
  struct Status {
    State state = State::kStarting;
    Index step = 0;                        // updates made
    double loss = 0;                       // of the last batch
    std::string message;                   // of a failure
    std::optional<Index> checkpoint = {};  // of a run that ended before its time: the step that it can go on from
    bool is_over() const { return state >= State::kDone; }
  };

  LiveTraining(Experiment experiment, RunSettings settings);
  ~LiveTraining();  // ends the run, which keeps its checkpoint
  LiveTraining(const LiveTraining&) = delete;
  LiveTraining& operator=(const LiveTraining&) = delete;

  // Returns when data and network stand and the run waits for a command, or has failed.
  void wait_until_ready();
  void play(double steps_a_second);  // 0: as fast as it can
  void pause();
  void advance(Index steps);  // then pauses
  void stop();                // ends the run after the present step; what was trained is kept

  Status status() const;
  bool is_over() const;

 private:
  struct Recorder;
  using Clock = std::chrono::steady_clock;
  static constexpr Index kEndless = -1;

  void work();
  void wait_for_leave();  // between two steps; what was recorded is there to be read when it holds
  void finished_step(const BatchReport& report);
  void set_state(State state, const std::string& message = "", std::optional<Index> checkpoint = {});

  const Experiment experiment_;
  const RunSettings settings_;
  RunWatcher* recorder_ = nullptr;  // of the thread alone
  std::atomic<Index> step_{0};
  std::atomic<double> loss_{0};
  std::atomic<bool> runs_free_{false}, is_stopping_{false};  // free: playing without a rate

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kStarting;
  std::string message_;
  std::optional<Index> checkpoint_;
  Index allowed_ = 0;  // steps
  Clock::duration interval_{};
  Clock::time_point next_{};
  std::thread thread_;
};

}  // namespace isinglass
