// isinglass/serve/boundary_document.h - what every unit of a run's network says over a plane of two of its inputs.
#pragma once
#include <optional>
#include <string>

#include "isinglass/base/value.h"
#include "isinglass/serve/frozen_run.h"

namespace isinglass {

// Which inputs span the plane, from 0; not given: the first two that differ between samples. The others stand at
// their mean over the training data.
struct PlaneRequest {
  std::optional<Index> x, y;
};

constexpr Index kMostPlaneInputs = 64, kMostPlaneUnits = 48, kMostPlaneCells = 160;

// The axes with their ranges, the training samples on the plane, and the units: which of the grids has a unit's
// output, which has what crosses `level` where the unit decides. Throws InputError for a network without two inputs,
// or with more than kMostPlaneInputs.
Value boundary_document(const RunAtStep& run, const PlaneRequest& request);

// The grids one after the other, each of cells x cells numbers (float, little-endian), row 0 at the lowest y, in the
// middle of equal cells.
std::string boundary_grids(const RunAtStep& run, const PlaneRequest& request, Index cells);

}  // namespace isinglass
