// isinglass/nn/sigmoid.h - logistic function, for probabilities of two classes.
//
//     y = 1 / (1 + exp(-x))           (1)  in (0, 1); computed as exp(x)/(1 + exp(x)) below 0: no overflow
//     dy/dx = y (1 - y)               (2)  in double sigma(x) sigma(-x): 1 - y would lose digits near 1
//
// Source: spec A1.
#pragma once
#include "isinglass/kernels/logistic.h"
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
      return kernels::logistic(x).slope();
    else
      return y * (1 - y);  // (2)
  }
  // use(i, slope at x[i]) for all of x, in vectors
  template <class Use>
  static void for_each_slope(std::span<const double> x, Use use) {
    kernels::for_each_slope(
        x, [](auto... all) { kernels::logistic(all...); }, use);
  }
  static Expression derivative(const Expression&, const Expression& y) { return y * (1.0 - y); }
};

ISINGLASS_LAYER(Sigmoid)

}  // namespace isinglass
