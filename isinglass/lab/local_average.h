// isinglass/lab/local_average.h - one-dimensional convolution seen as weighted local averaging.
//
//     a(t) = sum_i w_i y_i / sum_i w_i,    w_i = w(|x_i - t|)                    (1)
//     uniform     w(d) = 1        for d <= h, else 0                             (2)
//     distance    w(d) = 1 - d/h  for d <  h, else 0                             (3)
//
// with h = half the window. On evenly spaced samples the weights are the same everywhere: (1) is then a convolution
// with the kernel window_weights(), which sums to 1. On sparse samples a kernel cannot be laid down, the average can.
// Source: spec C1; (1) is the estimator of Nadaraya (1964) and Watson (1964).
#pragma once
#include <span>
#include <vector>

#include "isinglass/lab/convolve.h"

namespace isinglass {

enum class Weighting { kUniform, kDistance };

// Samples y at places x in ascending order; NaN where there is a place but no sample.
struct Signal {
  std::vector<double> x, y;

  Index size() const { return static_cast<Index>(x.size()); }
  Index samples() const;   // that are there
  double spacing() const;  // the mean step from one place to the next; 1 for a single one
};

// Throws InputError when lengths differ, there is no place, a place is not finite or they do not ascend.
void check(const Signal& signal);

// a(t) at every place of the signal for a window of `samples` spacings; NaN where no sample lies in the window.
// `samples` odd, so that no sample of an evenly spaced signal lies on the edge of a window. Throws InputError.
std::vector<double> local_averages(const Signal& signal, Index samples, Weighting weighting);

// The kernel that this is for evenly spaced samples.
Plane window_weights(Index samples, Weighting weighting);

// Two waves on a slope with noise of deviation 0.3: y = sin(2 pi x / 30) + 0.02 x + noise, x = 0, 1, ...
Signal demonstration_signal(Index places, std::uint64_t seed);

// A third of the samples (rounded up), drawn without replacement; the others become NaN.
Signal thinned(const Signal& signal, std::uint64_t seed);

// A CSV file of one column (values at 0, 1, 2, ...) or two (place, value), with or without a header; an empty value is
// a missing sample. Throws FormatError with file and line; at most 100,000 rows.
Signal parse_signal(std::string_view text, const std::string& name);

}  // namespace isinglass
