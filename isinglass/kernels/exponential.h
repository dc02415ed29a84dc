// isinglass/kernels/exponential.h - e^x in double, without a branch, so that loops over it run in vectors.
//
//     x = n ln2 + r, |r| <= ln2/2;   e^x = 2^n (1 + r + r^2 p(r))       (1)
//
// p is the Taylor polynomial up to r^11 / 13!, whose relative error stays below 4e-18. e^x is within 1 ulp, and 0 or
// infinity where the C library gives them; NaN stays NaN.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace isinglass::kernels {

namespace detail {
// Adding it rounds a number to an integer, which then stands in the low bits.
constexpr double kRounder = 0x1.8p52;
// 2^n from n + kRounder, for n in [-1022, 1023].
inline double power_of_two(double shifted) {
  const auto n = std::bit_cast<std::uint64_t>(shifted) - std::bit_cast<std::uint64_t>(kRounder);
  return std::bit_cast<double>((n + 1023) << 52);
}
// 2^n = 2^(n/2) 2^(n - n/2), for n in [-2044, 2046].
struct Halves {
  double first, second;
};
inline Halves powers_of_two(double shifted) {
  const double n = shifted - kRounder, half_shifted = 0.5 * n + kRounder;
  return {power_of_two(half_shifted), power_of_two(n - (half_shifted - kRounder) + kRounder)};
}
// x = n ln2 + r as n + kRounder and q = e^r - 1; for |x| < 2000. Beyond, anything comes out and nothing happens: to
// choose a result at the end takes less time than to bound x first.
struct Reduced {
  double shifted, q;
};
inline Reduced reduce(double x) {
  const double shifted = std::fma(x, 0x1.71547652b82fep0, kRounder), n = shifted - kRounder;
  const double r = std::fma(-n, 0x1.abc9e3b39803fp-56, std::fma(-n, 0x1.62e42fefa39efp-1, x));
  const double r2 = r * r, r4 = r2 * r2;
  const double p0 = std::fma(r, 1 / 6.0, 0.5), p1 = std::fma(r, 1 / 120.0, 1 / 24.0);
  const double p2 = std::fma(r, 1 / 5040.0, 1 / 720.0), p3 = std::fma(r, 1 / 362880.0, 1 / 40320.0);
  const double p4 = std::fma(r, 1 / 39916800.0, 1 / 3628800.0), p5 = std::fma(r, 1 / 6227020800.0, 1 / 479001600.0);
  const double low = std::fma(r2, p1, p0), middle = std::fma(r2, p3, p2), high = std::fma(r2, p5, p4);
  return {shifted, std::fma(r2, std::fma(r4, std::fma(r4, high, middle), low), r)};
}
}  // namespace detail

inline double exponential(double x) {
  const auto [shifted, q] = detail::reduce(x);
  // In two steps, so that the last one alone rounds to a subnormal number or overflows.
  const auto [first, second] = detail::powers_of_two(shifted);
  const double value = std::fma(q, first, first) * second;  // (1)
  return x < -746 ? 0 : x > 710 ? std::numeric_limits<double>::infinity() : value;
}

}  // namespace isinglass::kernels
