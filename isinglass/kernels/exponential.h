// isinglass/kernels/exponential.h - e^x and its kin in double, without a branch, so that loops over them run in vectors.
//
//     x = n ln2 + r, |r| <= ln2/2;   e^x = 2^n (1 + r + r^2 p(r))       (1)
//
// p is the Taylor polynomial up to r^11 / 13!, whose relative error stays below 4e-18. e^x is within 1 ulp, and 0 or
// infinity where the C library gives them; NaN stays NaN.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>

namespace isinglass::kernels {

namespace detail {
// Adding it rounds a number to an integer, which then stands in the low bits.
constexpr double kRounder = 0x1.8p52;
// 2^n from n + kRounder, for n in [-1022, 1023].
inline double power_of_two(double shifted) {
  const auto n = std::bit_cast<std::uint64_t>(shifted) - std::bit_cast<std::uint64_t>(kRounder);
  return std::bit_cast<double>((n + 1023) << 52);
}
// x = n ln2 + r as n + kRounder and q = e^r - 1; for |x| < 2000.
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
  const double least = x < -746 ? -746 : x, bounded = least > 710 ? 710 : least;
  const auto [shifted, q] = detail::reduce(bounded);
  // In two steps, so that the last one alone rounds to a subnormal number or overflows.
  const double n = shifted - detail::kRounder;
  const double half_shifted = 0.5 * n + detail::kRounder, half = half_shifted - detail::kRounder;
  const double scaled = (1 + q) * detail::power_of_two(half_shifted);  // (1)
  return scaled * detail::power_of_two(n - half + detail::kRounder);
}

// tanh x = -t / (2 + t) with the sign of x, t = e^(-2|x|) - 1 = 2^n q + (2^n - 1)      (2)
// Within 3 ulp.
inline double hyperbolic_tangent(double x) {
  const double twice = -2 * std::abs(x);
  const auto [shifted, q] = detail::reduce(twice < -40 ? -40 : twice);
  const double power = detail::power_of_two(shifted);
  const double t = std::fma(q, power, power - 1);
  return std::copysign(-t / (2 + t), x);
}

// 1 / (1 + e^-x), from x and e^-|x|, which cannot overflow
inline double logistic(double x, double power) {
  return (x < 0 ? power : 1) / (1 + power);
}
inline double logistic(double x) {
  return logistic(x, exponential(-std::abs(x)));
}

}  // namespace isinglass::kernels
