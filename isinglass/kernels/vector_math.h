// isinglass/kernels/vector_math.h - elementary functions of arrays.
//
// y[i] = f(x[i]); y may be x itself, otherwise they do not overlap. Allocates nothing. A result depends on its
// argument alone, not on its place in the array, on the length or, among machines with fused multiply-add, on the
// instruction set. float: within 4 ulp of the exact value (1 ulp for exp), double: the C library's accuracy, below
// 1 ulp, with sigmoid within 4 ulp. Infinities, NaN, overflow and subnormal results are those of the exact function.
// Throw ShapeError for spans of different length.
#pragma once
#include <span>

namespace isinglass::kernels {

template <class T>
void exp(std::span<const T> x, std::span<T> y);
template <class T>
void expm1(std::span<const T> x, std::span<T> y);
template <class T>
void log(std::span<const T> x, std::span<T> y);
template <class T>
void log1p(std::span<const T> x, std::span<T> y);
template <class T>
void tanh(std::span<const T> x, std::span<T> y);
template <class T>
void sigmoid(std::span<const T> x, std::span<T> y);  // 1 / (1 + exp(-x)), without overflow

}  // namespace isinglass::kernels
