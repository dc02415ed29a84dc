// isinglass/bench/measure.h - how long a step of a workload takes.
#pragma once
#include "isinglass/bench/problem.h"

namespace isinglass {

struct MeasureSettings {
  Index threads = 1;
  double seconds = 0.3;  // to be timed at least; a workload is run again from its start until then
  Index steps = 0;       // in place of the workload's, for tests; 0: the workload's
};

struct Measurement {
  double seconds = 0;  // of a step, the median of the runs
  Index steps = 0;     // of a run
  Index runs = 0;
  double metric = 0;  // of the last run, see Workload::Metric
};

// Trains, after a warm-up on networks of its own, from the initial parameters, or predicts. Throws what training
// throws; FileError when a record cannot be written. From then on the process keeps the memory that it frees.
Measurement measure(const Problem& problem, const MeasureSettings& settings);

}  // namespace isinglass
