// isinglass/nn/relu.h - rectified linear unit.
//
//     y = max(0, x)                   (1)
//     dy/dx = 1 for x > 0, else 0     (2)  0 at the kink
//
// Source: Nair & Hinton, ICML 2010; spec A3.
#pragma once
#include <algorithm>

#include "isinglass/nn/pointwise.h"

namespace isinglass {

struct Relu : Pointwise<Relu> {
  static constexpr std::string_view kName = "relu", kSummary = "rectified linear unit, max(0, x)";

  template <class T>
  static void values(std::span<const T> x, std::span<T> y) {
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::max(x[i], T{0});  // (1); in this order a NaN stays NaN
  }
  template <class T>
  static T slope(T x, T) {
    return x > 0 ? T{1} : T{0};  // (2)
  }
  static Expression derivative(const Expression& x, const Expression&) { return slope(x.value(), 0.0); }
};

inline const bool relu_registered = register_layer<Relu>();

}  // namespace isinglass
