// isinglass/kernels/stack.h - products of many small matrices at once, one in each lane of a vector.
//
// A stack holds matrices of one shape; its element (i, j) is a vector whose lane l is element (i, j) of matrix l. Every
// lane follows the law of the matrices' own products (matmul.h) and sums (reduce.h), so it has the bits that its matrix
// would have alone. Where a small matrix leaves lanes empty at its edges, a stack never does.
//
// The functions run on the calling thread and allocate nothing. T is float or double; the stacks do not overlap.
#pragma once
#include <span>

#include "isinglass/base/shape.h"

namespace isinglass::kernels {

// Matrices in a stack: the lanes of a vector of the instruction set in use.
template <class T>
Index stack_size();

// c(i,j) = chain over p < k of a(i,p) b(p,j), then + bias(j); c (m, n) without gaps. Strides count vectors; all
// data are aligned to a vector.
template <class T>
struct StackedProduct {
  Index m = 0, n = 0, k = 0;
  const T* a = nullptr;
  Index a_row = 0, a_step = 0;  // from a(i,p) to a(i+1,p) and to a(i,p+1)
  const T* b = nullptr;
  Index b_step = 0, b_col = 0;  // from b(p,j) to b(p+1,j) and to b(p,j+1)
  T* c = nullptr;
  const T* bias = nullptr;  // (n), or null
  bool resumes = false;     // the chains go on from what is in c
};
void multiply_stacked(const StackedProduct<float>& product);
void multiply_stacked(const StackedProduct<double>& product);

// y(j) = x(0,j) + x(1,j) + .. for x (m, n) without gaps; `resumes`: from what is in y.
void sum_stacked_rows(const float* x, Index m, Index n, float* y, bool resumes = false);
void sum_stacked_rows(const double* x, Index m, Index n, double* y, bool resumes = false);

// `count` numbers of each matrix into the lanes of as many vectors. Fewer matrices than lanes: the last is repeated.
void stack(std::span<const float* const> matrices, Index count, float* stacked);
void stack(std::span<const double* const> matrices, Index count, double* stacked);
// And back, of the first lanes.
void unstack(const float* stacked, Index count, std::span<float* const> matrices);
void unstack(const double* stacked, Index count, std::span<double* const> matrices);

}  // namespace isinglass::kernels
