// isinglass/kernels/matmul_reference.h - the products of matmul.h as plain loops, for tests and explanations.
#pragma once
#include <cmath>

#include "isinglass/kernels/matmul.h"

namespace isinglass::kernels::reference {

// One link of a chain; `fused` as fuses_multiply_add() says.
template <class T>
T multiply_add(T x, T y, T sum, bool fused) {
  if (fused) return std::fma(x, y, sum);
  volatile T product = x * y;  // rounded here: the compiler may not fuse
  return product + sum;
}

// c(i,j) = chain over p < k of a_at(i,p) b_at(p,j), then the ending.
template <class T, class A, class B>
void chains(Index k, A a_at, B b_at, View<T> c, const Ending<T>& ending, bool fused) {
  for (Index i = 0; i < c.rows; ++i)
    for (Index j = 0; j < c.cols; ++j) {
      T sum = 0;
      for (Index p = 0; p < k; ++p) sum = multiply_add(a_at(i, p), b_at(p, j), sum, fused);
      if (ending.bias != nullptr) sum += ending.bias[j];
      if (ending.rectify && sum < 0) sum = 0;
      if (ending.gate.data != nullptr) sum *= ending.gate(i, j) > 0 ? T{1} : T{0};
      c(i, j) = sum;
    }
}

template <class T>
void matmul(View<const T> a, View<const T> b, View<T> c, const Ending<T>& ending, bool fused) {
  chains<T>(a.cols, a, b, c, ending, fused);
}
template <class T>
void matmul_tn(View<const T> a, View<const T> b, View<T> c, bool fused) {
  chains<T>(
      a.rows, [&](Index i, Index p) { return a(p, i); }, b, c, nullptr, fused);
}
template <class T>
void matmul_nt(View<const T> a, View<const T> b, View<T> c, const Ending<T>& ending, bool fused) {
  chains<T>(
      a.cols, a, [&](Index p, Index j) { return b(j, p); }, c, ending, fused);
}

}  // namespace isinglass::kernels::reference
