#include "isinglass/record/run_recorder.h"

#include <chrono>
#include <filesystem>

namespace isinglass {

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class T>
void RunRecorder::begin_as(std::unique_ptr<Recorder<T>>& recorder, Trainer<T>& trainer, const Experiment& experiment,
                           const RunSettings& settings) {
  const std::string path = settings.directory + "/" + kStoreFile;
  if (experiment.record.level == "off") {
    std::error_code ignored;  // the record of an earlier run must not stand beside this one's model
    for (const char* end : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path + end, ignored);
    return;
  }
  began_ = now();
  try {
    recorder = std::make_unique<Recorder<T>>(typename Recorder<T>::Setup{
        .trainer = trainer, .experiment = experiment, .path = path, .resume = settings.resume, .say = say_});
  } catch (const FileError& error) {
    if (experiment.record.on_error == "stop") throw;
    say_("nothing is recorded: " + std::string(error.what()));
  }
}

void RunRecorder::begin(Trainer<float>& trainer, const Experiment& experiment, const RunSettings& settings) {
  begin_as(float_, trainer, experiment, settings);
}
void RunRecorder::begin(Trainer<double>& trainer, const Experiment& experiment, const RunSettings& settings) {
  begin_as(double_, trainer, experiment, settings);
}

void RunRecorder::on_epoch(const EpochReport& report) {
  if (float_) float_->on_epoch(report);
  if (double_) double_->on_epoch(report);
}

void RunRecorder::before_checkpoint() {
  if (float_) float_->flush();
  if (double_) double_->flush();
}

void RunRecorder::end(const RunSummary& summary) {
  if (float_) float_->end(summary);
  if (double_) double_->end(summary);
  seconds_ = now() - began_;
}

RecordingCost RunRecorder::cost() const {
  if (float_) return float_->cost();
  return double_ ? double_->cost() : RecordingCost{};
}

double RunRecorder::share() const {
  return seconds_ > 0 ? cost().seconds / seconds_ : 0;
}

}  // namespace isinglass
