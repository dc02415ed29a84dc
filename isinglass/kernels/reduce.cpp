// isinglass/kernels/reduce.cpp - 16 partial sums, held in as many vectors of doubles as they need.
#include "isinglass/kernels/reduce.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "isinglass/base/error.h"
#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/reduce.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

constexpr std::size_t kSums = 16;

using Doubles = hn::ScalableTag<double>;
using Sum = hn::Vec<Doubles>;
constexpr std::size_t kDoubles = hn::MaxLanes(Doubles());
constexpr std::size_t kVectors = kSums / kDoubles;

HWY_INLINE Sum load_doubles(const double* x) {
  return hn::LoadU(Doubles(), x);
}
HWY_INLINE Sum load_doubles(const float* x) {
  return hn::PromoteTo(Doubles(), hn::LoadU(hn::Rebind<float, Doubles>(), x));
}

// Adds 16 numbers, or their products with y, to the 16 sums.
template <bool kIsDot, class T>
HWY_INLINE void add_group(Sum (&sums)[kVectors], const T* x, const T* y) {
  for (std::size_t v = 0; v < kVectors; ++v) {
    const Sum numbers = load_doubles(x + v * kDoubles);
    if constexpr (kIsDot)
      sums[v] = hn::MulAdd(numbers, load_doubles(y + v * kDoubles), sums[v]);
    else
      sums[v] = hn::Add(numbers, sums[v]);
  }
}

template <bool kIsDot, class T>
HWY_INLINE double sum_groups(const T* x, const T* y, std::size_t count) {
  Sum sums[kVectors];
  for (Sum& sum : sums) sum = hn::Zero(Doubles());
  std::size_t i = 0;
  for (; i + kSums <= count; i += kSums) add_group<kIsDot>(sums, x + i, y + i);
  if (i < count) {
    // Zeros fill the last group up. They change no sum, for a sum that began at +0 is never -0.
    T last_x[kSums] = {}, last_y[kSums] = {};
    std::copy(x + i, x + count, last_x);
    if constexpr (kIsDot) std::copy(y + i, y + count, last_y);
    add_group<kIsDot>(sums, last_x, last_y);
  }
  double parts[kSums];
  for (std::size_t v = 0; v < kVectors; ++v) hn::StoreU(sums[v], Doubles(), parts + v * kDoubles);
  for (std::size_t half = kSums / 2; half > 0; half /= 2)
    for (std::size_t l = 0; l < half; ++l) parts[l] += parts[l + half];
  return parts[0];
}

// The same 16 sums of some samples that are side by side, and what they come to.
template <class T>
HWY_INLINE void sum_lanes(const T* lanes, Index count, double* totals) {
  constexpr Index kGroup = static_cast<Index>(kSums);
  for (std::size_t first = 0; first < static_cast<std::size_t>(kLaneSamples); first += kDoubles) {
    Sum sums[kSums];
    for (Sum& sum : sums) sum = hn::Zero(Doubles());
    const T* x = lanes + first;
    Index i = 0;
    for (; i + kGroup <= count; i += kGroup)
      for (std::size_t l = 0; l < kSums; ++l, x += kLaneSamples) sums[l] = hn::Add(load_doubles(x), sums[l]);
    for (std::size_t l = 0; i < count; ++i, ++l, x += kLaneSamples) sums[l] = hn::Add(load_doubles(x), sums[l]);
    for (std::size_t half = kSums / 2; half > 0; half /= 2)
      for (std::size_t l = 0; l < half; ++l) sums[l] = hn::Add(sums[l], sums[l + half]);
    hn::StoreU(sums[0], Doubles(), totals + first);
  }
}
void sum_lanes_float(const float* lanes, Index count, double* totals) {
  sum_lanes(lanes, count, totals);
}
void sum_lanes_double(const double* lanes, Index count, double* totals) {
  sum_lanes(lanes, count, totals);
}

double sum_float(const float* x, std::size_t count) {
  return sum_groups<false>(x, x, count);
}
double sum_double(const double* x, std::size_t count) {
  return sum_groups<false>(x, x, count);
}
double dot_float(const float* x, const float* y, std::size_t count) {
  return sum_groups<true>(x, y, count);
}
double dot_double(const double* x, const double* y, std::size_t count) {
  return sum_groups<true>(x, y, count);
}

// kV vectors of columns, all rows; `count` lanes of them when they are no whole vector (then kV is 1).
template <int kV, bool kWhole, class T>
HWY_INLINE void sum_columns(const View<const T>& x, Index first, std::size_t count, T* y) {
  const hn::ScalableTag<T> d;
  constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(hn::ScalableTag<T>()));
  hn::Vec<hn::ScalableTag<T>> sums[kV];
  for (auto& sum : sums) sum = hn::Zero(d);
  for (Index i = 0; i < x.rows; ++i) {
    const T* row = x.data + i * x.stride + first;
    for (Index v = 0; v < kV; ++v)
      sums[v] = hn::Add(sums[v], kWhole ? hn::LoadU(d, row + v * kLanes) : load_first(d, row, count));
  }
  for (Index v = 0; v < kV; ++v) {
    if constexpr (kWhole)
      hn::StoreU(sums[v], d, y + first + v * kLanes);
    else
      store_first(sums[v], d, y + first, count);
  }
}

template <class T>
HWY_INLINE void sum_rows_of(const View<const T>& x, T* y) {
  constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(hn::ScalableTag<T>()));
  Index j = 0;
  for (; j + 4 * kLanes <= x.cols; j += 4 * kLanes) sum_columns<4, true>(x, j, 0, y);
  for (; j + kLanes <= x.cols; j += kLanes) sum_columns<1, true>(x, j, 0, y);
  if (j < x.cols) sum_columns<1, false>(x, j, static_cast<std::size_t>(x.cols - j), y);
}

void sum_rows_float(const View<const float>& x, float* y) {
  sum_rows_of(x, y);
}
void sum_rows_double(const View<const double>& x, double* y) {
  sum_rows_of(x, y);
}

// Length of a beginning of x, in whole groups of four vectors, that holds finite numbers only.
template <class T>
HWY_INLINE std::size_t finite_groups(const T* x, std::size_t count) {
  const hn::ScalableTag<T> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    const auto first = hn::And(hn::IsFinite(hn::LoadU(d, x + i)), hn::IsFinite(hn::LoadU(d, x + i + lanes)));
    const auto second =
        hn::And(hn::IsFinite(hn::LoadU(d, x + i + 2 * lanes)), hn::IsFinite(hn::LoadU(d, x + i + 3 * lanes)));
    if (!hn::AllTrue(d, hn::And(first, second))) break;
  }
  return i;
}

std::size_t finite_groups_float(const float* x, std::size_t count) {
  return finite_groups(x, count);
}
std::size_t finite_groups_double(const double* x, std::size_t count) {
  return finite_groups(x, count);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(sum_float);
HWY_EXPORT(sum_double);
HWY_EXPORT(sum_lanes_float);
HWY_EXPORT(sum_lanes_double);
HWY_EXPORT(dot_float);
HWY_EXPORT(dot_double);
HWY_EXPORT(sum_rows_float);
HWY_EXPORT(sum_rows_double);
HWY_EXPORT(finite_groups_float);
HWY_EXPORT(finite_groups_double);

namespace {

void check_lengths(const char* name, Index x, std::size_t y) {
  if (x == static_cast<Index>(y)) return;
  throw ShapeError(std::string(name) + ": lengths " + std::to_string(x) + " and " + std::to_string(y) +
                   "; expected equal ones");
}

template <class T>
Index find_non_finite(std::span<const T> x, std::size_t first) {
  for (std::size_t i = first; i < x.size(); ++i)
    if (!std::isfinite(x[i])) return static_cast<Index>(i);
  return -1;
}

}  // namespace

double sum(std::span<const float> x) {
  return HWY_DYNAMIC_DISPATCH(sum_float)(x.data(), x.size());
}
double sum(std::span<const double> x) {
  return HWY_DYNAMIC_DISPATCH(sum_double)(x.data(), x.size());
}

std::array<double, kLaneSamples> sums_in_lanes(const float* lanes, Index count) {
  std::array<double, kLaneSamples> sums;
  HWY_DYNAMIC_DISPATCH(sum_lanes_float)(lanes, count, sums.data());
  return sums;
}
std::array<double, kLaneSamples> sums_in_lanes(const double* lanes, Index count) {
  std::array<double, kLaneSamples> sums;
  HWY_DYNAMIC_DISPATCH(sum_lanes_double)(lanes, count, sums.data());
  return sums;
}

double dot(std::span<const float> x, std::span<const float> y) {
  check_lengths("dot", static_cast<Index>(x.size()), y.size());
  return HWY_DYNAMIC_DISPATCH(dot_float)(x.data(), y.data(), x.size());
}
double dot(std::span<const double> x, std::span<const double> y) {
  check_lengths("dot", static_cast<Index>(x.size()), y.size());
  return HWY_DYNAMIC_DISPATCH(dot_double)(x.data(), y.data(), x.size());
}

void sum_rows(View<const float> x, std::span<float> y) {
  check_lengths("sum_rows", x.cols, y.size());
  HWY_DYNAMIC_DISPATCH(sum_rows_float)(x, y.data());
}
void sum_rows(View<const double> x, std::span<double> y) {
  check_lengths("sum_rows", x.cols, y.size());
  HWY_DYNAMIC_DISPATCH(sum_rows_double)(x, y.data());
}

Index first_non_finite(std::span<const float> x) {
  return find_non_finite(x, HWY_DYNAMIC_DISPATCH(finite_groups_float)(x.data(), x.size()));
}
Index first_non_finite(std::span<const double> x) {
  return find_non_finite(x, HWY_DYNAMIC_DISPATCH(finite_groups_double)(x.data(), x.size()));
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
