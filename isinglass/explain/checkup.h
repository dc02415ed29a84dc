// isinglass/explain/checkup.h - what a doctor looks at: a run's states at its start and end, its losses and its data.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isinglass/model/plan.h"
#include "isinglass/record/run_reader.h"

namespace isinglass {

// The network at one moment, with the first samples of the training data computed forward and backward in double.
struct Probe {
  Probe(const Graph& graph, const Loss& loss, const StepMoment& moment, const Dataset& train);

  Index epoch = 0;
  double loss = 0;
  Parameters<double> parameters;
  ThreadPool pool{1};
  Plan<double> plan;
};

// A layer in a probe. Fractions are of units, or of numbers; gradients are of its parameters.
struct LayerHealth {
  std::string name, activation;  // of its output: "relu", or the kind of a layer that has no activation
  bool has_parameters = false;
  Index units = 0;       // nodes, or channels of images
  double dead = 0;       // units that are 0 for every sample
  double saturated = 0;  // outputs of sigmoid and tanh in the outer 1 % of their range
  double constant = 0;   // units that give every sample the same number
  double gradient_norm = 0, weight_norm = 0, weights = 0;
};
std::vector<LayerHealth> layer_health(const Probe& probe);

// A number of each sample, over the first samples of the training data.
struct ColumnSummary {
  double mean = 0, deviation = 0, least = 0, largest = 0;
};

struct Checkup {
  // Throws what RunReader throws.
  explicit Checkup(RunReader& run);

  const Experiment& experiment;
  const Graph& graph;
  const Loss& loss;
  const Dataset& train;
  Index epochs = 0, batches = 0;
  bool is_finished = false;
  std::unique_ptr<Probe> start, end;  // end: null when the run did not reach one
  std::vector<LayerHealth> at_start, at_end;
  std::vector<double> train_losses, validation_losses;  // of each epoch, as far as they are known
  std::vector<StepRow> steps;
  std::vector<ColumnSummary> inputs, targets;
  std::vector<Index> class_counts;

  std::string output_activation() const { return at_start.empty() ? "" : at_start.back().activation; }
};

}  // namespace isinglass
