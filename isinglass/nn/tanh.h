// isinglass/nn/tanh.h - hyperbolic tangent, a sigmoid centred on 0.
//
//     y = tanh(x)                     (1)  in (-1, 1)
//     dy/dx = 1 - y^2                 (2)
//           = 4 u / (1 + u)^2, u = exp(-2|x|)     (3)
//
// Source: spec A2.
#pragma once
#include <cmath>

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
    if constexpr (std::same_as<T, double>)
      if (std::abs(y) > 0.5) {  // 1 - y^2 would lose digits
        const double u = std::exp(-2 * std::abs(x));
        return 4 * u / ((1 + u) * (1 + u));  // (3)
      }
    return 1 - y * y;  // (2)
  }
  static Expression derivative(const Expression&, const Expression& y) { return 1.0 - y * y; }
};

inline const bool tanh_registered = register_layer<Tanh>();

}  // namespace isinglass
