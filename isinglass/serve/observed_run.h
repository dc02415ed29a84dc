// isinglass/serve/observed_run.h - a run, live or finished, of which any step can be looked at.
//
// The state before step k is found in the run store, or computed anew from the nearest one that is, to the same bits
// (record/replay.h). Step k is the update k + 1 of the run; the state after training is that of step last_step().
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

// Which numbers: of the state before a step with one training sample in it, counted from 0, whose loss alone is derived.
// Without a sample the loss is the batch's mean, and nodes are those of the batch's first sample.
struct MomentRequest {
  Index step = 0;
  std::optional<Index> sample = {};
};

class ObservedRun {
 public:
  // A directory that holds a run.
  ObservedRun(std::string id, std::string directory);
  // A run that begins now, and waits before its first step. Throws what made it fail.
  ObservedRun(std::string id, const Experiment& experiment, const RunSettings& settings);

  const std::string& id() const { return id_; }
  LiveTraining* live() { return live_.get(); }

  // All that answer are JSON, described in docs/studio-api.md, and throw InputError for what the run does not have.
  Value summary();  // quick: also while another request computes
  Value network();
  Value moment(const MomentRequest& request);
  Value explain(const std::string& quantity, const MomentRequest& request);
  Value equations(const std::string& quantity, const MomentRequest& request);
  Value curves();
  Value findings();
  // Hands the state before that step to somebody else, who is alone with the run meanwhile.
  void look(const MomentRequest& request, const std::function<void(const RunAtStep&)>& see);

 private:
  void open();
  const Wiring* wiring() const { return wiring_ ? &*wiring_ : nullptr; }
  Index last_step() const;
  void go_to(const MomentRequest& request);
  bool is_at_end(Index step) const;

  const std::string id_, directory_;
  std::unique_ptr<LiveTraining> live_;
  std::mutex mutex_;  // of what follows
  Experiment experiment_;
  std::optional<RunStore> store_;
  std::unique_ptr<Replay> replay_;
  std::optional<Wiring> wiring_;
  Index batches_ = 1, steps_ = 0;         // of an epoch; of a run that comes to its end
  Index last_step_ = 0;                   // of a run that was over when it was opened
  std::vector<double> final_parameters_;  // of such a run, flat; they may be those of an earlier, better epoch
};

}  // namespace isinglass
