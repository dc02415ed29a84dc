// isinglass/lab/symmetry.h - hidden units that start alike stay alike for ever (spec S4).
//
// With equal weights into and out of two units of a layer, their outputs, and so dL/dw of both, are the same number:
// every update keeps them equal, and the layer is worth one unit.
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

struct SymmetryRow {
  Index epoch = 0;
  double loss = 0;
  std::vector<double> first, second;  // weights into hidden units 1 and 2
  double difference = 0;              // the largest between the two
};

// Trains 2-2-1 with sigmoids on XOR from `initialiser` ("zeros", "equal" or "random"), and looks at epochs 0, 1, 10,
// 100, .. up to `epochs`; `finely`, about ninety times as often. Throws OptionError for another name.
std::vector<SymmetryRow> symmetry_experiment(const std::string& initialiser, Index epochs, Index seed,
                                             bool finely = false);

}  // namespace isinglass
