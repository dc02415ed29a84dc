// isinglass/kernels/vector_math.h - elementary functions of whole arrays.
//
// y[i] = f(x[i]) for x and y of equal length (ShapeError otherwise); y may be x. The result of an element depends on
// its value alone, not on its place or the length. Infinities, NaN, zeros of either sign and subnormal numbers
// give what the C library's functions give.
//
// float: own polynomials in vectors, within 1 ulp of the exact value (exp, log, log1p), 2 ulp (expm1) or 3 ulp
// (tanh, sigmoid); the same bits on every instruction set that has a fused multiply-add (instruction_set.h).
// double: exp within 1 ulp (exponential.h), tanh and sigmoid within 2 (logistic.h); the others are the C library's, within
// 2 ulp of the exact value.
#pragma once
#include <span>
#include <type_traits>

namespace isinglass::kernels {
namespace detail {

enum class Function { kExp, kExpm1, kLog, kLog1p, kTanh, kSigmoid };
void transform(Function f, std::span<const float> x, std::span<float> y);
void transform(Function f, std::span<const double> x, std::span<double> y);

}  // namespace detail

// An argument that takes no part in deducing T, so that arrays pass for a span of constants.
template <class T>
using InputSpan = std::type_identity_t<std::span<const T>>;

// y = e^x. T is float or double.
template <class T>
inline void exp(InputSpan<T> x, std::span<T> y) {
  detail::transform(detail::Function::kExp, x, y);
}
// y = e^x - 1
template <class T>
inline void expm1(InputSpan<T> x, std::span<T> y) {
  detail::transform(detail::Function::kExpm1, x, y);
}
// y = log(x)
template <class T>
inline void log(InputSpan<T> x, std::span<T> y) {
  detail::transform(detail::Function::kLog, x, y);
}
// y = log(1 + x)
template <class T>
inline void log1p(InputSpan<T> x, std::span<T> y) {
  detail::transform(detail::Function::kLog1p, x, y);
}
// y = tanh(x)
template <class T>
inline void tanh(InputSpan<T> x, std::span<T> y) {
  detail::transform(detail::Function::kTanh, x, y);
}
// y = 1 / (1 + e^-x)
template <class T>
inline void sigmoid(InputSpan<T> x, std::span<T> y) {
  detail::transform(detail::Function::kSigmoid, x, y);
}

}  // namespace isinglass::kernels
