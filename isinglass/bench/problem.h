// isinglass/bench/problem.h - a workload with its numbers: data, network, loss, initial parameters.
#pragma once
#include <string>

#include "isinglass/base/value.h"
#include "isinglass/bench/workload.h"
#include "isinglass/data/load.h"
#include "isinglass/train/experiment.h"

namespace isinglass {

struct Problem {
  Workload workload;
  Experiment experiment;
  LoadedData data;
  Graph graph;
  Loss loss;

  Index batch() const;            // samples of a step
  Index number_size() const;      // bytes
  const Dataset& scored() const;  // what the metric is taken on
  // What a step does at least: multiplications and additions of the products forward and back, and bytes of
  // parameters, of the optimiser's numbers and of inputs read and written once.
  double flop() const;
  double bytes() const;
};

// Throws InputError when the data set has not been fetched.
Problem load_problem(const Workload& workload);

// Writes all that another program needs to compute the same into `directory`: NAME.json with the network, node by node,
// and all settings; the initial parameters and the data as NPY files of the workload's precision, data once for all
// workloads that share them. Throws FileError.
void export_problem(const Problem& problem, const std::string& directory);

}  // namespace isinglass
