// isinglass/kernels/logistic.h - logistic function and hyperbolic tangent in double, from the nearest of tabulated points.
//
// With s = sigma(-k/32) and r = |z| - k/32, k being the nearest integer to 32 |z|, Taylor's series
//
//     sigma(-|z|) = s - D,  sigma(|z|) = (1 - s) + D,  tanh(|z|/2) = tanh(k/64) + 2 D      (1)
//     D = d1 r + .. + d7 r^7,  each d a polynomial in s                                    (2)
//
// leaves out less than 1e-19 of sigma(-|z|), and has no division for the next layer to wait for. All are within 2 ulp, the
// slopes within 4. Beyond kFar, sigma(-|z|) is e^-|z| and the others are 1. A single element reads the d of its point from
// a table; vectors compute them, to the same bits, for that takes less time than to collect them.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "isinglass/kernels/exponential.h"

namespace isinglass::kernels {

// Of a number z.
struct Logistic {
  double s, change;  // of (1); change: D
  double lesser() const { return s - change; }
  double greater() const { return (1 - s) + change; }
  double value(double z) const { return (z < 0 ? s : 1 - s) + change * std::copysign(1.0, z); }
  double slope() const { return lesser() * greater(); }
};
// Of a number x.
struct Tangent {
  double value, slope;
};

namespace detail {

constexpr double kFar = 38;
constexpr double kPointRounder = 0x1.8p47;  // adding it rounds to 1/32; k stands in the low bits then
constexpr std::size_t kPoints = 32 * 38 + 1;

struct Point {
  double s, d1, d2, d3, d4, d5, d6, d7;
};
inline Point point_of(double s) {
  const double p = std::fma(-s, s, s), q = p * (s - 0.5);  // sigma' and sigma''/2
  return {.s = s,
          .d1 = p,
          .d2 = q,
          .d3 = p * (1 / 6.0 - p),
          .d4 = q * (1 / 12.0 - p),
          .d5 = p * std::fma(p, p - 0.25, 1 / 120.0),
          .d6 = q * std::fma(p, p - 1 / 6.0, 1 / 360.0),
          .d7 = p * std::fma(p, std::fma(p, 1 / 3.0 - p, -1 / 40.0), 1 / 5040.0)};
}
struct LogisticTable {
  alignas(64) std::array<Point, kPoints> points;
  std::array<double, kPoints> s, tangent;
};
extern const LogisticTable logistic_table;

// For 0 <= size <= kFar.
struct Nearest {
  std::size_t k;
  double r;
};
inline Nearest nearest_point(double size) {
  const double shifted = size + kPointRounder;
  return {static_cast<std::uint16_t>(std::bit_cast<std::uint64_t>(shifted)), size - (shifted - kPointRounder)};
}
inline Logistic beside(const Point& at, double r) {  // (2)
  const double r2 = r * r, r4 = r2 * r2;
  const double low = std::fma(r2, std::fma(at.d3, r, at.d2), at.d1 * r);
  const double high = std::fma(r2, std::fma(at.d7, r, at.d6), std::fma(at.d5, r, at.d4));
  return {at.s, std::fma(r4, high, low)};
}
// tanh x is x where its cube vanishes: in (1), a subnormal x would lose digits.
inline Tangent tangent(const Logistic& of_twice, double at_point, double x) {
  const double size = std::abs(x), value = std::fma(2.0, of_twice.change, at_point);
  return {std::copysign(size < 0x1p-30 ? size : value, x), 4 * of_twice.slope()};
}
inline bool is_far(double size) {  // a NaN, too
  return !(size <= kFar);
}
inline Logistic logistic_far(double size) {
  return {exponential(-size), 0};
}

}  // namespace detail

inline Logistic logistic(double z) {
  const double size = std::abs(z);
  if (detail::is_far(size)) [[unlikely]]
    return detail::logistic_far(size);
  const auto [k, r] = detail::nearest_point(size);
  return detail::beside(detail::logistic_table.points[k], r);
}
inline Tangent hyperbolic_tangent(double x) {
  const double size = 2 * std::abs(x);
  if (detail::is_far(size)) [[unlikely]] {
    const Logistic l = detail::logistic_far(size);
    return detail::tangent(l, l.greater(), x);
  }
  const auto [k, r] = detail::nearest_point(size);
  return detail::tangent(detail::beside(detail::logistic_table.points[k], r), detail::logistic_table.tangent[k], x);
}

// The same for numbers that follow each other, in vectors: values, slopes, or both; a null pointer asks for none.
void logistic(std::span<const double> z, double* values, double* slopes);
void hyperbolic_tangent(std::span<const double> x, double* values, double* slopes);

// use(i, slope at x[i]) for all i, where slopes(block, null pointer, to) is one of these.
template <class Slopes, class Use>
void for_each_slope(std::span<const double> x, Slopes slopes, Use use) {
  std::array<double, 128> block;
  for (std::size_t first = 0; first < x.size(); first += block.size()) {
    const std::size_t size = std::min(x.size() - first, block.size());
    slopes(x.subspan(first, size), nullptr, block.data());
    for (std::size_t i = 0; i < size; ++i) use(first + i, block[i]);
  }
}

}  // namespace isinglass::kernels
