#include "isinglass/kernels/vector_math.h"

#include <cmath>
#include <limits>

#include "isinglass/base/error.h"
#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/vector_math.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "isinglass/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

using Tag = hn::ScalableTag<float>;
using V = hn::Vec<Tag>;

HWY_INLINE V constant(float value) { return hn::Set(Tag(), value); }
// `y`, but NaN where x is NaN.
HWY_INLINE V keep_nan(V x, V y) { return hn::IfThenElse(hn::IsNaN(x), x, y); }

// Highway's functions hold within a range; beyond it the exact function is constant in float.
HWY_INLINE V exp_of(V x) {
  const V clamped = hn::Min(hn::Max(x, constant(-105.0f)), constant(89.0f));  // 0 and infinity beyond
  return keep_nan(x, hn::Exp(Tag(), clamped));
}
HWY_INLINE V expm1_of(V x) {
  const V clamped = hn::Min(hn::Max(x, constant(-20.0f)), constant(89.0f));  // -1 and infinity beyond
  return keep_nan(x, hn::Expm1(Tag(), clamped));
}
// Limits of log at and below `zero`, where it has its pole, and at infinity.
HWY_INLINE V log_limits(V x, V zero, V y) {
  const V infinity = constant(std::numeric_limits<float>::infinity());
  y = hn::IfThenElse(hn::Eq(x, zero), hn::Neg(infinity), y);
  y = hn::IfThenElse(hn::Lt(x, zero), constant(std::numeric_limits<float>::quiet_NaN()), y);
  y = hn::IfThenElse(hn::Eq(x, infinity), infinity, y);
  return keep_nan(x, y);
}
HWY_INLINE V log_of(V x) { return log_limits(x, constant(0.0f), hn::Log(Tag(), x)); }
HWY_INLINE V log1p_of(V x) { return log_limits(x, constant(-1.0f), hn::Log1p(Tag(), x)); }
HWY_INLINE V tanh_of(V x) {
  const V clamped = hn::Min(hn::Max(x, constant(-20.0f)), constant(20.0f));  // -1 and 1 beyond
  return keep_nan(x, hn::Tanh(Tag(), clamped));
}
// 1/(1+e) for x >= 0 and e/(1+e) below, with e = exp(-|x|): nothing overflows or cancels.
HWY_INLINE V sigmoid_of(V x) {
  const V e = exp_of(hn::Neg(hn::Abs(x)));
  const V above = hn::IfThenElse(hn::Lt(x, constant(0.0f)), e, constant(1.0f));
  return hn::Div(above, hn::Add(constant(1.0f), e));
}

template <class F>
HWY_INLINE void map(const float* x, float* y, std::size_t size, F f) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= size; i += lanes) hn::StoreU(f(hn::LoadU(d, x + i)), d, y + i);
  if (i < size) store_first(f(load_first(d, x + i, size - i)), d, y + i, size - i);
}

void exp_float(const float* x, float* y, std::size_t size) {
  map(x, y, size, [](V v) HWY_ATTR { return exp_of(v); });
}
void expm1_float(const float* x, float* y, std::size_t size) {
  map(x, y, size, [](V v) HWY_ATTR { return expm1_of(v); });
}
void log_float(const float* x, float* y, std::size_t size) {
  map(x, y, size, [](V v) HWY_ATTR { return log_of(v); });
}
void log1p_float(const float* x, float* y, std::size_t size) {
  map(x, y, size, [](V v) HWY_ATTR { return log1p_of(v); });
}
void tanh_float(const float* x, float* y, std::size_t size) {
  map(x, y, size, [](V v) HWY_ATTR { return tanh_of(v); });
}
void sigmoid_float(const float* x, float* y, std::size_t size) {
  map(x, y, size, [](V v) HWY_ATTR { return sigmoid_of(v); });
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {
namespace {

void check_sizes(const char* name, std::size_t x, std::size_t y) {
  if (x != y)
    throw ShapeError(std::string(name) + ": x has " + std::to_string(x) + " elements and y " + std::to_string(y));
}

double exact_sigmoid(double x) {
  const double e = std::exp(-std::abs(x));
  return (x < 0 ? e : 1.0) / (1.0 + e);
}

}  // namespace

// One function of an array: Highway's vectors for float, the C library for double.
#define ISINGLASS_ARRAY_FUNCTION(name, of_double)                                           \
  HWY_EXPORT(name##_float);                                                                 \
  template <>                                                                               \
  void name(std::span<const float> x, std::span<float> y) {                                 \
    check_sizes(#name, x.size(), y.size());                                                 \
    HWY_DYNAMIC_DISPATCH(name##_float)(x.data(), y.data(), x.size());                       \
  }                                                                                         \
  template <>                                                                               \
  void name(std::span<const double> x, std::span<double> y) {                               \
    check_sizes(#name, x.size(), y.size());                                                 \
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = of_double(x[i]);                      \
  }
ISINGLASS_ARRAY_FUNCTION(exp, std::exp)
ISINGLASS_ARRAY_FUNCTION(expm1, std::expm1)
ISINGLASS_ARRAY_FUNCTION(log, std::log)
ISINGLASS_ARRAY_FUNCTION(log1p, std::log1p)
ISINGLASS_ARRAY_FUNCTION(tanh, std::tanh)
ISINGLASS_ARRAY_FUNCTION(sigmoid, exact_sigmoid)
#undef ISINGLASS_ARRAY_FUNCTION

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
