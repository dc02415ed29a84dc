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

  static constexpr bool kInPlace = true, kIsRectifier = true;

  template <class T>
  static void values(std::span<const T> x, std::span<T> y) {
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::max(x[i], T{0});  // (1); in this order a NaN stays NaN
  }
  template <class T>
  static T slope(T, T y) {
    return y > 0 ? T{1} : T{0};  // (2), from y, which the next layer's gradient has just brought into the cache
  }
  static Expression derivative(const Expression&, const Expression& y) { return slope(0.0, y.value()); }
};

ISINGLASS_LAYER(Relu)

}  // namespace isinglass
