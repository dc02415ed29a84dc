// isinglass/kernels/matmul.h - the three matrix products of a dense layer.
//
//     forward           c = a b    (1)    a (m, k), b (k, n), c (m, n)
//     weight gradient   c = a^T b  (2)    a (k, m), b (k, n), c (m, n)
//     input gradient    c = a b^T  (3)    a (m, k), b (n, k), c (m, n)
//
// Of (1) and (3) the end may be a bias and a rectifier, or the way back through a rectifier whose output was `gate`:
//
//     c = max(0, s + bias)  (4)    NaN stays        c = s (gate > 0 ? 1 : 0)  (5)    gate (m, n)
//
// The law: the sum s of each element is one chain of fused multiply-adds over k in increasing order, starting from zero,
//
//     s = 0;  s = fma(a_p, b_p, s) for p = 0, 1, .., k-1,
//
// whatever m, n, the strides, the position in c or the instruction set. So a product that is split over threads by
// rows or columns of c (narrow the views) has the same bits as the whole. A machine without fused multiply-add
// rounds product and sum separately: other last bits, the same law (instruction_set.h tells).
//
// Of (2) the sums may also be handed over (handover.h); c is then working memory.
//
// The functions run on the calling thread, allocate nothing (at most 1.2 MB of stack) and touch only the elements
// of the views. c is overwritten and must not overlap a, b, bias or gate. Throw ShapeError when the shapes do not fit.
#pragma once
#include <string_view>
#include <type_traits>

#include "isinglass/base/view.h"
#include "isinglass/kernels/handover.h"

namespace isinglass::kernels {

// What (4) or (5) makes of a sum; each may be missing, and they come in this order.
template <class T>
struct Ending {
  Ending(const T* of_columns = nullptr) : bias(of_columns) {}  // NOLINT(google-explicit-constructor): most have no more
  Ending(const T* of_columns, bool is_rectified) : bias(of_columns), rectify(is_rectified) {}
  // Member by member: a load of several waits until their stores are in the cache.
  Ending(const Ending& other) : bias(other.bias), rectify(other.rectify), gate(other.gate) {}
  Ending& operator=(const Ending& other) = default;
  static Ending gated(View<const T> by) {
    Ending ending;
    ending.gate = by;
    return ending;
  }

  const T* bias;  // (n); null: none
  bool rectify = false;
  View<const T> gate = {};  // as c; no data: none
};

namespace detail {

// c(i,j) = chain over p < k of a[i a_row + p a_step] b(p,j), where b(p,j) is b[p b_stride + j] or, transposed,
// b[j b_stride + p].
template <class T>
struct Product {
  Index m, n, k;
  const T* a;
  Index a_row, a_step;
  const T* b;
  Index b_stride;
  bool b_transposed;
  T* c;
  Index c_stride;
  Ending<T> ending;
  const Handover<T>* to = nullptr;
};
void multiply(const Product<float>& product);
void multiply(const Product<double>& product);
// The way that multiply() takes, by the shapes: a_step is 1 or not, pointers may be null.
std::string_view method(const Product<float>& product);
std::string_view method(const Product<double>& product);

[[noreturn]] void refuse_shapes(const char* name, Shape a, Shape b, Shape c);

}  // namespace detail

// An argument that takes no part in deducing T, so that a View<T> passes for a View<const T>.
template <class T>
using Input = std::type_identity_t<View<const T>>;

namespace detail {
template <class T>
inline bool fits(const View<const T>& gate, const View<T>& c) {
  return gate.data == nullptr || (gate.rows == c.rows && gate.cols == c.cols);
}
}  // namespace detail

// Equation (1), and (4) or (5). T is float or double.
template <class T>
inline void matmul(const Input<T>& a, const Input<T>& b, const View<T>& c,
                   const std::type_identity_t<Ending<T>>& ending = {}) {
  if (a.rows != c.rows || b.cols != c.cols || a.cols != b.rows || !detail::fits(ending.gate, c)) [[unlikely]]
    detail::refuse_shapes("matmul", {a.rows, a.cols}, {b.rows, b.cols}, {c.rows, c.cols});
  detail::multiply(detail::Product<T>{.m = c.rows,
                                      .n = c.cols,
                                      .k = a.cols,
                                      .a = a.data,
                                      .a_row = a.stride,
                                      .a_step = 1,
                                      .b = b.data,
                                      .b_stride = b.stride,
                                      .b_transposed = false,
                                      .c = c.data,
                                      .c_stride = c.stride,
                                      .ending = ending});
}

// Equation (2).
template <class T>
inline void matmul_tn(const Input<T>& a, const Input<T>& b, const View<T>& c,
                      const std::type_identity_t<Handover<T>>* to = nullptr) {
  if (a.cols != c.rows || b.cols != c.cols || a.rows != b.rows) [[unlikely]]
    detail::refuse_shapes("matmul_tn", {a.rows, a.cols}, {b.rows, b.cols}, {c.rows, c.cols});
  detail::multiply(detail::Product<T>{.m = c.rows,
                                      .n = c.cols,
                                      .k = a.rows,
                                      .a = a.data,
                                      .a_row = 1,
                                      .a_step = a.stride,
                                      .b = b.data,
                                      .b_stride = b.stride,
                                      .b_transposed = false,
                                      .c = c.data,
                                      .c_stride = c.stride,
                                      .ending = {},
                                      .to = to});
}

// Equation (3), and (4) or (5).
template <class T>
inline void matmul_nt(const Input<T>& a, const Input<T>& b, const View<T>& c,
                      const std::type_identity_t<Ending<T>>& ending = {}) {
  if (a.rows != c.rows || b.rows != c.cols || a.cols != b.cols || !detail::fits(ending.gate, c)) [[unlikely]]
    detail::refuse_shapes("matmul_nt", {a.rows, a.cols}, {b.rows, b.cols}, {c.rows, c.cols});
  detail::multiply(detail::Product<T>{.m = c.rows,
                                      .n = c.cols,
                                      .k = a.cols,
                                      .a = a.data,
                                      .a_row = a.stride,
                                      .a_step = 1,
                                      .b = b.data,
                                      .b_stride = b.stride,
                                      .b_transposed = true,
                                      .c = c.data,
                                      .c_stride = c.stride,
                                      .ending = ending});
}

}  // namespace isinglass::kernels
