// isinglass/figure/run_network.h - the network of a run at one epoch, as it would be used, on any samples.
//
// In the run's precision, and nothing is dropped out: numbers of a network without random layers have the bits that
// RunReader gives.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "isinglass/model/frozen_network.h"
#include "isinglass/record/run_reader.h"

namespace isinglass {

class RunNetwork {
 public:
  // Throws InputError for an epoch beyond the run. `run` outlives this.
  RunNetwork(RunReader& run, Index epoch);

  const Graph& graph() const { return run_.graph(); }
  Index epoch() const { return epoch_; }
  double parameter(std::size_t which, Index element) const { return network_.parameter(which, element); }

  // A value of the network for samples of the data, row by row.
  std::vector<double> values(ValueId v, const Dataset& data, std::span<const Index> samples) const;
  // Its outputs for inputs as it sees them, row by row.
  std::vector<double> outputs(const std::vector<double>& inputs) const;
  Evaluation evaluate(const Dataset& data) const;

 private:
  RunReader& run_;
  Index epoch_;
  std::vector<double> parameters_;  // flat
  FrozenNetwork network_;
};

// What the network sees of samples, row by row, and what it should say.
std::vector<double> inputs_of(const Dataset& data, std::span<const Index> samples);
std::vector<double> targets_of(const Dataset& data, std::span<const Index> samples);

// A part of the data by its name, "train", "validation" or "test"; "" is the first that there is of test, validation
// and train. Throws OptionError for another name, InputError when the run has no such part.
struct SamplesOfRun {
  std::string name;
  const Dataset* data;
};
SamplesOfRun part_of(RunReader& run, const std::string& name);

// At most `most` samples, evenly spread over all of them.
std::vector<Index> spread_samples(Index samples, Index most);

}  // namespace isinglass
