// isinglass/kernels/vector_math_reference.h - the functions of vector_math.h for one number, for tests and
// explanations: in long double, hence exact to the last bit of a double.
#pragma once
#include <cmath>

namespace isinglass::kernels::reference {

inline long double exp(long double x) {
  return std::exp(x);
}
inline long double expm1(long double x) {
  return std::expm1(x);
}
inline long double log(long double x) {
  return std::log(x);
}
inline long double log1p(long double x) {
  return std::log1p(x);
}
inline long double tanh(long double x) {
  return std::tanh(x);
}
inline long double sigmoid(long double x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}

}  // namespace isinglass::kernels::reference
