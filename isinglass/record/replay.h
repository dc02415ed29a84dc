// isinglass/record/replay.h - a run gone through again, from the nearest recorded state, to the same bits.
//
// Every random draw has a key, or a place in NumPy's stream, so that training on from a recorded state gives the
// numbers that the run had. That is checked where the store knows a loss.
//
// A run that branched off another one begins at a later step, with the state that it keeps as its origin
// (train/branch.h).
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isinglass/data/load.h"
#include "isinglass/record/run_store.h"
#include "isinglass/train/trainer.h"

namespace isinglass {

// What one step computes, ready to be computed: everything in double, which holds float exactly.
struct StepMoment {
  Index step = 0, epoch = 0, batch = 0;
  double learning_rate = 0;
  RandomKey key;
  std::vector<Index> samples;                    // of the training data, one for each row of the batch
  std::vector<double> inputs, targets, weights;  // row by row
  std::vector<double> parameters;                // flat, as in Parameters
};

class Replay {
 public:
  virtual ~Replay() = default;

  virtual const Graph& graph() const = 0;
  virtual const Loss& loss() const = 0;
  virtual const LoadedData& data() const = 0;
  virtual Index batches() const = 0;

  // Goes to the state before step `step`; in whole epochs that is epoch * batches(). Throws InputError when the data
  // are no longer those of the run.
  virtual void go_to(Index step) = 0;
  // The state after training, whatever it came from.
  virtual void go_to_end(Index step, const std::vector<double>& parameters) = 0;
  virtual Index first_step() const = 0;  // 0, unless the run is a branch

  // Gives parameters of the state gone to other values, until it goes elsewhere: then they are what they were, bit for
  // bit.
  struct Change {
    std::size_t which = 0;  // index into Graph::parameters
    Index element = 0;
    double value = 0;
  };
  virtual void change(std::span<const Change> changes) = 0;
  // One step on from there: the update of its batch.
  virtual void take_step() = 0;

  // Writes the state before `step` as a checkpoint of `experiment`, which may be trained differently from there on
  // (train/branch.h says what may differ).
  virtual void save_branch(Index step, std::span<const Change> changes, const Experiment& experiment,
                           const std::string& path) = 0;

  // A batch of the epoch gone to; or a sample alone, which that epoch did not draw.
  struct Batch {
    Index number = 0;
    std::optional<Index> alone;
    friend bool operator==(const Batch&, const Batch&) = default;
  };
  virtual Batch batch_of(Index sample) = 0;
  // That batch with the state gone to.
  virtual StepMoment moment(const Batch& batch) = 0;

  // Computes the step of that batch, without the update; with `only`, a row, as though its sample were alone in the
  // loss. Then its numbers can be asked for.
  virtual void compute(const Batch& batch, std::optional<Index> only = {}) = 0;
  // Computes the values of one sample of other data, as in use: nothing is dropped out, and there are no derivatives.
  virtual void compute(const Dataset& data, Index sample) = 0;
  virtual std::span<const Index> samples() const = 0;  // of the rows
  virtual double mean_loss() const = 0;
  virtual double sample_loss(Index row) const = 0;
  virtual double parameter(std::size_t which, Index element) const = 0;  // of the state gone to
  virtual double gradient(std::size_t which, Index element) const = 0;
  virtual double gradient_norm() const = 0;
  virtual double value(ValueId v, Index row, Index element) const = 0;
  virtual std::optional<double> value_gradient(ValueId v, Index row, Index element) const = 0;  // nothing: not computed
  virtual double learning_rate() const = 0;

  // `store` may be null and outlives this, as does `experiment`. `origin` is the path of a branch's first state, "" of
  // a run that is none.
  static std::unique_ptr<Replay> make(const Experiment& experiment, LoadedData data, RunStore* store, Index threads,
                                      const std::string& origin = "");
};

}  // namespace isinglass
