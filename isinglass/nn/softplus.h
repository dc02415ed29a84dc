// isinglass/nn/softplus.h - smooth rectifier.
//
//     y = log(1 + exp(x))                          (1)
//       = max(x, 0) + log(1 + exp(-|x|))           (2)  without overflow
//     dy/dx = sigmoid(x)                           (3)
//
// Source: Dugas et al., NIPS 13 (2000); spec A8.
#pragma once
#include <algorithm>
#include <cmath>

#include "isinglass/kernels/vector_math.h"
#include "isinglass/nn/pointwise.h"

namespace isinglass {

struct Softplus : Pointwise<Softplus> {
  static constexpr std::string_view kName = "softplus", kSummary = "log(1 + exp(x)), a smooth ReLU";

  template <class T>
  static void values(std::span<const T> x, std::span<T> y) {
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = -std::abs(x[i]);
    kernels::exp(y, y);
    kernels::log1p(y, y);
    for (std::size_t i = 0; i < x.size(); ++i) y[i] += std::max(x[i], T{0});  // (2)
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    for_each_row(
        [](std::span<const T> x, std::span<const T> dy, std::span<T> dx) {
          kernels::sigmoid(x, dx);
          for (std::size_t i = 0; i < dx.size(); ++i) dx[i] *= dy[i];  // (3)
        },
        b.x[0], b.dy, b.dx[0]);
  }
  static Expression derivative(const Expression& x, const Expression& y) {
    return Expression::function("sigmoid", x, -std::expm1(-y.value()));
  }
};

ISINGLASS_LAYER(Softplus)

}  // namespace isinglass
