// isinglass/record/run_reader.h - the directory of a run: any number that it computed, recorded or computed anew.
//
// Everything at epoch e belongs to the state before the first update of epoch e; the last epoch, epochs(), has the
// state after training. A node's number belongs to a sample, counted through the training data from 0, in the batch
// that holds the sample in that epoch (alone, where none does). The loss that a derivative is of: without a sample the
// batch's mean; of a sample, and always of a node, that of the sample alone, not divided by the size of the batch.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "isinglass/model/quantity_name.h"
#include "isinglass/record/replay.h"

namespace isinglass {

struct RunNumber {
  double value = 0;
  bool recorded = false;  // else computed anew
  Index epoch = 0;
  std::optional<Index> sample;  // where one applies
};

class RunReader {
 public:
  // Throws FileError, FormatError, InputError when the directory is no run, or its parts do not belong together.
  explicit RunReader(const std::string& directory, Index threads = 0);

  const std::string& directory() const { return directory_; }
  const Experiment& experiment() const { return experiment_; }
  const Graph& graph() const { return graph_; }
  const Loss& loss() const { return loss_; }
  const LoadedData& data() { return replay().data(); }       // loaded when it is first asked for
  RunStore* store() { return store_ ? &*store_ : nullptr; }  // null: nothing was recorded
  Index epochs() const { return epochs_; }
  Index first_epoch();  // 0, unless the run is a branch
  Index batches() const { return batches_; }
  Index last_step() const { return last_step_; }  // how many updates of the run can be told of
  bool is_finished() const { return is_finished_; }
  bool is_interrupted() const { return is_interrupted_; }  // nobody said that it is done
  Index training_samples() const { return samples_; }

  // Throws InputError: beyond the run, or no such sample or number.
  RunNumber number(const Address& address, Index epoch, std::optional<Index> sample = {});
  // Of a sample of the part "validation" or "test", as in use: the value of a node, or the sample's loss.
  RunNumber number_in(const std::string& part, const Address& address, Index epoch, Index sample);
  // Whether a scalar is known, or can be computed, at that epoch.
  bool has_metric(const Address& address, Index epoch);
  // The step of the epoch's state with the batch that holds the sample, or its first batch.
  StepMoment moment(Index epoch, std::optional<Index> sample = {});

 private:
  struct Place {  // of a sample
    Replay::Batch batch;
    Index row = 0;
  };
  void read_network();
  Replay& replay();
  void find_end();
  void check(Index epoch, std::optional<Index> sample) const;
  void go_to(Index epoch);
  Place place_of(Index epoch, Index sample);
  std::optional<Index> frame_at(Index epoch);
  std::optional<double> recorded_parameter(const Address& address, Index epoch);
  std::optional<double> recorded_value(const Address& address, Index epoch, Index sample);
  std::optional<double> recorded_metric(const std::string& name, Index epoch);
  RunNumber scalar(const Address& address, Index epoch, std::optional<Index> sample);
  RunNumber parameter(const Address& address, Index epoch, std::optional<Index> sample);
  RunNumber node(const Address& address, Index epoch, Index sample);

  std::string directory_;
  Index threads_;
  Experiment experiment_;
  std::optional<RunStore> store_;
  std::unique_ptr<Replay> replay_;  // made when a number has to be computed anew
  Graph graph_;
  Loss loss_ = Loss::read("mean_squared");
  Index batches_ = 1, samples_ = 0;
  Index epochs_ = 0, last_step_ = 0;
  bool is_finished_ = false;  // model.safetensors has the state after the last step
  bool is_interrupted_ = false;
  std::optional<Index> present_epoch_;  // that replay_ stands at
};

}  // namespace isinglass
