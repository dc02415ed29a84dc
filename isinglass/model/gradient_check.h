// isinglass/model/gradient_check.h - back-propagation against finite differences, for a user's own network and data.
#pragma once
#include <string>
#include <vector>

#include "isinglass/model/plan.h"

namespace isinglass {

// For one parameter tensor: the largest disagreement and where it is.
struct GradientCheckRow {
  std::string name;             // "layer1.kernel"
  Index checked = 0, size = 0;  // numbers compared, numbers there are
  double largest_error = 0;     // |backward - difference| / max(1, |backward|, |difference|)
  std::string worst;            // "layer1.kernel[3,0]"
  double worst_gradient = 0, worst_difference = 0;
};

// Compares dL/dw of every parameter (at most `most` numbers of each, spread evenly) with the central difference
// (L(w + h) - L(w - h)) / 2h, h = 1e-5 max(1, |w|), on the batch of `rows` samples that the plan's input and target
// hold. Leaves the parameters as they were.
std::vector<GradientCheckRow> check_gradients(Plan<double>& plan, Parameters<double>& parameters, Index rows,
                                              std::uint64_t seed, Index most = 200);

}  // namespace isinglass
