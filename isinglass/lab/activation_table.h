// isinglass/lab/activation_table.h - what an activation is like, found out by computing it (spec A15, A16).
#pragma once
#include <string>
#include <vector>

#include "isinglass/nn/layer.h"

namespace isinglass {

// Values and derivatives at some x.
struct ActivationCurve {
  std::vector<double> x, y, slope;
};
ActivationCurve curve_of(const Layer& activation, const std::vector<double>& x);

// Judged by a fine grid over [-40, 40] and by both sides of 0. `limit_low` and `limit_high` are the least and the
// largest value found there; a side that still grows at the end of the grid has no bound.
struct ActivationProperties {
  std::string name;
  double least = 0, largest = 0;
  bool bounded_below = false, bounded_above = false;
  bool is_linear = false, is_monotonic = false;
  bool is_continuous = false, is_differentiable = false;  // everywhere, as far as the grid sees
  bool has_monotonic_slope = false;
  bool is_near_identity = false;  // f(0) = 0 with slope 1 on both sides
  std::string slope_formula;      // for x > 0, in x and the output y: cheap where y is enough
  double largest_slope = 0;
};
ActivationProperties properties_of(const std::string& name);

// The activations of the layer table that turn each number into another one and draw nothing.
std::vector<std::string> pointwise_activations();

}  // namespace isinglass
