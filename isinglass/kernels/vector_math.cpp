// isinglass/kernels/vector_math.cpp - exp, log, tanh and their kin in vectors of floats.
//
// exp and expm1: x = n ln2 + r with |r| <= ln2/2 and q(r) = e^r - 1 by a polynomial; then 2^n (1 + q) (1) and
// 2^n q + (2^n - 1) (2). log and log1p: 1 + f = m from x = 2^n m with m in [sqrt(1/2), sqrt 2), s = f / (2 + f) and
// log(1 + f) = 2 atanh(s) = f - (f^2/2 - s (f^2/2 + R(s^2))) (3), the form in which f itself carries no error.
// The polynomials are Chebyshev fits to (e^r - 1 - r) / r^2 (relative error 3e-9) and to R (2e-7, of a small term).
//
// Every product that is added to something goes through a fused multiply-add, so that a compiler that contracts
// expressions finds nothing to change.
#include "isinglass/kernels/vector_math.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "isinglass/base/error.h"
#include "isinglass/kernels/exponential.h"
#include "isinglass/kernels/highway_targets.h"
#include "isinglass/kernels/logistic.h"
#include "isinglass/kernels/widened.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/vector_math.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

using D = hn::ScalableTag<float>;
using DI = hn::RebindToSigned<D>;
using V = hn::Vec<D>;
using VI = hn::Vec<DI>;

HWY_INLINE V number(float x) {
  return hn::Set(D(), x);
}
HWY_INLINE VI integer(std::int32_t i) {
  return hn::Set(DI(), i);
}

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kLn2High = 0x1.62e4p-1f;    // 15 bits, so that n times it is exact
constexpr float kLn2Low = 0x1.7f7d1cp-20f;  // ln 2 - kLn2High

// x = n ln2 + r
struct Reduced {
  V r;
  VI n;
};
HWY_INLINE Reduced reduce(V x) {
  const V shift = number(0x1.8p23f);  // adding it rounds to an integer, which then stands in the low bits
  const V shifted = hn::MulAdd(x, number(0x1.715476p0f), shift);
  const V n = hn::Sub(shifted, shift);
  const V r = hn::NegMulAdd(n, number(kLn2Low), hn::NegMulAdd(n, number(kLn2High), x));
  return {r, hn::Sub(hn::BitCast(DI(), shifted), hn::BitCast(DI(), shift))};
}

// q = e^r - 1 for |r| <= ln2/2
HWY_INLINE V expm1_reduced(V r) {
  V p = hn::MulAdd(r, number(1.98910008e-4f), number(1.39336590e-3f));
  p = hn::MulAdd(p, r, number(8.33331092e-3f));
  p = hn::MulAdd(p, r, number(4.16664648e-2f));
  p = hn::MulAdd(p, r, number(1.66666667e-1f));
  p = hn::MulAdd(p, r, number(0.5f));
  return hn::MulAdd(hn::Mul(r, r), p, r);
}

// 2^n for n in [-126, 127]
HWY_INLINE V power_of_two(VI n) {
  return hn::BitCast(D(), hn::ShiftLeft<23>(hn::Add(n, integer(127))));
}

struct Exp {  // (1)
  HWY_INLINE V operator()(V x) const {
    // Beyond these e^x is 0 or infinite; a NaN fails both comparisons and stays.
    const V bounded =
        hn::IfThenElse(hn::Lt(x, number(-105)), number(-105), hn::IfThenElse(hn::Gt(x, number(89)), number(89), x));
    const Reduced reduced = reduce(bounded);
    const V q = expm1_reduced(reduced.r);
    // In two steps, so that the last one alone rounds to a subnormal number or overflows.
    const VI half = hn::ShiftRight<1>(reduced.n);
    const V scaled = hn::Mul(hn::Add(number(1), q), power_of_two(half));
    return hn::Mul(scaled, power_of_two(hn::Sub(reduced.n, half)));
  }
};

struct Expm1 {  // (2)
  HWY_INLINE V operator()(V x) const {
    const V bounded =
        hn::IfThenElse(hn::Lt(x, number(-20)), number(-20), hn::IfThenElse(hn::Gt(x, number(89)), number(89), x));
    const Reduced reduced = reduce(bounded);
    const V q = expm1_reduced(reduced.r);
    // Half of the result, for 2^128 is no float; for n = 0, and so for subnormal x, it is q itself.
    const V scale = power_of_two(hn::Sub(reduced.n, integer(1)));
    const V result = hn::MulAdd(q, scale, hn::Sub(scale, number(0.5f)));
    const V doubled = hn::Add(result, result);
    const auto is_small = hn::Lt(hn::Abs(x), number(0.25f));
    return hn::IfThenElse(is_small, hn::CopySign(q, x), doubled);
  }
};

// n ln2 + log(1 + f) + correction, by (3)
HWY_INLINE V log_reduced(V f, V n, V correction) {
  const V s = hn::Div(f, hn::Add(number(2), f));
  const V z = hn::Mul(s, s);
  V p = hn::MulAdd(z, number(2.95809860e-1f), number(3.99887577e-1f));
  p = hn::MulAdd(p, z, number(6.66666851e-1f));
  const V half = hn::Mul(number(0.5f), f);
  const V rest = hn::MulAdd(s, hn::MulAdd(z, p, hn::Mul(half, f)), hn::MulAdd(n, number(kLn2Low), correction));
  return hn::MulAdd(n, number(kLn2High), hn::Sub(f, hn::MulSub(half, f, rest)));
}

// m = 2^n (1 + f) with 1 + f in [sqrt(1/2), sqrt 2), for a normal m > 0
struct Split {
  V f, n;
};
HWY_INLINE Split split(V m) {
  const VI offset = integer(0x3f3504f3);  // sqrt(1/2)
  const VI bits = hn::Sub(hn::BitCast(DI(), m), offset);
  const VI n = hn::ShiftRight<23>(bits);
  const VI mantissa = hn::Add(hn::And(bits, integer(0x007fffff)), offset);
  return {hn::Sub(hn::BitCast(D(), mantissa), number(1)), hn::ConvertTo(D(), n)};
}

// f(x) for x > 0, and what a logarithm is elsewhere: -inf at 0, NaN below and for NaN, inf at inf.
HWY_INLINE V log_specials(V x, V result) {
  result = hn::IfThenElse(hn::Eq(x, number(kInfinity)), x, result);
  result = hn::IfThenElse(hn::Eq(x, number(0)), number(-kInfinity), result);
  return hn::IfThenElse(hn::Ge(x, number(0)), result, number(std::numeric_limits<float>::quiet_NaN()));
}

struct Log {
  HWY_INLINE V operator()(V x) const {
    const auto is_subnormal = hn::Lt(x, number(std::numeric_limits<float>::min()));
    const V normal = hn::IfThenElse(is_subnormal, hn::Mul(x, number(0x1p25f)), x);
    const Split parts = split(normal);
    const V n = hn::Sub(parts.n, hn::IfThenElseZero(is_subnormal, number(25)));
    return log_specials(x, log_reduced(parts.f, n, hn::Zero(D())));
  }
};

struct Log1p {
  HWY_INLINE V operator()(V x) const {
    const V u = hn::Add(number(1), x);
    const Split parts = split(u);
    // What rounding took from 1 + x, as a change of the logarithm.
    const V lost =
        hn::IfThenElse(hn::Gt(x, number(1)), hn::Sub(number(1), hn::Sub(u, x)), hn::Sub(x, hn::Sub(u, number(1))));
    const auto is_near_zero = hn::Eq(parts.n, number(0));
    const V f = hn::IfThenElse(is_near_zero, x, parts.f);
    const V correction = hn::IfThenZeroElse(is_near_zero, hn::Div(lost, u));
    const V result = log_specials(u, log_reduced(f, parts.n, correction));
    // Keeps the sign of zero and the bits of subnormal numbers.
    return hn::IfThenElse(hn::Lt(hn::Abs(x), number(0x1p-25f)), x, result);
  }
};

struct Tanh {
  HWY_INLINE V operator()(V x) const {
    const V t = Expm1()(hn::Mul(number(-2), hn::Abs(x)));  // in [-1, 0]
    return hn::CopySign(hn::Div(t, hn::Add(number(2), t)), x);
  }
};

struct Sigmoid {
  HWY_INLINE V operator()(V x) const {
    const V e = Exp()(hn::Neg(hn::Abs(x)));  // in [0, 1]
    const V numerator = hn::IfThenElse(hn::Lt(x, number(0)), e, number(1));
    return hn::Div(numerator, hn::Add(number(1), e));
  }
};

template <class F>
HWY_INLINE void transform_by(F f, const float* x, float* y, std::size_t count) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(f(hn::LoadU(d, x + i)), d, y + i);
  if (i < count) store_first(f(load_first(d, x + i, count - i)), d, y + i, count - i);
}

void transform_float(detail::Function f, const float* x, float* y, std::size_t count) {
  switch (f) {
    case detail::Function::kExp:
      return transform_by(Exp(), x, y, count);
    case detail::Function::kExpm1:
      return transform_by(Expm1(), x, y, count);
    case detail::Function::kLog:
      return transform_by(Log(), x, y, count);
    case detail::Function::kLog1p:
      return transform_by(Log1p(), x, y, count);
    case detail::Function::kTanh:
      return transform_by(Tanh(), x, y, count);
    case detail::Function::kSigmoid:
      return transform_by(Sigmoid(), x, y, count);
  }
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(transform_float);

namespace {

void check_lengths(std::size_t x, std::size_t y) {
  if (x == y) return;
  throw ShapeError("elementwise function: x has " + std::to_string(x) + " elements and y " + std::to_string(y) +
                   "; expected equal lengths");
}

template <class F>
void transform_by(F f, std::span<const double> x, std::span<double> y) {
  widened([=] {
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = f(x[i]);
  });
}

}  // namespace

namespace detail {

void transform(Function f, std::span<const float> x, std::span<float> y) {
  check_lengths(x.size(), y.size());
  HWY_DYNAMIC_DISPATCH(transform_float)(f, x.data(), y.data(), x.size());
}

void transform(Function f, std::span<const double> x, std::span<double> y) {
  check_lengths(x.size(), y.size());
  switch (f) {
    case Function::kExp:
      return transform_by([](double v) { return exponential(v); }, x, y);
    case Function::kExpm1:
      return transform_by([](double v) { return std::expm1(v); }, x, y);
    case Function::kLog:
      return transform_by([](double v) { return std::log(v); }, x, y);
    case Function::kLog1p:
      return transform_by([](double v) { return std::log1p(v); }, x, y);
    case Function::kTanh:
      return hyperbolic_tangent(x, y.data(), nullptr);
    case Function::kSigmoid:
      return logistic(x, y.data(), nullptr);
  }
}

}  // namespace detail
}  // namespace isinglass::kernels
#endif  // HWY_ONCE
