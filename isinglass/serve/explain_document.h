// isinglass/serve/explain_document.h - where a number of a step came from, for a page: as formulas in LaTeX.
#pragma once
#include <optional>
#include <string>

#include "isinglass/base/value.h"
#include "isinglass/record/replay.h"
#include "isinglass/serve/observed_run.h"
#include "isinglass/serve/wiring.h"
#include "isinglass/train/optimiser.h"

namespace isinglass {

// The derivation of a derivative (explain/write_derivation.h) in the state that `replay` has gone to; every factor also
// with its formulas as LaTeX and the two numbers that it joins, and with the gradient that the run itself computed.
Value explain_document(Replay& replay, const std::string& quantity, std::optional<Index> sample);

// How a number of a network that is wired comes about from those before it, step by step: each row with symbols, numbers and
// value. Empty for a number that is given (an input).
Value equations_document(Replay& replay, const std::string& quantity, const MomentRequest& request, bool has_next,
                         const Optimiser& optimiser, const Wiring* wiring);

}  // namespace isinglass
