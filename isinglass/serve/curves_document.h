// isinglass/serve/curves_document.h - the loss of every step, the metrics of every epoch and the parameters of small networks, as JSON.
#pragma once
#include <vector>

#include "isinglass/base/value.h"
#include "isinglass/model/graph.h"
#include "isinglass/record/run_store.h"

namespace isinglass {

// Of longer runs about so many steps: the first, the last, and the least and the largest loss of each stretch between;
// stretches are even on a linear and on a logarithmic axis, so that no peak is lost on either.
constexpr Index kMostCurvePoints = 2000;

// Which of the values those are, in order.
std::vector<std::size_t> outline(const std::vector<double>& values);

Value curves_document(RunStore& store, const Graph& graph);

// The curves of a branch that left its parent at `step`: those of the parent up to there, and then its own.
Value joined_curves(const Value& parent, const Value& own, Index step, Index batches);

// Networks of up to so many trained numbers also tell each of them over time, as far as frames hold them.
constexpr Index kMostParameterCurves = 60, kMostParameterPoints = 500;

}  // namespace isinglass
