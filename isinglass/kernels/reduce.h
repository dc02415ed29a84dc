// isinglass/kernels/reduce.h - sums in an order that is fixed, and a look for numbers that are not finite.
#pragma once
#include <span>
#include <type_traits>

#include "isinglass/base/view.h"

namespace isinglass::kernels {

// out[j] = sum over the rows n of a[n,j], in increasing order of n. Throws ShapeError unless out has a.cols elements.
template <class T>
void sum_rows(std::type_identity_t<View<const T>> a, std::span<T> out);

// Sum of x[i]^2 in double: 16 sums over i = l, l + 16, l + 32, ... added in pairs. The same bits on any machine.
template <class T>
double sum_of_squares(std::span<const T> x);

// The first index whose element is NaN or infinite; -1 when all are finite.
template <class T>
Index first_non_finite(std::span<const T> x);

}  // namespace isinglass::kernels
