#include "isinglass/record/recorder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>

#include "isinglass/io/json.h"
#include "isinglass/record/run_store.h"

namespace isinglass {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kMegabyte = 1e6;
constexpr Index kSmallNetwork = 2000;   // parameters
constexpr Index kSmallFrame = 1 << 20;  // bytes
constexpr std::size_t kFramesOfBlock = 4096, kStepsOfBlock = 4096, kBytesOfBlock = 1 << 22;
constexpr double kStepRowBytes = 56;     // in the store
constexpr double kBudgetOfSteps = 0.25;  // of the budget: for the rows of steps
constexpr Index kStatisticsOfRun = 200;  // epochs with statistics, about
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

const std::vector<std::string> kEverything{"parameters",  "optimiser",   "pre_activations",
                                           "activations", "derivatives", "gradients"};
const std::vector<std::string> kState{"parameters", "optimiser"};

// Adds the time from its birth to its death, so many times: of what happens that often one is timed; 0: not this one.
class Stopwatch {
 public:
  explicit Stopwatch(double& seconds, int times = 1)
      : seconds_(seconds), times_(times), start_(times > 0 ? Clock::now() : Clock::time_point()) {}
  ~Stopwatch() {
    if (times_ > 0) seconds_ += times_ * std::chrono::duration<double>(Clock::now() - start_).count();
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& seconds_;
  int times_;
  Clock::time_point start_;
};

void remove_store(const std::string& path) {
  std::error_code ignored;  // what cannot be removed cannot be written either, and that is reported
  for (const char* end : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path + end, ignored);
}

}  // namespace

template <class T>
Recorder<T>::Recorder(Setup setup)
    : setup_(std::move(setup)),
      options_(setup_.experiment.record),
      path_(setup_.path),
      what_(what_to_keep()),
      layout_(what_, setup_.trainer, setup_.experiment.train.optimiser.state_names()),
      frames_(schedule_settings()),
      steps_({.by_step = true,
              .count = setup_.experiment.train.epochs * setup_.trainer.batches(),
              .budget = options_.budget * kMegabyte * kBudgetOfSteps}),
      samples_(options_.samples),
      statistics_(setup_.trainer.plan().graph()) {
  std::ranges::sort(samples_);
  rows_.reserve(static_cast<std::size_t>(setup_.trainer.plan().max_batch()));
  statistics_every_ = std::max<Index>(1, setup_.experiment.train.epochs / kStatisticsOfRun);
  const Index frame = layout_.bytes(setup_.trainer.plan().max_batch());
  const Index most = static_cast<Index>(options_.budget * kMegabyte / 4) / std::max<Index>(frame, 1);
  ring_.resize(static_cast<std::size_t>(std::min(options_.anomalies, most)));
  writer_ = std::make_unique<StoreWriter>(start_of_store());
  next_frame_ = writer_->first_frame();
  setup_.trainer.plan().set_observer(this);
}

template <class T>
bool Recorder<T>::is_small() const {
  if (options_.level != "auto") return options_.level == "everything";
  const FrameLayout<T> whole(kEverything, setup_.trainer, setup_.experiment.train.optimiser.state_names());
  return setup_.trainer.plan().graph().parameter_count() <= kSmallNetwork &&
         whole.bytes(setup_.trainer.plan().max_batch()) <= kSmallFrame;
}

template <class T>
std::vector<std::string> Recorder<T>::what_to_keep() const {
  if (!options_.what.empty()) return options_.what;
  return is_small() ? kEverything : kState;
}

template <class T>
RecordSchedule::Settings Recorder<T>::schedule_settings() const {
  std::error_code none;
  const auto used = setup_.resume ? std::filesystem::file_size(path_, none) : 0;
  const bool logarithmic = options_.when == "logarithmic" || (options_.when == "auto" && !is_small());
  return {.by_step = options_.unit == "step",
          .logarithmic = logarithmic,
          .every = options_.every,
          .count = setup_.experiment.train.epochs * (options_.unit == "step" ? setup_.trainer.batches() : 1),
          .budget = options_.budget * kMegabyte * (1 - kBudgetOfSteps) - (none ? 0 : static_cast<double>(used))};
}

template <class T>
StoreWriter::Start Recorder<T>::start_of_store() {
  const Progress& progress = setup_.trainer.progress();
  const std::string digest = model_digest(setup_.experiment, setup_.trainer.plan().graph());
  const bool goes_on = setup_.resume && std::filesystem::exists(path_);
  if (goes_on)
    RunStore(path_).check_model(digest);
  else
    remove_store(path_);
  const Index samples = setup_.trainer.plan().max_batch();
  const auto frame = static_cast<std::size_t>(std::max<Index>(layout_.bytes(samples), 1));
  return {.path = path_,
          .goes_on = goes_on,
          .step = progress.step,
          .epoch = progress.epoch,
          .tensors = layout_.tensors(),
          .run = {{"format", "isinglass run"},
                  {"model", digest},
                  {"experiment", write_json(setup_.experiment.write())},
                  {"precision", setup_.experiment.precision},
                  {"input", write_json(OptionType<Shape>::write(setup_.trainer.plan().graph().input))},
                  {"loss", write_json(setup_.trainer.loss().write())},
                  {"training_samples", std::to_string(setup_.trainer.samples())},
                  {"batches", std::to_string(setup_.trainer.batches())},
                  {"outcome", "running"}},
          .reserve_steps = kStepsOfBlock,
          .reserve_frames = std::clamp<std::size_t>(kBytesOfBlock / frame, 1, kFramesOfBlock),
          .reserve_samples = samples};
}

template <class T>
StepRow Recorder<T>::row_of(const Plan<T>& plan) const {
  const Progress& progress = setup_.trainer.progress();
  return {.step = progress.step,
          .epoch = progress.epoch,
          .batch = progress.batch,
          .samples = plan.rows(),
          .loss = plan.mean_loss(),
          .learning_rate = setup_.trainer.learning_rate()};
}

template <class T>
bool Recorder<T>::has_statistics(Index epoch, Index batch) {
  if (batch != 0 || (epoch > last_statistics_ && epoch < next_statistics_)) return false;
  if (epoch % statistics_every_ != 0 && !is_logarithmic(epoch)) return false;
  last_statistics_ = epoch;
  next_statistics_ = std::min((epoch / statistics_every_ + 1) * statistics_every_, next_logarithmic(epoch));
  return true;
}

template <class T>
bool Recorder<T>::looks_at_values() {
  const Progress& progress = setup_.trainer.progress();
  return !ring_.empty() || still_to_keep_ > 0 || has_statistics(progress.epoch, progress.batch) ||
         frames_.selects(progress.epoch, progress.batch, progress.step);
}

template <class T>
void Recorder<T>::after_backward(const Plan<T>& plan, std::size_t layer) {
  if (layer != 0 || !is_alive()) return;
  StepRow row = row_of(plan);
  const bool is_strange = !ring_.empty() && is_anomaly(row.loss);
  if (is_strange) {
    write_ring();
    still_to_keep_ = static_cast<Index>(ring_.size()) + 1;
  }
  const bool is_whole = still_to_keep_ > 0 || frames_.selects(row.epoch, row.batch, row.step);
  const bool counts = has_statistics(row.epoch, row.batch);
  if (is_whole || counts || !ring_.empty()) {
    const Stopwatch watch(seconds_, counts ? 1 : times_to_count());
    if (is_whole) {
      keep_frame(plan, row);
      still_to_keep_ = std::max<Index>(still_to_keep_ - 1, 0);
    } else if (!ring_.empty()) {
      keep_in_ring(plan, row);
    }
    if (counts) keep_statistics(plan, row);
  }
  keep_step(row);
}

// To ask the clock takes longer than to copy a few numbers: of small frames that only go into the block one in so many is
// timed.
template <class T>
int Recorder<T>::times_to_count() {
  constexpr int kTimes = 16;
  constexpr Index kFewBytes = 4096;
  const Index bytes = layout_.bytes(setup_.trainer.plan().rows());
  if (bytes > kFewBytes || !writer_->block().frames.has_room()) return 1;
  return frames_seen_++ % kTimes == 0 ? kTimes : 0;
}

template <class T>
void Recorder<T>::after_update(const Plan<T>& plan) {
  if (!waits_for_update_) return;
  waits_for_update_ = false;
  const Stopwatch watch(seconds_);
  statistics_.add_update_ratios(plan.parameters(), writer_->block().layers, writer_->block().norms);
}

// False when nothing can be written any more, which is said once.
template <class T>
bool Recorder<T>::is_alive() {
  if (is_dead_) return false;
  if (!writer_->has_failed()) return true;
  is_dead_ = true;
  const std::string failure = writer_->take_failure().value_or("");
  if (options_.on_error == "stop") throw FileError(failure + " ([record] on_error = \"stop\")");
  setup_.say("recording has stopped, training goes on: " + failure);
  return false;
}

// The rows of the batch whose samples are to be kept.
template <class T>
void Recorder<T>::choose_rows() {
  rows_.clear();
  if (!layout_.has_samples()) return;
  const std::span<const Index> batch = setup_.trainer.batch_rows();
  for (std::size_t r = 0; r < batch.size(); ++r)
    if (samples_.empty() || std::ranges::binary_search(samples_, batch[r])) rows_.push_back(static_cast<Index>(r));
}

template <class T>
void Recorder<T>::keep_frame(const Plan<T>& plan, StepRow& row) {
  choose_rows();
  const Index samples = static_cast<Index>(rows_.size()), bytes = layout_.bytes(samples);
  const bool has_room = bytes > 0 && frames_.take(bytes, row.epoch, row.step);
  if (frames_.is_thinned()) say_thinned();
  if (!has_room) return;
  make_room();
  FrameColumns& frames = writer_->block().frames;
  row.frame = next_frame_++;
  frames.begin(row.frame, samples);
  layout_.put(plan, rows_, setup_.trainer.batch_rows(), frames);
}

template <class T>
void Recorder<T>::say_thinned() {
  if (has_said_) return;
  has_said_ = true;
  setup_.say("recording: whole steps are kept more rarely from here on, to stay within [record] budget = " +
             number_text(options_.budget) + " megabytes");
}

template <class T>
void Recorder<T>::make_room() {
  if (!writer_->block().frames.has_room()) writer_->submit();
}

template <class T>
void Recorder<T>::keep_in_ring(const Plan<T>& plan, const StepRow& row) {
  choose_rows();
  Kept& kept = ring_[(ring_begin_ + ring_count_) % ring_.size()];
  if (ring_count_ < ring_.size())
    ++ring_count_;
  else
    ring_begin_ = (ring_begin_ + 1) % ring_.size();
  kept.row = row;
  kept.samples = static_cast<Index>(rows_.size());
  layout_.put(plan, rows_, setup_.trainer.batch_rows(), kept.numbers);
}

template <class T>
void Recorder<T>::write_ring() {
  for (; ring_count_ > 0; --ring_count_, ring_begin_ = (ring_begin_ + 1) % ring_.size()) {
    Kept& kept = ring_[ring_begin_];
    if (!frames_.take(static_cast<Index>(kept.numbers.size()), kept.row.epoch, kept.row.step)) continue;
    make_room();
    kept.row.frame = next_frame_++;
    writer_->block().frames.add(kept.row.frame, kept.samples, kept.numbers);
    writer_->block().steps.push_back(kept.row);
  }
}

// A loss that is no number, or several times what it has been of late.
template <class T>
bool Recorder<T>::is_anomaly(double loss) {
  constexpr double kJump = 3, kMemory = 0.9;
  constexpr Index kWarmUp = 10;
  const bool is_strange = !std::isfinite(loss) || (losses_seen_ >= kWarmUp && loss > kJump * usual_loss_);
  if (!is_strange) usual_loss_ = losses_seen_ == 0 ? loss : kMemory * usual_loss_ + (1 - kMemory) * loss;
  ++losses_seen_;
  return is_strange;
}

template <class T>
void Recorder<T>::keep_statistics(const Plan<T>& plan, const StepRow& row) {
  statistics_.append(plan, row.step, writer_->block().layers, writer_->block().units, writer_->block().norms);
  waits_for_update_ = true;
}

// The row of the step, when it is one of those to keep; and, now and then, the hand-over of the block.
template <class T>
void Recorder<T>::keep_step(const StepRow& row) {
  StoreBlock& block = writer_->block();
  const bool is_chosen = steps_.selects(row.epoch, row.batch, row.step) &&
                         steps_.take(static_cast<Index>(kStepRowBytes), row.epoch, row.step);
  if (is_chosen || row.frame >= 0) block.steps.push_back(row);
  if (block.steps.size() >= kStepsOfBlock || (writer_->is_due() && !waits_for_update_)) {
    const Stopwatch watch(seconds_);
    writer_->submit();
  }
}

template <class T>
void Recorder<T>::on_epoch(const EpochReport& report) {
  if (!is_alive()) return;
  writer_->block().epochs.push_back({.epoch = report.epoch,
                                     .loss = report.train_loss,
                                     .monitored_loss = report.validation ? report.validation->loss : report.train_loss,
                                     .seconds = report.seconds});
  if (!report.validation) return;
  const Value table = report.validation->write();
  for (const auto& [name, value] : *table.as_table())
    if (value.as_real() != nullptr)
      writer_->block().metrics.push_back({report.epoch + 1, "validation", name, *value.as_real()});
}

template <class T>
void Recorder<T>::flush() {
  if (!is_alive()) return;
  const Stopwatch watch(seconds_);
  writer_->submit(true);
  is_alive();
}

template <class T>
void Recorder<T>::end(const RunSummary& summary) {
  setup_.trainer.plan().set_observer(nullptr);
  if (is_alive()) {
    keep_end(summary);
    flush();
  }
  is_dead_ = true;
  const Stopwatch watch(seconds_);
  cost_.waits = writer_->waits();
  writer_.reset();  // which closes the store
  std::error_code none;
  const auto size = std::filesystem::file_size(path_, none);
  if (!none) cost_.bytes = static_cast<Index>(size);
}

template <class T>
void Recorder<T>::keep_end(const RunSummary& summary) {
  make_room();
  const Progress& progress = setup_.trainer.progress();
  StoreBlock& block = writer_->block();
  block.frames.begin(next_frame_, 0, false);
  layout_.put_state(block.frames);
  block.steps.push_back({.step = progress.step,
                         .epoch = progress.epoch,
                         .batch = progress.batch,
                         .loss = kNone,
                         .learning_rate = kNone,
                         .frame = next_frame_++});
  const auto add = [&](const char* part, const Evaluation& evaluation) {
    const Value table = evaluation.write();
    for (const auto& [name, value] : *table.as_table())
      if (value.as_real() != nullptr) block.metrics.push_back({progress.epoch, part, name, *value.as_real()});
  };
  add("train", summary.train);
  if (summary.validation) add("validation", *summary.validation);
  if (summary.test) add("test", *summary.test);
  const Value document = summary.write();
  block.run = {{"outcome", *document.find("outcome")->as_string()},
               {"epochs", std::to_string(progress.epoch)},
               {"steps", std::to_string(progress.step)}};
}

template <class T>
RecordingCost Recorder<T>::cost() const {
  RecordingCost cost = cost_;
  cost.seconds = seconds_;
  return cost;
}

template class Recorder<float>;
template class Recorder<double>;

}  // namespace isinglass
