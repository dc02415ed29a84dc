// isinglass/nn/leaky_relu.h - rectified linear unit that leaks below 0, so that no unit dies.
//
//     y = max(x, 0) + a min(x, 0)     (1)  a = negative_slope
//     dy/dx = 1 for x > 0, else a     (2)  a at the kink
//
// Source: Maas, Hannun & Ng, ICML 2013; spec A6.
#pragma once
#include <algorithm>

#include "isinglass/nn/pointwise.h"

namespace isinglass {

struct LeakyRelu : Pointwise<LeakyRelu> {
  static constexpr std::string_view kName = "leaky_relu", kSummary = "x for x > 0, else a small multiple of x";
  double negative_slope = 0.01;

  static void options(auto& v) { v("negative_slope", &LeakyRelu::negative_slope, "slope for x <= 0"); }

  template <class T>
  void values(std::span<const T> x, std::span<T> y) const {
    const T a = static_cast<T>(negative_slope);
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::max(x[i], T{0}) + a * std::min(x[i], T{0});  // (1)
  }
  template <class T>
  T slope(T x, T) const {
    const T a = static_cast<T>(negative_slope);
    return x > 0 ? T{1} : a;  // (2)
  }
  Expression derivative(const Expression& x, const Expression&) const { return slope(x.value(), 0.0); }
};

ISINGLASS_LAYER(LeakyRelu)

}  // namespace isinglass
