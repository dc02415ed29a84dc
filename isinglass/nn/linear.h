// isinglass/nn/linear.h - the identity: for outputs that may have any value.
//
//     y = x                           (1)
//     dy/dx = 1                       (2)
//
// Source: spec A4.
#pragma once
#include <algorithm>

#include "isinglass/nn/pointwise.h"

namespace isinglass {

// What layers share whose output has the numbers of their input.
template <class S>
struct Identity : Pointwise<S> {
  static constexpr bool kInPlace = true, kIsIdentity = true, kReadsOutput = false;

  template <class T>
  static void values(std::span<const T> x, std::span<T> y) {
    if (x.data() == y.data()) return;
    std::copy(x.begin(), x.end(), y.begin());  // (1)
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    for_each_row([](std::span<const T> dy, std::span<T> dx) { values<T>(dy, dx); }, b.dy, b.dx[0]);  // (2)
  }
  static Expression derivative(const Expression&, const Expression&) { return 1.0; }
};

struct Linear : Identity<Linear> {
  static constexpr std::string_view kName = "linear", kSummary = "the identity, y = x";
};

ISINGLASS_LAYER(Linear)

}  // namespace isinglass
