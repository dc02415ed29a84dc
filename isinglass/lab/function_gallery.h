// isinglass/lab/function_gallery.h - the fourteen activations of the material, each as a curve that can be played with.
//
// A curve is computed by the layer itself (nn/). Some take more than one number: softmax is drawn over its first input
// while the others stand still, maxout over a single input with one line for each piece. Source: spec A1-A14, A16.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/lab/activation_table.h"

namespace isinglass {

struct FunctionSlider {
  std::string_view name, symbol;  // "alpha", TeX
  double low = 0, high = 1, start = 0;
};

struct GalleryFunction {
  std::string_view name;                 // in the layer table
  std::string_view formula, derivative;  // TeX: f(x) = ..., f'(x) = ...
  std::vector<FunctionSlider> sliders = {};
};
const std::vector<GalleryFunction>& function_gallery();
// Throws OptionError with the near names.
const GalleryFunction& find_function(const std::string& name);

// The function at every x; `settings` has a number for each slider. What a step leaves out has a slope of 0.
ActivationCurve curve_of(const GalleryFunction& function, const std::vector<double>& settings,
                         const std::vector<double>& x);

// Where a curve hardly answers: the slope is less than a twentieth of the largest one of the curve. From the first to
// the last x of each stretch.
struct Band {
  double from = 0, to = 0;
};
std::vector<Band> saturated_bands(const ActivationCurve& curve);

}  // namespace isinglass
