// isinglass/serve/what_if_document.h - what other parameters do to the loss of a moment, as JSON.
#pragma once
#include <span>

#include "isinglass/base/value.h"
#include "isinglass/record/replay.h"
#include "isinglass/serve/observed_run.h"

namespace isinglass {

// For the state that `replay` has gone to, without changes so far: "loss", as it is, and "predicted", what the loss would
// be if it were a plane, loss + sum of dL/dw (new - old).
Value effect_of(Replay& replay, const MomentRequest& request, std::span<const Replay::Change> changes);

}  // namespace isinglass
