#include "isinglass/serve/live_training.h"

#include <filesystem>
#include <new>

#include "isinglass/base/error.h"
#include "isinglass/record/run_recorder.h"
#include "isinglass/train/checkpoint.h"

namespace isinglass {

// Records, and holds the run once its record stands, before the first step.
struct LiveTraining::Recorder : RunRecorder {
  explicit Recorder(LiveTraining& live) : RunRecorder([](const std::string&) {}), live_(live) {}
  void begin(Trainer<float>& trainer, const Experiment& experiment, const RunSettings& settings) override {
    RunRecorder::begin(trainer, experiment, settings);
    live_.step_ = trainer.progress().step;
    hold();
  }
  void begin(Trainer<double>& trainer, const Experiment& experiment, const RunSettings& settings) override {
    RunRecorder::begin(trainer, experiment, settings);
    live_.step_ = trainer.progress().step;
    hold();
  }

 private:
  void hold() { live_.wait_for_leave(); }
  LiveTraining& live_;
};

std::optional<Index> checkpoint_step(const std::string& directory) {
  const std::string path = (std::filesystem::path(directory) / kCheckpointFile).string();
  try {
    if (std::filesystem::exists(path)) return checkpoint_progress(path).step;
  } catch (const Error&) {  // as good as none
  }
  return std::nullopt;
}

LiveTraining::LiveTraining(Experiment experiment, RunSettings settings)
    : experiment_(std::move(experiment)), settings_(std::move(settings)), thread_([this] { work(); }) {}

LiveTraining::~LiveTraining() {
  stop();
  thread_.join();
}

void LiveTraining::work() {
  try {
    Recorder recorder(*this);
    recorder_ = &recorder;
    const RunSummary summary =
        run_training(experiment_, settings_,
                     {.on_batch = [this](const BatchReport& report) { finished_step(report); },
                      .should_stop = [this] { return is_stopping_.load(std::memory_order_relaxed); },
                      .watcher = &recorder});
    if (summary.outcome == Outcome::kInterrupted)
      set_state(State::kInterrupted, "", step_.load());
    else
      set_state(State::kDone);
  } catch (const NumericError& error) {
    set_state(State::kFailed, error.what());  // it would come to the same again
  } catch (const std::bad_alloc&) {
    set_state(State::kFailed,
              "this machine has not enough memory for the network and its data; make one of them smaller",
              checkpoint_step(settings_.directory));
  } catch (const std::exception& error) {
    set_state(State::kFailed, error.what(), checkpoint_step(settings_.directory));
  }
}

void LiveTraining::finished_step(const BatchReport& report) {
  loss_.store(report.loss, std::memory_order_relaxed);
  step_.store(report.epoch * report.batches + report.batch, std::memory_order_release);
  if (runs_free_.load(std::memory_order_relaxed)) return;
  if (report.batch == report.batches && report.epoch + 1 == report.epochs) return;  // nothing is left to wait for
  wait_for_leave();
}

void LiveTraining::wait_for_leave() {
  std::unique_lock lock(mutex_);
  const auto may_go = [this] { return is_stopping_ || allowed_ != 0; };
  if (!may_go()) {
    lock.unlock();
    recorder_->before_checkpoint();  // writes
    lock.lock();
    if (!may_go()) state_ = State::kPaused;
    changed_.notify_all();
    changed_.wait(lock, may_go);
  }
  if (is_stopping_) return;
  if (allowed_ == kEndless && interval_.count() > 0) {
    // A command that comes while it waits for its time is followed at once.
    if (changed_.wait_until(lock, next_,
                            [&] { return is_stopping_ || allowed_ != kEndless || interval_.count() == 0; })) {
      lock.unlock();
      return wait_for_leave();
    }
    next_ = std::max(next_ + interval_, Clock::now() - interval_);
  }
  if (allowed_ > 0) --allowed_;
}

void LiveTraining::set_state(State state, const std::string& message, std::optional<Index> checkpoint) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::kEnding && state == State::kPaused) return;
  state_ = state;
  message_ = message;
  checkpoint_ = checkpoint;
  changed_.notify_all();
}

void LiveTraining::wait_until_ready() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return state_ != State::kStarting; });
}

void LiveTraining::play(double steps_a_second) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kPaused && state_ != State::kPlaying) return;
  state_ = State::kPlaying;
  allowed_ = kEndless;
  interval_ = steps_a_second > 0
                  ? std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / steps_a_second))
                  : Clock::duration{};
  next_ = Clock::now() + interval_;
  runs_free_ = interval_.count() == 0;
  changed_.notify_all();
}

void LiveTraining::pause() {
  const std::lock_guard lock(mutex_);
  allowed_ = 0;
  runs_free_ = false;
  changed_.notify_all();
}

void LiveTraining::advance(Index steps) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kPaused && state_ != State::kPlaying) return;
  state_ = State::kPlaying;
  runs_free_ = false;
  allowed_ = steps;
  interval_ = {};
  changed_.notify_all();
}

void LiveTraining::stop() {
  const std::lock_guard lock(mutex_);
  is_stopping_ = true;
  runs_free_ = false;
  if (state_ == State::kPaused || state_ == State::kPlaying) state_ = State::kEnding;
  changed_.notify_all();
}

LiveTraining::Status LiveTraining::status() const {
  const std::lock_guard lock(mutex_);
  return {.state = state_,
          .step = step_.load(std::memory_order_acquire),
          .loss = loss_,
          .message = message_,
          .checkpoint = checkpoint_};
}

bool LiveTraining::is_over() const {
  return status().is_over();
}

}  // namespace isinglass
