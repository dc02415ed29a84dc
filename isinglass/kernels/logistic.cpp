#include "isinglass/kernels/logistic.h"

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/logistic.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

enum class Curve { kLogistic, kTangent };

// Each element by itself.
template <Curve kCurve>
HWY_INLINE void one_by_one(const double* x, double* values, double* slopes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    Tangent y;
    if constexpr (kCurve == Curve::kLogistic) {
      const Logistic l = logistic(x[i]);
      y = {l.value(x[i]), l.slope()};
    } else {
      y = hyperbolic_tangent(x[i]);
    }
    if (values != nullptr) values[i] = y.value;
    if (slopes != nullptr) slopes[i] = y.slope;
  }
}

#if HWY_NATIVE_FMA
using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;

HWY_INLINE V number(double x) {
  return hn::Set(D(), x);
}

// D of (2) beside a point where the function is s; the operations are those of detail::beside().
HWY_INLINE V change_beside(V s, V r) {
  const V p = hn::MulAdd(hn::Neg(s), s, s), q = hn::Mul(p, hn::Sub(s, number(0.5)));
  const V d3 = hn::Mul(p, hn::Sub(number(1 / 6.0), p)), d4 = hn::Mul(q, hn::Sub(number(1 / 12.0), p));
  const V d5 = hn::Mul(p, hn::MulAdd(p, hn::Sub(p, number(0.25)), number(1 / 120.0)));
  const V d6 = hn::Mul(q, hn::MulAdd(p, hn::Sub(p, number(1 / 6.0)), number(1 / 360.0)));
  const V inner = hn::MulAdd(p, hn::Sub(number(1 / 3.0), p), number(-1 / 40.0));
  const V d7 = hn::Mul(p, hn::MulAdd(p, inner, number(1 / 5040.0)));
  const V r2 = hn::Mul(r, r), r4 = hn::Mul(r2, r2);
  const V low = hn::MulAdd(r2, hn::MulAdd(d3, r, q), hn::Mul(p, r));
  const V high = hn::MulAdd(r2, hn::MulAdd(d7, r, d6), hn::MulAdd(d5, r, d4));
  return hn::MulAdd(r4, high, low);
}

// table[k]. Where |z| < 2 in all lanes (`is_close`) the numbers are picked from registers: less than half of the latency.
template <class Table>
HWY_INLINE V look_up(const Table& table, hn::Vec<hn::RebindToSigned<D>> k, [[maybe_unused]] bool is_close) {
#  if HWY_TARGET == HWY_AVX3
  if (HWY_LIKELY(is_close)) {
    const D d;
    const hn::RebindToSigned<D> indices;
    const auto one_of_16 = [&](std::size_t first) HWY_ATTR {
      return V{_mm512_permutex2var_pd(hn::LoadU(d, &table[first]).raw, k.raw, hn::LoadU(d, &table[first + 8]).raw)};
    };
    const auto has_bit = [&](std::int64_t bit)
                             HWY_ATTR { return hn::RebindMask(d, hn::TestBit(k, hn::Set(indices, bit))); };
    const auto odd = has_bit(16), high = has_bit(32);
    return hn::IfThenElse(high, hn::IfThenElse(odd, one_of_16(48), one_of_16(32)),
                          hn::IfThenElse(odd, one_of_16(16), one_of_16(0)));
  }
#  endif
  return hn::GatherIndex(D(), table.data(), k);
}

struct Outputs {
  V values, slopes;
};
// Where factor |x| is not far.
template <Curve kCurve>
HWY_INLINE Outputs near(V x, V size) {
  const hn::RebindToSigned<D> indices;
  const V rounder = number(detail::kPointRounder), shifted = hn::Add(size, rounder);
  const auto k = hn::And(hn::BitCast(indices, shifted), hn::Set(indices, 0xffff));
  const bool is_close = hn::AllTrue(D(), hn::Lt(shifted, number(detail::kPointRounder + 2)));
  const V s = look_up(detail::logistic_table.s, k, is_close);
  const V change = change_beside(s, hn::Sub(size, hn::Sub(shifted, rounder)));
  const V greater_at = hn::Sub(number(1), s), slope = hn::Mul(hn::Sub(s, change), hn::Add(greater_at, change));
  if constexpr (kCurve == Curve::kLogistic) {
    const V signed_change = hn::Xor(change, hn::And(x, hn::SignBit(D())));
    return {hn::Add(hn::IfThenElse(hn::Lt(x, hn::Zero(D())), s, greater_at), signed_change), slope};
  } else {
    const V at_point = look_up(detail::logistic_table.tangent, k, is_close);
    const V value = hn::MulAdd(number(2), change, at_point), own = hn::Abs(x);
    return {hn::CopySign(hn::IfThenElse(hn::Lt(own, number(0x1p-30)), own, value), x), hn::Mul(number(4), slope)};
  }
}
#endif  // HWY_NATIVE_FMA

template <Curve kCurve>
HWY_INLINE void compute(std::span<const double> x, double* values, double* slopes) {
#if HWY_NATIVE_FMA
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < x.size(); i += lanes) {
    const std::size_t count = std::min(lanes, x.size() - i);
    const V in = count == lanes ? hn::LoadU(d, &x[i]) : load_first(d, &x[i], count);
    const V size = hn::Mul(number(kCurve == Curve::kLogistic ? 1 : 2), hn::Abs(in));
    double* const to[] = {values == nullptr ? nullptr : values + i, slopes == nullptr ? nullptr : slopes + i};
    if (!hn::AllTrue(d, hn::Le(size, number(detail::kFar)))) {  // a NaN, too
      one_by_one<kCurve>(&x[i], to[0], to[1], count);
      continue;
    }
    const Outputs out = near<kCurve>(in, size);
    const auto store = [&](V v, double* p) {
      if (p != nullptr) count == lanes ? hn::StoreU(v, d, p) : store_first(v, d, p, count);
    };
    store(out.values, to[0]);
    store(out.slopes, to[1]);
  }
#else
  one_by_one<kCurve>(x.data(), values, slopes, x.size());
#endif
}

void logistic_all(std::span<const double> z, double* values, double* slopes) {
  compute<Curve::kLogistic>(z, values, slopes);
}
void tangent_all(std::span<const double> x, double* values, double* slopes) {
  compute<Curve::kTangent>(x, values, slopes);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(logistic_all);
HWY_EXPORT(tangent_all);

void logistic(std::span<const double> z, double* values, double* slopes) {
  HWY_DYNAMIC_DISPATCH(logistic_all)(z, values, slopes);
}
void hyperbolic_tangent(std::span<const double> x, double* values, double* slopes) {
  HWY_DYNAMIC_DISPATCH(tangent_all)(x, values, slopes);
}

namespace detail {

const LogisticTable logistic_table = [] {
  LogisticTable table;
  for (std::size_t k = 0; k < kPoints; ++k) {
    const long double power = std::exp(-static_cast<long double>(k) / 32);
    table.s[k] = static_cast<double>(power / (1 + power));
    table.tangent[k] = static_cast<double>(std::tanh(static_cast<long double>(k) / 64));
    table.points[k] = point_of(table.s[k]);
  }
  return table;
}();

}  // namespace detail
}  // namespace isinglass::kernels
#endif  // HWY_ONCE
