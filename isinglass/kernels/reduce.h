// isinglass/kernels/reduce.h - sums in a stated order, and the search for a number that is not finite.
//
// Sums over a span keep 16 partial sums in double: element i goes to sum i % 16, and at the end sum l takes sum
// l + 8, then l + 4, l + 2, l + 1. The order depends on the length alone, so neither the instruction set nor the
// vector width changes a bit; for float, whose products are exact in double, nor does a missing fused multiply-add.
// An empty span gives 0.
#pragma once
#include <array>
#include <span>

#include "isinglass/base/view.h"
#include "isinglass/kernels/sample_lanes.h"

namespace isinglass::kernels {

// x[0] + x[1] + ..
double sum(std::span<const float> x);
double sum(std::span<const double> x);

// sum() of `count` numbers of each sample of a block in lanes.
std::array<double, kLaneSamples> sums_in_lanes(const float* lanes, Index count);
std::array<double, kLaneSamples> sums_in_lanes(const double* lanes, Index count);

// x[0] y[0] + x[1] y[1] + ..; throws ShapeError for unequal lengths.
double dot(std::span<const float> x, std::span<const float> y);
double dot(std::span<const double> x, std::span<const double> y);

// x[0]^2 + x[1]^2 + ..
inline double sum_of_squares(std::span<const float> x) {
  return dot(x, x);
}
inline double sum_of_squares(std::span<const double> x) {
  return dot(x, x);
}

// y[j] = x(0,j) + x(1,j) + ..: the columns of x (N, n) summed into y (n), each in increasing row order in the
// precision of x, whatever part of the columns is summed at once. Zero for N = 0. The gradient of a bias.
// Throws ShapeError when y is not as long as a row.
void sum_rows(View<const float> x, std::span<float> y);
void sum_rows(View<const double> x, std::span<double> y);

// Index of the first infinity or NaN, -1 when all numbers are finite.
Index first_non_finite(std::span<const float> x);
Index first_non_finite(std::span<const double> x);

}  // namespace isinglass::kernels
