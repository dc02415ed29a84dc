// isinglass/model/plan_lanes.h - which values of a plan may lie in lanes while nobody looks at them.
//
// Convolutions of few channels compute with samples in the lanes of vectors. Where the next layer does so, too, samples
// stay there (kernels/sample_lanes.h): a batch is turned once on the way in and once on the way out, not at each layer.
// The gradient of a value lies as the value does. Numbers are computed as ever: no bit of a result changes.
#pragma once
#include <vector>

#include "isinglass/model/graph.h"
#include "isinglass/model/plan_chunks.h"

namespace isinglass {

// Of each value. `chunks` are all that the plan runs, of `actions`; `number` is the size of a number in bytes. The input,
// the output and `loss_value` stay rows.
std::vector<bool> values_in_lanes(const Graph& graph, const std::vector<PlanAction>& actions,
                                  const std::vector<PlanChunk>& chunks, ValueId loss_value, std::size_t number);

}  // namespace isinglass
