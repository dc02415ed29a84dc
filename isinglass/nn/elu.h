// isinglass/nn/elu.h - exponential linear unit.
//
//     y = max(x, 0) + alpha min(exp(x) - 1, 0)          (1)  above -alpha
//     dy/dx = 1 for x > 0, else alpha exp(x)            (2)  alpha at 0
//           = 1 for x > 0, else y + alpha               (3)
//
// Source: Clevert, Unterthiner & Hochreiter, ICLR 2016, arXiv:1511.07289; spec A11.
#pragma once
#include <algorithm>
#include <cmath>

#include "isinglass/kernels/vector_math.h"
#include "isinglass/nn/pointwise.h"

namespace isinglass {

// The function of elu and selu: scale times (1).
struct ScaledElu {
  double scale, alpha;

  template <class T>
  void values(std::span<const T> x, std::span<T> y) const {
    const T above = static_cast<T>(scale), below = static_cast<T>(scale * alpha);
    kernels::expm1(x, y);
    for (std::size_t i = 0; i < x.size(); ++i)
      y[i] = above * std::max(x[i], T{0}) + below * std::min(y[i], T{0});  // (1)
  }
  template <class T>
  T slope(T x, T y) const {
    const T above = static_cast<T>(scale), below = static_cast<T>(scale * alpha);
    if constexpr (std::same_as<T, double>) return x > 0 ? above : below * std::exp(x);  // (2): (3) would lose digits
    return x > 0 ? above : y + below;                                                   // (3)
  }
  Expression derivative(const Expression& x, const Expression& y) const {
    if (x.value() > 0) return scale;
    return y + scale * alpha;  // (3)
  }
};

struct Elu : Pointwise<Elu> {
  static constexpr std::string_view kName = "elu", kSummary = "x for x > 0, else alpha (exp(x) - 1)";
  double alpha = 1;

  static void options(auto& v) { v("alpha", &Elu::alpha, "the output tends to -alpha for x far below 0", at_least(0)); }

  template <class T>
  void values(std::span<const T> x, std::span<T> y) const {
    ScaledElu{1, alpha}.values(x, y);
  }
  template <class T>
  T slope(T x, T y) const {
    return ScaledElu{1, alpha}.slope(x, y);
  }
  Expression derivative(const Expression& x, const Expression& y) const { return ScaledElu{1, alpha}.derivative(x, y); }
};

ISINGLASS_LAYER(Elu)

}  // namespace isinglass
