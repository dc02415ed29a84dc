// isinglass/kernels/narrow_matmul.h - the products of matmul.h with factors rounded to bf16, or split into three bf16.
//
// bf16 is a float with 8 instead of 24 bits of mantissa. bf16(x) rounds to nearest, ties to even; a denormal becomes
// zero. Two kinds of products are made of it:
//
//     kBf16     a b  ~  a0 b0                      a0 = bf16(a): relative error of a factor up to 2^-9
//     kSplit    a b  ~  a0 b2 + a0 b1 + a0 b0 + a1 b0 + a1 b1 + a2 b0
//               a0 = bf16(a), a1 = bf16(a - a0), a2 = bf16(a - a0 - a1): a0 + a1 + a2 is a, all 24 bits
//
// The law: the sum over k goes in blocks of 32, the last one filled up with zeros. For each block, and within it for
// each of the one or six products x y of parts in the order above,
//
//     e = o = 0;  e = fma(x_p, y_p, e),  o = fma(x_p+1, y_p+1, o)  for p = 0, 2, .., 30;  s = s + (e + o);
//
// s starts at zero, and ends as in matmul.h; each operation in float, denormal operands and results taken as zeros. It
// is what a tile product of AMX (TDPBF16PS) computes, and a dot product of AVX512_BF16 (VDPBF16PS) two links of; without
// both the same sums are made by multiply-adds, slower and with the same bits. As for matmul.h the bits of an element do
// not depend on m, n, strides, its position in c or the instruction set; without fused multiply-add they differ where a
// product underflows, and on processors that cannot be told to take denormals as zeros (other than x86-64), where a
// denormal occurs. An infinite factor gives infinity or NaN in kBf16, always NaN in kSplit; so does a number that rounds
// to infinity (above 3.39e38).
//
// Error of an element against |a| |b| summed over k, measured (docs/decisions/0014): about 1e-7 for kSplit, no more
// than a chain of float; 1e-2 over the square root of k for kBf16.
//
// The functions run on the calling thread. Packed blocks lie in 7 MB that each thread takes at its first product, of which
// it touches as much as its largest product needs.
#pragma once
#include "isinglass/kernels/matmul.h"
#include "isinglass/kernels/products.h"

namespace isinglass::kernels {

namespace detail {

// Lines of numbers whose products are summed step by step: x(line, p) = data[line * line_stride + p * step_stride],
// one of the strides being 1.
struct Lines {
  const float* data;
  Index line_stride, step_stride;
};

// c(i,j) = sum over p < k of a(i,p) b(j,p), by the law, plus bias[j]; no bias for the null pointer.
struct NarrowProduct {
  Index m, n, k;
  Lines a, b;
  float* c;
  Index c_stride;
  const float* bias;
};
void multiply(Products how, const NarrowProduct& product);
// What follows the bias.
void end(const Ending<float>& ending, View<float> c);

}  // namespace detail

// Equations (1), (2), (3) of matmul.h; kFloat, and every product of doubles, is that of matmul.h.
template <class T>
inline void matmul(Products how, const Input<T>& a, const Input<T>& b, const View<T>& c,
                   const std::type_identity_t<Ending<T>>& ending = {}) {
  if constexpr (std::is_same_v<T, float>)
    if (how != Products::kFloat) {
      if (a.rows != c.rows || b.cols != c.cols || a.cols != b.rows || !detail::fits(ending.gate, c)) [[unlikely]]
        detail::refuse_shapes("matmul", {a.rows, a.cols}, {b.rows, b.cols}, {c.rows, c.cols});
      detail::multiply(
          how, {c.rows, c.cols, a.cols, {a.data, a.stride, 1}, {b.data, 1, b.stride}, c.data, c.stride, ending.bias});
      return detail::end(ending, c);
    }
  matmul<T>(a, b, c, ending);
}
template <class T>
inline void matmul_tn(Products how, const Input<T>& a, const Input<T>& b, const View<T>& c,
                      const std::type_identity_t<Handover<T>>* to = nullptr) {
  if constexpr (std::is_same_v<T, float>)
    if (how != Products::kFloat) {
      if (a.cols != c.rows || b.cols != c.cols || a.rows != b.rows) [[unlikely]]
        detail::refuse_shapes("matmul_tn", {a.rows, a.cols}, {b.rows, b.cols}, {c.rows, c.cols});
      detail::multiply(
          how, {c.rows, c.cols, a.rows, {a.data, 1, a.stride}, {b.data, 1, b.stride}, c.data, c.stride, nullptr});
      if (to != nullptr) to->take(to->self, c, c);
      return;
    }
  matmul_tn<T>(a, b, c, to);
}
template <class T>
inline void matmul_nt(Products how, const Input<T>& a, const Input<T>& b, const View<T>& c,
                      const std::type_identity_t<Ending<T>>& ending = {}) {
  if constexpr (std::is_same_v<T, float>)
    if (how != Products::kFloat) {
      if (a.rows != c.rows || b.rows != c.cols || a.cols != b.cols || !detail::fits(ending.gate, c)) [[unlikely]]
        detail::refuse_shapes("matmul_nt", {a.rows, a.cols}, {b.rows, b.cols}, {c.rows, c.cols});
      detail::multiply(
          how, {c.rows, c.cols, a.cols, {a.data, a.stride, 1}, {b.data, b.stride, 1}, c.data, c.stride, ending.bias});
      return detail::end(ending, c);
    }
  matmul_nt<T>(a, b, c, ending);
}

// The way that one of these functions takes: "read in place", "packed panels", "tiles of bf16 on AMX" and the like. Of c
// (m, n) with sums of k products of numbers of so many bytes; (2) has a, (3) has b transposed.
enum class Transposed { kNone, kFirst, kSecond };
std::string_view matmul_method(Products how, Transposed which, Index m, Index n, Index k, std::size_t number);

}  // namespace isinglass::kernels
