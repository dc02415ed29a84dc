// isinglass/lab/depth_experiment.h - how the start of the weights decides what reaches the end of a deep network.
//
//     h_0 ~ N(0, 1),  h_l = f(h_(l-1) W_l),  W_l ~ N(0, scale^2)        (1)  for l = 1 .. layers
//     g_layers ~ N(0, 1),  g_(l-1) = (g_l f'(h_(l-1) W_l)) W_l^T        (2)  gradients on the way back
//
// Source: Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; spec S6.
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/random.h"

namespace isinglass {

struct DepthSettings {
  std::string activation = "tanh";
  double scale = 0.01;  // deviation of a weight
  Index layers = 10, units = 500, samples = 1000;
  // Of the histograms, from low to high; empty: from -1 or 0 to 1 where all outputs of a layer lie within, else over
  // their range.
  std::vector<double> bin_range = {};
};
// Deviations of common initialisations, by units: "0.01", "xavier" 1/sqrt(n), "he" sqrt(2/n), "1".
double scale_of(const std::string& name, Index units);

// Outputs of a layer; layer 0 is the input.
struct DepthRow {
  Index layer = 0;
  double mean = 0, deviation = 0, rms = 0, least = 0, largest = 0;
  double zero_fraction = 0, flat_fraction = 0;  // outputs that are 0; |outputs| above 0.99
  double gradient_deviation = 0;                // of dL/d(output)
  // A histogram of the outputs, one edge more than counts; what lies outside is left out.
  std::vector<double> edges, counts;
  // The same of dL/d(output), between four deviations of the gradient that came in at the end.
  std::vector<double> gradient_edges, gradient_counts;
};
// Draws inputs, weights layer by layer and the last gradient, in this order, from `stream`.
std::vector<DepthRow> depth_experiment(const DepthSettings& settings, RandomStream& stream);

// What became of it: "vanishes", "explodes" or "saturates" (the outputs of the last layer against the input), else of the
// gradient that arrives at the input, "explodes" or "gradient" (it vanishes); else "lives".
std::string_view verdict_of(const std::vector<DepthRow>& rows);

}  // namespace isinglass
