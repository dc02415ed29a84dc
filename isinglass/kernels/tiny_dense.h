// isinglass/kernels/tiny_dense.h - dense layers of a few units, with samples in the lanes of vectors.
//
//     in(j, l) = sum over i of x(i, l) kernel(i, j) + bias(j)                                     (1)
//     dx(i, l) = sum over j of d(j, l) kernel(i, j)                                               (2)
//     dkernel(i, j) = sum over l of x(i, l) d(j, l),  dbias(j) = sum over l of d(j, l)             (3)
//
// Numbers of a unit are a row, a sample a column. Each sum is a chain of multiply-adds in the order of its index, from
// zero, as in matmul.h: the bits are the same. In (3) four sums run side by side, over outputs or over inputs, whichever
// leaves fewer lanes empty.
#pragma once
#include <span>

#include "isinglass/base/shape.h"

namespace isinglass::kernels {

// So many columns at most; they come in multiples of four.
template <class T>
constexpr Index kTinyColumns = 128 / sizeof(T);

template <class T>
struct TinyDense {
  Index n_in = 0, n_out = 0;
  T *kernel = nullptr, *bias = nullptr;                    // (n_in, n_out), (n_out); no bias: null
  T *kernel_gradient = nullptr, *bias_gradient = nullptr;  // the same
  const T* x = nullptr;                                    // (n_in, columns)
  // (n_out, columns): what (1) gives, f(in) and its derivative, dL/dout, dL/din = slope dL/dout
  T *in = nullptr, *out = nullptr, *slope = nullptr, *d_out = nullptr, *d = nullptr;
};

// (1)
void tiny_forward(const TinyDense<float>& layer, Index columns);
void tiny_forward(const TinyDense<double>& layer, Index columns);

// From d of the last layer, by (2), to d_out and d of all below; then the gradients (3) over the first `count` columns, which
// go on from those that are there unless this is the first part of a batch.
struct TinyPart {
  Index columns, count;
  bool is_first;
};
void tiny_backward(std::span<const TinyDense<float>> layers, const TinyPart& part);
void tiny_backward(std::span<const TinyDense<double>> layers, const TinyPart& part);

}  // namespace isinglass::kernels
