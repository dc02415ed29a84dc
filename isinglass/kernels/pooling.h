// isinglass/kernels/pooling.h - the largest number and the mean of each window over an image, and their adjoints.
//
// For each plane (channel) of each sample, with i, j over those taps of window (r, s) that lie within the image:
//
//     y[r, s] = max_(i, j) x[rows.place(r, i), cols.place(s, j)]                              (1)
//     winner[r, s] = i cols.kernel + j of that number, of equal ones the first                (2)
//     y[r, s] = 1/(rows.kernel cols.kernel) sum_(i, j) x[rows.place(r, i), cols.place(s, j)]  (3)
//
//     x, dx  (N, C rows.in cols.in)        y, winner, dy  (N, C rows.out cols.out)
//
// So what stands outside never wins, and counts as a zero in a mean. A NaN wins; of several the last. Of a window only
// the axes matter; the dilation is 1 and each window holds a number of the image (before, after < kernel). A winner is
// exact, for a window has at most 2^24 taps.
//
// All on the calling thread, without allocating. Every number is a chain of additions: y over i, j in increasing order,
// dx over r, then s. So its bits depend on neither the instruction set nor on how samples are split over calls.
#pragma once
#include "isinglass/base/view.h"
#include "isinglass/kernels/window.h"

namespace isinglass::kernels {

void pool_max(const Window& window, View<const float> x, View<float> y, View<float> winner);  // (1), (2)
void pool_max(const Window& window, View<const double> x, View<double> y, View<double> winner);
// dx = dL/dx from dy = dL/dy: each gradient goes to its winner. Overwrites dx.
void pool_max_adjoint(const Window& window, View<const float> dy, View<const float> winner, View<float> dx);
void pool_max_adjoint(const Window& window, View<const double> dy, View<const double> winner, View<double> dx);

void pool_average(const Window& window, View<const float> x, View<float> y);  // (3)
void pool_average(const Window& window, View<const double> x, View<double> y);
// dx = dL/dx from dy = dL/dy: each gradient is shared equally. Overwrites dx.
void pool_average_adjoint(const Window& window, View<const float> dy, View<float> dx);
void pool_average_adjoint(const Window& window, View<const double> dy, View<double> dx);

}  // namespace isinglass::kernels
