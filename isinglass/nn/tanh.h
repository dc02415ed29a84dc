// isinglass/nn/tanh.h - hyperbolic tangent, a sigmoid centred on 0.
//
//     y = tanh(x)                     (1)  in (-1, 1)
//     dy/dx = 1 - y^2                 (2)
//           = 4 sigma(2x) sigma(-2x)     (3)  in double, where (2) would lose digits
//
// Source: spec A2.
#pragma once
#include "isinglass/kernels/logistic.h"
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
      return kernels::hyperbolic_tangent(x).slope;  // (3)
    else
      return 1 - y * y;  // (2)
  }
  // use(i, slope at x[i]) for all of x, in vectors
  template <class Use>
  static void for_each_slope(std::span<const double> x, Use use) {
    kernels::for_each_slope(
        x, [](auto... all) { kernels::hyperbolic_tangent(all...); }, use);
  }
  static Expression derivative(const Expression&, const Expression& y) { return 1.0 - y * y; }
};

ISINGLASS_LAYER(Tanh)

}  // namespace isinglass
