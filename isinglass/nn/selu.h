// isinglass/nn/selu.h - scaled exponential linear unit, which keeps mean 0 and variance 1 from layer to layer.
//
//     y = lambda (max(x, 0) + alpha min(exp(x) - 1, 0))             (1)
//     dy/dx = lambda for x > 0, else lambda alpha exp(x)            (2)  lambda alpha at 0
//
// lambda and alpha make (0, 1) the fixed point of (mean, variance) for inputs drawn from N(0, 1); weights start
// from lecun_normal.
// Source: Klambauer, Unterthiner, Mayr & Hochreiter, NIPS 2017, arXiv:1706.02515; spec A12.
#pragma once
#include "isinglass/nn/elu.h"

namespace isinglass {

struct Selu : Pointwise<Selu> {
  static constexpr std::string_view kName = "selu",
                                    kSummary = "self-normalising: a scaled elu; use lecun_normal weights";
  static constexpr ScaledElu kFunction{.scale = 1.0507009873554804934193349852946,
                                       .alpha = 1.6732632423543772848170429916717};

  template <class T>
  static void values(std::span<const T> x, std::span<T> y) {
    kFunction.values(x, y);  // (1)
  }
  template <class T>
  static T slope(T x, T y) {
    return kFunction.slope(x, y);  // (2)
  }
  static Expression derivative(const Expression& x, const Expression& y) { return kFunction.derivative(x, y); }
};

ISINGLASS_LAYER(Selu)

}  // namespace isinglass
