// isinglass/lab/collapse.h - a network whose activations are all linear is one affine map (spec A17).
//
//     f(x) = W_d^T (.. (W_1^T x + b_1) ..) + b_d  =  b_0 + sum_i B_i x_i          (1)  for any depth d
#pragma once
#include <vector>

#include "isinglass/model/parameters.h"

namespace isinglass {

struct AffineMap {
  Index inputs = 0, outputs = 0;
  std::vector<double> slopes;     // B (inputs, outputs), row by row
  std::vector<double> intercept;  // b_0 (outputs)

  std::vector<double> operator()(const std::vector<double>& x) const;
};

// The map (1) of a network. Throws OptionError, naming the layer, when one of its layers is not affine.
AffineMap collapse(const Graph& graph, Parameters<double>& parameters);

}  // namespace isinglass
