// isinglass/nn/binary_step.h - threshold unit, the activation of the perceptron.
//
//     y = 1 for x > 0, else 0         (1)  0 at the step
//     dy/dx = 0                       (2)
//
// Source: Rosenblatt, Psychological Review 65 (1958); spec A5.
#pragma once
#include "isinglass/nn/pointwise.h"

namespace isinglass {

struct BinaryStep : Pointwise<BinaryStep> {
  static constexpr std::string_view kName = "binary_step", kSummary = "1 for x > 0, else 0; not trainable by gradient";
  static constexpr std::string_view kUntrainable =
      "its derivative is 0 everywhere, so that no gradient reaches the layers before it; train with sigmoid, "
      "which is a smooth step, and use binary_step for inference only";

  template <class T>
  static void values(std::span<const T> x, std::span<T> y) {
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] > 0 ? T{1} : T{0};  // (1)
  }
  template <class T>
  static T slope(T, T) {
    return 0;  // (2)
  }
  static Expression derivative(const Expression&, const Expression&) { return 0.0; }
};

ISINGLASS_LAYER(BinaryStep)

}  // namespace isinglass
