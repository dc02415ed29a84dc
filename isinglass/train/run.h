// isinglass/train/run.h - a whole training run: from an experiment to a directory with its results.
//
// The directory holds model.safetensors (model/model_file.h), experiment.toml (as resolved, every default written
// out), summary.json and checkpoint.safetensors.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "isinglass/data/load.h"
#include "isinglass/train/experiment.h"
#include "isinglass/train/trainer.h"

namespace isinglass {

struct RunSettings {
  std::string directory;                // of the results; created when missing
  std::string data_directory;           // where relative paths of [data] begin
  bool resume = false;                  // go on from the directory's checkpoint
  Index threads = 0;                    // 0: one for each processor
  std::optional<LoadedData> data = {};  // of the experiment, where somebody has loaded them
  Communicator* ranks = nullptr;        // processes that train together, of which the first alone writes
};

// The experiment as the run's directory keeps it: relative paths of data begin there.
Experiment relocated(Experiment experiment, const RunSettings& settings);

// What is known once data and network stand, before the first step.
struct RunPlan {
  Index parameters = 0, train_samples = 0, validation_samples = 0, test_samples = 0, threads = 1;
  std::string loss, optimiser;
  std::vector<std::string> class_names;
};

// What a training would do and hold, found out without a step of it.
struct TrainingPlan {
  Index threads = 1, batch_size = 1;
  bool is_tiny = false;  // model/tiny_plan.h takes the steps
  std::vector<PlanStage> stages;
  std::vector<MemoryUse> memory;
};
TrainingPlan plan_training(const Experiment& experiment, const LoadedData& data, Index threads);

// Somebody who watches a whole run (record/run_recorder.h); what it throws ends the run.
struct RunSummary;
class RunWatcher {
 public:
  virtual ~RunWatcher() = default;
  // Before the first step, with all that is known; a run that goes on has its checkpoint loaded. Both outlive it.
  virtual void begin(Trainer<float>&, const Experiment&, const RunSettings&) = 0;
  virtual void begin(Trainer<double>&, const Experiment&, const RunSettings&) = 0;
  virtual void on_epoch(const EpochReport&) {}
  virtual void before_checkpoint() {}
  virtual void end(const RunSummary&) {}  // the parameters are those of the model file
};

struct RunEvents {
  std::function<void(const RunPlan&)> on_start = [](const RunPlan&) {};
  std::function<void(const BatchReport&)> on_batch = [](const BatchReport&) {};
  std::function<void(const EpochReport&)> on_epoch = [](const EpochReport&) {};
  std::function<bool()> should_stop = [] { return false; };
  RunWatcher* watcher = nullptr;
};

struct RunSummary {
  Outcome outcome = Outcome::kDone;
  Index epochs = 0, parameters = 0;  // epochs finished
  double seconds = 0;                // of training
  Evaluation train;                  // with the final parameters, as are the others
  std::optional<Evaluation> validation, test;

  Value write() const;  // summary.json: { outcome, epochs, parameters, seconds, metrics: { train, validation, test } }
};

// Trains and writes the directory. An interrupted run has a checkpoint, too, and says so in its outcome. Throws what
// the parts throw: InputErrors before anything is computed, NumericError when training diverges (the last checkpoint
// stays).
RunSummary run_training(const Experiment& experiment, const RunSettings& settings, const RunEvents& events);

// Throws InputError, on every rank the same, when ranks do not have the same experiment or training data.
void check_same_experiment(Communicator& ranks, const Value& experiment, const LoadedData& data);

// K-fold cross-validation: every fold in turn is the test part of a network trained on the others, scaling fitted
// without it. Writes summary.json into the directory.
struct FoldsSummary {
  std::vector<Evaluation> folds;
  std::vector<std::pair<std::string, double>> mean, deviation;  // over the folds, by name of the metric

  Value write() const;  // { folds: [...], mean: {...}, deviation: {...} }
};
FoldsSummary run_folds(const Experiment& experiment, Index folds, const RunSettings& settings,
                       const std::function<void(Index fold, const EpochReport&)>& on_epoch,
                       const std::function<void(Index fold, const Evaluation&)>& on_fold,
                       const std::function<bool()>& should_stop);

}  // namespace isinglass
