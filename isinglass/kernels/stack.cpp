// isinglass/kernels/stack.cpp - tiles of sums in registers, as in matmul.cpp; a number of a factor is a whole vector.
#include "isinglass/kernels/stack.h"

#include <algorithm>
#include <array>
#include <utility>

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/stack.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/panel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Sums (i, j) .. (i + kHeight - 1, j + kWidth - 1).
template <int kHeight, int kWidth, class T>
ISINGLASS_QUIET void tile(const StackedProduct<T>& product, Index i, Index j) {
  constexpr Index kL = kLanes<T>;
  const Lanes<T> d;
  const Index a_row = product.a_row * kL, a_step = product.a_step * kL;
  const Index b_step = product.b_step * kL, b_col = product.b_col * kL;
  const T *a = product.a + i * a_row, *b = product.b + j * b_col;
  hn::Vec<Lanes<T>> sums[kHeight][kWidth];
  T* const c = product.c + (i * product.n + j) * kL;
  for (int r = 0; r < kHeight; ++r)
    for (int v = 0; v < kWidth; ++v)
      sums[r][v] = product.resumes ? hn::Load(d, c + (r * product.n + v) * kL) : hn::Zero(d);
  for (Index p = 0; p < product.k; ++p, a += a_step, b += b_step) {
    hn::Vec<Lanes<T>> right[kWidth];
    ISINGLASS_UNROLL
    for (int v = 0; v < kWidth; ++v) right[v] = hn::Load(d, b + v * b_col);
    ISINGLASS_UNROLL
    for (int r = 0; r < kHeight; ++r) {
      const auto left = hn::Load(d, a + r * a_row);
      ISINGLASS_UNROLL
      for (int v = 0; v < kWidth; ++v) sums[r][v] = hn::MulAdd(left, right[v], sums[r][v]);
    }
  }
  for (int r = 0; r < kHeight; ++r)
    for (int v = 0; v < kWidth; ++v) {
      const auto sum =
          product.bias == nullptr ? sums[r][v] : hn::Add(sums[r][v], hn::Load(d, product.bias + (j + v) * kL));
      hn::Store(sum, d, c + (r * product.n + v) * kL);
    }
}

template <class T, int kWidth, std::size_t... kHeights>
constexpr auto tiles_of(std::index_sequence<kHeights...>) {
  return std::array{&tile<static_cast<int>(kHeights) + 1, kWidth, T>...};
}

// Rows in tiles of nearly equal height, which stay in the nearest cache while the columns pass by.
template <class T>
HWY_INLINE void multiply_stacked_of(const StackedProduct<T>& product) {
  static constexpr auto kWide = tiles_of<T, kVectors>(std::make_index_sequence<kRows>());
  static constexpr auto kNarrow = tiles_of<T, 1>(std::make_index_sequence<kRows>());
  const Index tiles = (product.m + kRows - 1) / kRows;
  for (Index t = 0; t < tiles; ++t) {
    const Index i = product.m * t / tiles, height = product.m * (t + 1) / tiles - i;
    Index j = 0;
    for (; j + kVectors <= product.n; j += kVectors) kWide[static_cast<std::size_t>(height - 1)](product, i, j);
    for (; j < product.n; ++j) kNarrow[static_cast<std::size_t>(height - 1)](product, i, j);
  }
}

template <class T>
HWY_INLINE void sum_stacked_rows_of(const T* x, Index m, Index n, T* y, bool resumes) {
  constexpr Index kL = kLanes<T>;
  const Lanes<T> d;
  for (Index j = 0; j < n; ++j) {
    auto sum = resumes ? hn::Load(d, y + j * kL) : hn::Zero(d);
    for (Index i = 0; i < m; ++i) sum = hn::Add(sum, hn::Load(d, x + (i * n + j) * kL));
    hn::Store(sum, d, y + j * kL);
  }
}

template <class T>
HWY_INLINE void stack_of(std::span<const T* const> matrices, Index count, T* stacked) {
  Rows<T> rows;
  for (std::size_t l = 0; l < rows.size(); ++l) rows[l] = matrices[std::min(l, matrices.size() - 1)];
  transpose_rows([&rows](Index l) { return rows[static_cast<std::size_t>(l)]; }, count, kLanes<T>, stacked);
}

template <class T>
HWY_INLINE void unstack_of(const T* stacked, Index count, std::span<T* const> matrices) {
  constexpr Index kL = kLanes<T>;
  const Lanes<T> d;
  HWY_ALIGN T turned[kL * kL];
  const Index whole = count / kL * kL;
  for (Index first = 0; first < whole; first += kL) {
    transpose_rows([=](Index p) { return stacked + (first + p) * kL; }, kL, kL, turned);
    for (std::size_t l = 0; l < matrices.size(); ++l)
      hn::StoreU(hn::LoadU(d, turned + static_cast<Index>(l) * kL), d, matrices[l] + first);
  }
  for (Index p = whole; p < count; ++p)
    for (std::size_t l = 0; l < matrices.size(); ++l) matrices[l][p] = stacked[p * kL + static_cast<Index>(l)];
}

Index stack_size_float() {
  return kLanes<float>;
}
Index stack_size_double() {
  return kLanes<double>;
}
void multiply_stacked_float(const StackedProduct<float>& product) {
  multiply_stacked_of(product);
}
void multiply_stacked_double(const StackedProduct<double>& product) {
  multiply_stacked_of(product);
}
void sum_stacked_rows_float(const float* x, Index m, Index n, float* y, bool resumes) {
  sum_stacked_rows_of(x, m, n, y, resumes);
}
void sum_stacked_rows_double(const double* x, Index m, Index n, double* y, bool resumes) {
  sum_stacked_rows_of(x, m, n, y, resumes);
}
void stack_float(std::span<const float* const> matrices, Index count, float* stacked) {
  stack_of(matrices, count, stacked);
}
void stack_double(std::span<const double* const> matrices, Index count, double* stacked) {
  stack_of(matrices, count, stacked);
}
void unstack_float(const float* stacked, Index count, std::span<float* const> matrices) {
  unstack_of(stacked, count, matrices);
}
void unstack_double(const double* stacked, Index count, std::span<double* const> matrices) {
  unstack_of(stacked, count, matrices);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(stack_size_float);
HWY_EXPORT(stack_size_double);
HWY_EXPORT(multiply_stacked_float);
HWY_EXPORT(multiply_stacked_double);
HWY_EXPORT(sum_stacked_rows_float);
HWY_EXPORT(sum_stacked_rows_double);
HWY_EXPORT(stack_float);
HWY_EXPORT(stack_double);
HWY_EXPORT(unstack_float);
HWY_EXPORT(unstack_double);

template <>
Index stack_size<float>() {
  return HWY_DYNAMIC_DISPATCH(stack_size_float)();
}
template <>
Index stack_size<double>() {
  return HWY_DYNAMIC_DISPATCH(stack_size_double)();
}
void multiply_stacked(const StackedProduct<float>& product) {
  HWY_DYNAMIC_DISPATCH(multiply_stacked_float)(product);
}
void multiply_stacked(const StackedProduct<double>& product) {
  HWY_DYNAMIC_DISPATCH(multiply_stacked_double)(product);
}
void sum_stacked_rows(const float* x, Index m, Index n, float* y, bool resumes) {
  HWY_DYNAMIC_DISPATCH(sum_stacked_rows_float)(x, m, n, y, resumes);
}
void sum_stacked_rows(const double* x, Index m, Index n, double* y, bool resumes) {
  HWY_DYNAMIC_DISPATCH(sum_stacked_rows_double)(x, m, n, y, resumes);
}
void stack(std::span<const float* const> matrices, Index count, float* stacked) {
  HWY_DYNAMIC_DISPATCH(stack_float)(matrices, count, stacked);
}
void stack(std::span<const double* const> matrices, Index count, double* stacked) {
  HWY_DYNAMIC_DISPATCH(stack_double)(matrices, count, stacked);
}
void unstack(const float* stacked, Index count, std::span<float* const> matrices) {
  HWY_DYNAMIC_DISPATCH(unstack_float)(stacked, count, matrices);
}
void unstack(const double* stacked, Index count, std::span<double* const> matrices) {
  HWY_DYNAMIC_DISPATCH(unstack_double)(stacked, count, matrices);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
