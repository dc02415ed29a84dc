// isinglass/bench/workload.h - the table of workloads that Isinglass is measured on, beside others and alone.
//
// A workload is an experiment with a fixed number of steps, trained from fixed initial parameters on fixed batches in
// the order of the data, so that any program which is given the same numbers (bench/problem.h writes them out) ends
// with the same metric. Only what a step costs is timed.
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

struct Workload {
  enum Kind {
    kTraining,    // `steps` updates
    kPrediction,  // outputs for `batch` samples with the initial parameters; a step is one call
    kPopulation   // kMembers networks with learning rates of their own; a step is one of one network
  };
  // Data that no file holds (bench/made_data.h), or those that [data] names.
  enum Data { kNamed, kXorDraws, kTable, kWideTable, kShortTable, kNoise };
  enum Metric {
    kParameterSum,  // of all weights and biases after training
    kMeanSquared,   // error of all outputs on the test data, or where there are none on the training data
    kAccuracy,      // on the test data
    kMeanSquare     // of the outputs of a prediction
  };

  std::string name, summary;
  const char* experiment;  // TOML; its epochs do not count
  Index steps = 0, warm_up = 0;
  Metric metric = kMeanSquared;
  double tolerance = 1e-3;  // how far the metrics of two programs may lie apart
  Kind kind = kTraining;
  Data data = kNamed;
  Index batch = 0;        // of a prediction
  std::string beside;     // the workload that this one is a variant of, to be measured side by side with it
  std::string recording;  // level of [record]; "": nothing is recorded
  std::string precision;  // in place of the experiment's own, unless it is ""
};

constexpr Index kMembers = 32;
// Of member k: 1e-4 to 1e-2, each the same factor larger than the one before.
double member_learning_rate(Index k);

// All workloads, in the order of reports.
const std::vector<Workload>& workloads();
// Throws OptionError with near names.
const Workload& find_workload(const std::string& name);

// "training", "prediction", "population".
std::string_view name_of(Workload::Kind kind);
// "parameter_sum", "mean_squared", "accuracy", "mean_square".
std::string_view name_of(Workload::Metric metric);

}  // namespace isinglass
