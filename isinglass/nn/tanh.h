// isinglass/nn/tanh.h - hyperbolic tangent, a sigmoid centred on 0.
//
//     y = tanh(x)                     (1)  in (-1, 1)
//     dy/dx = 1 - y^2                 (2)
//           = 4 u / (1 + u)^2, u = exp(-2|x|)     (3)
//
// Source: spec A2.
#pragma once
#include <cmath>

#include "isinglass/kernels/exponential.h"
#include "isinglass/kernels/vector_math.h"
#include "isinglass/nn/pointwise.h"

namespace isinglass {

struct Tanh : Pointwise<Tanh> {
  static constexpr std::string_view kName = "tanh", kSummary = "hyperbolic tangent, in (-1, 1)";

  template <class T>
  void values(std::span<const T> x, std::span<T> y) const {
    kernels::tanh(x, y);  // (1)
  }

  template <class T>
  static T slope(T x, T y) {
    const T near = 1 - y * y;  // (2)
    if constexpr (std::same_as<T, double>) {
      const double u = kernels::exponential(-2 * std::abs(x));
      return std::abs(y) > 0.5 ? 4 * u / ((1 + u) * (1 + u)) : near;  // (3) where (2) would lose digits
    }
    return near;
  }
  static Expression derivative(const Expression&, const Expression& y) { return 1.0 - y * y; }
};

ISINGLASS_LAYER(Tanh)

}  // namespace isinglass
