// isinglass/lab/vectorisation.h - samples one by one and all at once: the same numbers, in less time (spec S1).
//
//     for each sample:  y_n = g(x_n W + b)           (1)   m products of a vector and a matrix
//     at once:          Y = g(X W + b)               (2)   one product of matrices: W is read once for many rows
//     dL/dW = 1/m sum_n dL_n/dW                      (3)   of the batch at once, or summed up in the loop
//
// Both run through the same plan on one thread, so that only the batch makes the difference.
#pragma once
#include <functional>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

struct VectorisationSettings {
  std::vector<Index> widths = {784, 128, 10};
  Index samples = 1000;  // at most; 1, 10, 100, .. and this number are tried
  bool is_double = true;
  Index seed = 1;
};

struct VectorisationRow {
  Index samples = 0;
  double loop_forward = 0, batch_forward = 0;  // seconds a sample, the best of several runs in turn
  double loop_step = 0, batch_step = 0;        // with loss and gradients
  double output_difference = 0;                // the largest |y_n - Y_n|
  double gradient_difference = 0;              // the largest of (3), in parts of the largest gradient
};

std::vector<VectorisationRow> vectorisation_experiment(const VectorisationSettings& settings,
                                                       const std::function<void(double)>& tell = {});

}  // namespace isinglass
