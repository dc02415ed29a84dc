#include "isinglass/kernels/reduce.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "isinglass/base/error.h"

namespace isinglass::kernels {

template <class T>
void sum_rows(std::type_identity_t<View<const T>> a, std::span<T> out) {
  if (static_cast<Index>(out.size()) != a.cols)
    throw ShapeError("sum_rows: a has " + std::to_string(a.cols) + " columns and out " + std::to_string(out.size()) +
                     " elements");
  std::fill(out.begin(), out.end(), T{0});
  for (Index n = 0; n < a.rows; ++n) {
    const T* row = a.row(n).data();
    for (std::size_t j = 0; j < out.size(); ++j) out[j] += row[j];
  }
}

template <class T>
double sum_of_squares(std::span<const T> x) {
  constexpr std::size_t kLanes = 16;
  std::array<double, kLanes> sums{};
  std::size_t i = 0;
  for (; i + kLanes <= x.size(); i += kLanes)
    for (std::size_t l = 0; l < kLanes; ++l) sums[l] += static_cast<double>(x[i + l]) * static_cast<double>(x[i + l]);
  for (std::size_t l = 0; i < x.size(); ++i, ++l) sums[l] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  for (std::size_t width = kLanes / 2; width > 0; width /= 2)
    for (std::size_t l = 0; l < width; ++l) sums[l] += sums[l + width];
  return sums[0];
}

template <class T>
Index first_non_finite(std::span<const T> x) {
  // 0 x is 0 for every finite x, else NaN; a block at a time keeps the common case free of branches.
  constexpr std::size_t kBlock = 256;
  for (std::size_t begin = 0; begin < x.size(); begin += kBlock) {
    const std::size_t end = std::min(begin + kBlock, x.size());
    bool all_finite = true;
    for (std::size_t i = begin; i < end; ++i) all_finite &= x[i] * T{0} == T{0};
    for (std::size_t i = begin; !all_finite && i < end; ++i)
      if (!std::isfinite(x[i])) return static_cast<Index>(i);
  }
  return -1;
}

template void sum_rows(View<const float>, std::span<float>);
template void sum_rows(View<const double>, std::span<double>);
template double sum_of_squares(std::span<const float>);
template double sum_of_squares(std::span<const double>);
template Index first_non_finite(std::span<const float>);
template Index first_non_finite(std::span<const double>);

}  // namespace isinglass::kernels
