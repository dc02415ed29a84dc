// isinglass/kernels/narrow_matmul_reference.h - the products of narrow_matmul.h as plain loops, for tests.
#pragma once
#include <cmath>
#include <vector>

#include "isinglass/kernels/matmul_reference.h"
#include "isinglass/kernels/narrow_matmul.h"
#include "isinglass/kernels/narrow_number.h"

namespace isinglass::kernels::reference {

inline float flushed(float x) {
  return std::fabs(x) < 0x1p-126f ? std::copysign(0.0f, x) : x;
}

// x = parts[0] + parts[1] + parts[2].
struct Parts {
  float parts[3];
};
inline Parts split(float x) {
  const float x0 = to_bf16(x), x1 = to_bf16(x - x0), x2 = to_bf16(x - x0 - x1);
  return {{x0, x1, x2}};
}

// c(i,j) by the law, from a_at(i,p) and b_at(p,j).
template <class A, class B>
void narrow_sums(Products how, Index k, A a_at, B b_at, View<float> c, const float* bias, bool fused) {
  struct Pair {
    int of_a, of_b;
  };
  const std::vector<Pair> pairs = how == Products::kSplit
                                      ? std::vector<Pair>{{0, 2}, {0, 1}, {0, 0}, {1, 0}, {1, 1}, {2, 0}}
                                      : std::vector<Pair>{{0, 0}};
  constexpr Index kBlock = 32;
  for (Index i = 0; i < c.rows; ++i)
    for (Index j = 0; j < c.cols; ++j) {
      float sum = 0;
      for (Index first = 0; first < k; first += kBlock)
        for (const Pair& pair : pairs) {
          float sums[2] = {0, 0};  // of even and odd steps
          for (Index p = first; p < first + kBlock; ++p) {
            const float x = p < k ? split(a_at(i, p)).parts[pair.of_a] : 0;
            const float y = p < k ? split(b_at(p, j)).parts[pair.of_b] : 0;
            sums[p % 2] = flushed(multiply_add(x, y, sums[p % 2], fused));
          }
          sum = flushed(sum + flushed(sums[0] + sums[1]));
        }
      c(i, j) = bias != nullptr ? flushed(sum + flushed(bias[j])) : sum;
    }
}

}  // namespace isinglass::kernels::reference
