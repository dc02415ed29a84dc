// isinglass/serve/observed_run.h - a run, live or finished, of which any step can be looked at.
//
// The state before step k is found in the run store, or computed anew from the nearest one that is, to the same bits
// (record/replay.h). Step k is the update k + 1 of the run; the state after training is that of step last_step().
// Of a branch (train/branch.h) the steps before it left are looked up in its parent.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "isinglass/base/value.h"
#include "isinglass/record/replay.h"
#include "isinglass/serve/frozen_run.h"
#include "isinglass/serve/live_training.h"
#include "isinglass/serve/wiring.h"

namespace isinglass {

// Weights and biases by name, with the value that they are to have instead of their own.
using Edits = std::vector<std::pair<std::string, double>>;

// Which numbers: of the state before a step with one training sample in it, counted from 0, whose loss alone is derived.
// Without a sample the loss is the batch's mean, and nodes are those of the batch's first sample. With edits, as they
// would be if; nothing of that stays.
struct MomentRequest {
  Index step = 0;
  std::optional<Index> sample = {};
  Edits edits = {};
};

struct BranchRequest {
  Index step = 0;
  Edits edits = {};
  std::vector<std::string> settings = {};  // "train.optimiser.learning_rate=0.1"
};

class ObservedRun {
 public:
  // A directory that holds a run. `parent`, of a branch, outlives this; null when it is not there.
  ObservedRun(std::string id, std::string directory, ObservedRun* parent = nullptr);
  // A run that begins now, or goes on from its checkpoint, and waits before its first step. Throws what made it fail.
  ObservedRun(std::string id, const Experiment& experiment, RunSettings settings, ObservedRun* parent = nullptr);
  // A run in a new directory that goes on from a step of this one, which stays as it is.
  std::unique_ptr<ObservedRun> branch(const std::string& id, const std::string& directory,
                                      const BranchRequest& request);

  const std::string& id() const { return id_; }
  const std::string& directory() const { return directory_; }
  // Of a run that trains, or did so since it was opened; null of others.
  std::shared_ptr<LiveTraining> live() const;
  // Trains a run on that was interrupted, from its checkpoint, as `isinglass train --resume` does; it waits before its
  // next step. What was recorded after the checkpoint is dropped, and comes again.
  void resume();
  LiveTraining::Status status() const;
  bool has_model() const;  // of the end that it has come to

  // All that answer are JSON, described in docs/studio-api.md, and throw InputError for what the run does not have.
  Value summary();  // quick: also while another request computes
  Value network();
  Value moment(const MomentRequest& request);
  Value what_if(const MomentRequest& request);  // the moment with edits, and what they do to the loss
  std::string tensors(const std::vector<std::string>& names, const MomentRequest& request);  // tensor_document.h
  Value explain(const std::string& quantity, const MomentRequest& request);
  Value equations(const std::string& quantity, const MomentRequest& request);
  // A figure of the state before the epoch of a step (figure/), "network", "loss" or "weights", as "svg" or "png".
  std::string figure(const std::string& kind, const std::string& format, const MomentRequest& request);
  Value curves();
  Value findings();
  // Hands the state before that step to somebody else, who is alone with the run meanwhile.
  void look(const MomentRequest& request, const std::function<void(const RunAtStep&)>& see);

 private:
  void open(std::optional<LoadedData> data = {});
  // Begins to train in the directory; throws what made it fail.
  std::shared_ptr<LiveTraining> begin(const Experiment& experiment, const RunSettings& settings) const;
  void open_record(LoadedData data);
  bool is_before(Index step) const { return parent_ != nullptr && step < first_step_; }
  const Wiring* wiring() const { return wiring_ ? &*wiring_ : nullptr; }
  Index last_step() const;
  std::vector<Replay::Change> changes(const Edits& edits) const;
  void check(const MomentRequest& request) const;
  void go_to(const MomentRequest& request);
  bool is_at_end(Index step) const;

  const std::string id_, directory_;
  ObservedRun* const parent_;
  Index first_step_ = 0;
  mutable std::mutex live_mutex_;
  std::shared_ptr<LiveTraining> live_;
  LiveTraining::Status found_;  // of a run that was over when it was opened
  std::mutex mutex_;            // of what follows
  Experiment experiment_;
  std::optional<RunStore> store_;
  std::unique_ptr<Replay> replay_;
  std::optional<Wiring> wiring_;
  Index batches_ = 1, steps_ = 0;         // of an epoch; of a run that comes to its end
  std::vector<double> final_parameters_;  // of such a run, flat; they may be those of an earlier, better epoch
};

}  // namespace isinglass
