// isinglass/nn/sigmoid.h - logistic function, for probabilities of two classes.
//
//     y = 1 / (1 + exp(-x))           (1)  in (0, 1); computed as exp(x)/(1 + exp(x)) below 0: no overflow
//     dy/dx = y (1 - y)               (2)
//
// Source: spec A1.
#pragma once
#include <cmath>

#include "isinglass/kernels/exponential.h"
#include "isinglass/kernels/vector_math.h"
#include "isinglass/nn/pointwise.h"

namespace isinglass {

struct Sigmoid : Pointwise<Sigmoid> {
  static constexpr std::string_view kName = "sigmoid", kSummary = "1/(1+exp(-x)), in (0, 1)";

  template <class T>
  void values(std::span<const T> x, std::span<T> y) const {
    kernels::sigmoid(x, y);
  }  // (1)

  template <class T>
  static T slope(T x, T y) {
    if constexpr (std::same_as<T, double>)
      return slope(x, y, kernels::exponential(-std::abs(x)));
    else
      return y * (1 - y);  // (2)
  }
  // With e^-|x| at hand. In double, 1 - y loses digits near 1, where it equals y exp(-x).
  template <class T>
  static T slope(T x, T y, T power) {
    if constexpr (std::same_as<T, double>)
      return y * (x > 1 ? y * power : 1 - y);
    else
      return y * (1 - y);
  }
  static Expression derivative(const Expression&, const Expression& y) { return y * (1.0 - y); }
};

ISINGLASS_LAYER(Sigmoid)

}  // namespace isinglass
