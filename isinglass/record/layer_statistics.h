// isinglass/record/layer_statistics.h - what a batch says about the health of each layer and unit, in a few numbers.
#pragma once
#include <vector>

#include "isinglass/model/plan.h"
#include "isinglass/record/store_format.h"

namespace isinglass {

// Appends a row for each layer, and for each unit of layers with at most kMostUnits, of the batch that the plan has
// just trained with, and the norms of each unit that has parameters of its own; update_ratio stays no number.
constexpr Index kMostUnits = 1024;
template <class T>
void append_statistics(const Plan<T>& plan, Index step, std::vector<LayerStatistic>& layers,
                       std::vector<UnitStatistic>& units, std::vector<UnitNorm>& norms);

// |w' - w| / |w|, from w to w': of each layer's parameters, and of each unit for which there is a UnitNorm, in the order
// of these.
struct UpdateRatios {
  std::vector<double> layers, units;
};
template <class T>
UpdateRatios update_ratios(const Parameters<T>& before, const Parameters<T>& after);

}  // namespace isinglass
