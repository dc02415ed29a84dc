// isinglass/bench/made_data.h - data of workloads that no file holds.
#pragma once
#include "isinglass/bench/workload.h"
#include "isinglass/data/load.h"

namespace isinglass {

// The data of a kind other than kNamed, the same at every call, for `inputs` and `outputs` numbers a sample.
//
//   kXorDraws    10,000 times one of the four cases, drawn at random; test: each case once
//   kTable       24,000 rows of normal features, the last 4,000 of them for the test. Each target is, of six
//                projections z of the features, sin 2 z0 + z1 z2 + |z3| + z4^2/2 - 0.7 z5 and noise, scaled to mean 0
//                and deviation 1
//   kWideTable   4,048 such rows, the last 1,000 for the test; kShortTable 1,984 without a test part
//   kNoise       512 rows of normal features and normal targets
LoadedData make_data(Workload::Data data, Index inputs, Index outputs);

}  // namespace isinglass
