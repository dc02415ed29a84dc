// isinglass/serve/moment_document.h - all numbers of one step of a run, by quantity name, as JSON.
#pragma once
#include <optional>

#include "isinglass/base/value.h"
#include "isinglass/model/quantity_name.h"
#include "isinglass/record/replay.h"
#include "isinglass/serve/observed_run.h"
#include "isinglass/serve/wiring.h"

namespace isinglass {

// Networks with more numbers than this are not written out one by one.
constexpr Index kMostNamedNumbers = 4000;

// The batch of a request in the state that `replay` has gone to; computes it and returns the row of the sample.
struct ComputedBatch {
  Replay::Batch batch;
  Index row = 0;
};
ComputedBatch compute(Replay& replay, const MomentRequest& request);

// The number of an address in what was computed last; nothing where a step does not compute it.
std::optional<double> number_in(const Replay& replay, const Address& address, Index row);

// `wiring` may be null. `replay` stands at the request's step, and is left one step further where there is a next one.
Value moment_document(Replay& replay, const MomentRequest& request, bool has_next, const Wiring* wiring);

}  // namespace isinglass
