// isinglass/model/tiny_stage.h - a dense layer of a tiny network, the activation that follows it, and where their numbers are.
#pragma once
#include <algorithm>
#include <concepts>
#include <span>
#include <utility>

#include "isinglass/kernels/logistic.h"
#include "isinglass/kernels/tiny_dense.h"
#include "isinglass/kernels/vector_math.h"
#include "isinglass/model/graph.h"
#include "isinglass/nn/relu.h"
#include "isinglass/nn/sigmoid.h"
#include "isinglass/nn/tanh.h"

// What is captured by reference stays in memory unless it is inlined before the compiler looks for numbers to keep.
#define ISINGLASS_INLINE __attribute__((always_inline))

namespace isinglass {

enum class TinyActivation { kLinear, kSigmoid, kTanh, kRelu };

template <class T>
struct TinyStage : kernels::TinyDense<T> {
  TinyActivation activation = TinyActivation::kLinear;
  ValueId in_value = 0, out_value = 0;
};

// use(activated) with the function of a number that gives the output and the slope there.
template <class T, class Use>
ISINGLASS_INLINE inline void with_activation(TinyActivation activation, Use use) {
  constexpr bool kTabulated = std::same_as<T, double>;
  const auto of_spans = [](auto fill, auto slope) {
    return [=](T x) {
      T y;
      fill(std::span<const T>(&x, 1), std::span<T>(&y, 1));
      return std::pair(y, slope(x, y));
    };
  };
  switch (activation) {
    case TinyActivation::kLinear:
      return use([](T x) { return std::pair(x, T{1}); });
    case TinyActivation::kRelu:
      return use([](T x) {
        const T y = std::max(x, T{0});
        return std::pair(y, Relu::slope(x, y));
      });
    case TinyActivation::kSigmoid:
      if constexpr (kTabulated)
        return use([](T x) {
          const kernels::Logistic y = kernels::logistic(x);
          return std::pair(y.value(x), y.slope());
        });
      else
        return use(of_spans(kernels::sigmoid<T>, Sigmoid::slope<T>));
    case TinyActivation::kTanh:
      if constexpr (kTabulated)
        return use([](T x) {
          const kernels::Tangent y = kernels::hyperbolic_tangent(x);
          return std::pair(y.value, y.slope);
        });
      else
        return use(of_spans(kernels::tanh<T>, Tanh::slope<T>));
  }
}

}  // namespace isinglass
