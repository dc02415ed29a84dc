// isinglass/record/run_recorder.h - records a training run (train/run.h) into run.db in its directory.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "isinglass/record/recorder.h"
#include "isinglass/train/run.h"

namespace isinglass {

class RunRecorder : public RunWatcher {
 public:
  // `say` takes messages of one line: that recording thins out, or has stopped.
  explicit RunRecorder(std::function<void(const std::string&)> say) : say_(std::move(say)) {}

  void begin(Trainer<float>& trainer, const Experiment& experiment, const RunSettings& settings) override;
  void begin(Trainer<double>& trainer, const Experiment& experiment, const RunSettings& settings) override;
  void on_epoch(const EpochReport& report) override;
  void before_checkpoint() override;
  void end(const RunSummary& summary) override;

  bool is_recording() const { return float_ != nullptr || double_ != nullptr; }
  RecordingCost cost() const;
  double share() const;  // of the time since begin() that recording cost

 private:
  template <class T>
  void begin_as(std::unique_ptr<Recorder<T>>& recorder, Trainer<T>& trainer, const Experiment& experiment,
                const RunSettings& settings);

  std::function<void(const std::string&)> say_;
  std::unique_ptr<Recorder<float>> float_;  // at most one of the two
  std::unique_ptr<Recorder<double>> double_;
  double began_ = 0, seconds_ = 0;
};

}  // namespace isinglass
