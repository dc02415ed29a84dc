// isinglass/serve/units_document.h - the health of every layer and unit at one step, as JSON.
#pragma once
#include <string>

#include "isinglass/base/shape.h"
#include "isinglass/base/value.h"
#include "isinglass/model/graph.h"

namespace isinglass {

// What the store of a run knows of the last step up to `step` that has statistics: { step, epoch, layers: [{ name, kind,
// activation, mean, deviation, dead, saturated, gradient_norm, weight_norm, update_ratio, unit_count, units: [{ name,
// mean, deviation, dead, saturated }] }] }; units of at most kMostShownUnits. Null is what a layer cannot have. Throws
// InputError when the run keeps no record.
constexpr Index kMostShownUnits = 1024;
Value units_document(const std::string& directory, const Graph& graph, Index step, Index batches);

}  // namespace isinglass
