// isinglass/kernels/reduce_reference.h - the reductions of reduce.h as plain loops, for tests and explanations.
#pragma once
#include <array>
#include <cmath>
#include <span>

#include "isinglass/base/view.h"
#include "isinglass/kernels/matmul_reference.h"

namespace isinglass::kernels::reference {

inline double add_pairwise(std::array<double, 16> sums) {
  for (std::size_t half = 8; half > 0; half /= 2)
    for (std::size_t l = 0; l < half; ++l) sums[l] += sums[l + half];
  return sums[0];
}

template <class T>
double sum(std::span<const T> x) {
  std::array<double, 16> sums = {};
  for (std::size_t i = 0; i < x.size(); ++i) sums[i % 16] += static_cast<double>(x[i]);
  return add_pairwise(sums);
}

template <class T>
double dot(std::span<const T> x, std::span<const T> y, bool fused) {
  std::array<double, 16> sums = {};
  for (std::size_t i = 0; i < x.size(); ++i) sums[i % 16] = multiply_add<double>(x[i], y[i], sums[i % 16], fused);
  return add_pairwise(sums);
}

template <class T>
void sum_rows(View<const T> x, std::span<T> y) {
  for (Index j = 0; j < x.cols; ++j) {
    T column = 0;
    for (Index i = 0; i < x.rows; ++i) column += x(i, j);
    y[static_cast<std::size_t>(j)] = column;
  }
}

template <class T>
Index first_non_finite(std::span<const T> x) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!std::isfinite(x[i])) return static_cast<Index>(i);
  return -1;
}

}  // namespace isinglass::kernels::reference
