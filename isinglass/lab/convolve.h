// isinglass/lab/convolve.h - convolution and cross-correlation of one image, side by side, as plain functions.
//
//     cross-correlation     y[r, s] = sum_(i, j) k[i, j] x[r stride + i - pad, s stride + j - pad]        (1)
//     convolution           the same with k[m-1-i, n-1-j], the kernel flipped in both axes                 (2)
//     full convolution      z[r, s] = sum_(i, j) k[i, j] x[r - i, s - j] wherever x and k overlap at all   (3)
//
//     x  (H, W)    k  (m, n)    z  (H + m - 1, W + n - 1)
//
// (3) is (2) with m-1 and n-1 zeros around x. Writing i' = r - i, j' = s - j exchanges the roles of k and x: true
// convolution commutes, cross-correlation does not (it comes out flipped). Neural networks learn their kernels, so
// that a flip makes no difference to them: their "convolution" is (1).
// Source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 9.1; spec C1.
#pragma once
#include <vector>

#include "isinglass/nn/padding.h"

namespace isinglass {

// A matrix of numbers, row by row: an image of one channel, or a kernel. A signal has a single row.
struct Plane {
  Index rows = 0, cols = 0;
  std::vector<double> values;

  Plane() = default;
  Plane(Index rows_, Index cols_, std::vector<double> values_) : rows(rows_), cols(cols_), values(std::move(values_)) {}
  explicit Plane(std::vector<double> signal)
      : rows(1), cols(static_cast<Index>(signal.size())), values(std::move(signal)) {}

  double operator()(Index r, Index c) const { return values[static_cast<std::size_t>(r * cols + c)]; }
  friend bool operator==(const Plane&, const Plane&) = default;
};

double sum(const Plane& plane);
double mean(const Plane& plane);
Plane flipped(const Plane& kernel);  // in both axes

// What the windows read beyond an image's edge, and how far they step. How far the padding reaches is such that
// stride 1 keeps the size (kernel - 1 numbers in all), except for "none".
struct Border {
  PaddingName padding;
  double value = 0;  // of "constant"
};

// (1) and (2). Throw ShapeError, with the formula of the output size, when no window fits.
Plane cross_correlate(const Plane& image, const Plane& kernel, const Border& border = {}, Index stride = 1);
Plane true_convolution(const Plane& image, const Plane& kernel, const Border& border = {}, Index stride = 1);

// Wherever the two overlap at all: (3), and its counterpart without the flip. `kernel` has at most 4096 numbers.
Plane full_convolution(const Plane& image, const Plane& kernel);
Plane full_cross_correlation(const Plane& image, const Plane& kernel);

}  // namespace isinglass
