// isinglass/kernels/convolution.h - convolution of images as networks mean it (cross-correlation: the kernel is not
// flipped), its adjoint and its gradient.
//
//     y[o, r, s] = b[o] + sum_(c, i, j) W[(c, i, j), o] x[c, rows.place(r, i), cols.place(s, j)]    (1)
//     x[c, u, v] = b[c] + sum of W[(c, i, j), o] y[o, r, s] over all o, i, j, r, s that read x[c, u, v] in (1)    (2)
//     g[(c, i, j), o] = sum_n sum_(r, s) x_n[c, rows.place(r, i), cols.place(s, j)] y_n[o, r, s]    (3)
//
//     x  (N, channels_in rows.in cols.in)        W, g  (channels_in/groups rows.kernel cols.kernel, channels_out)
//     y  (N, channels_out rows.out cols.out)     b  a number for each channel, or null
//
// Outside of an image x is what the window's padding says. In groups, output channels o of group k see the input
// channels of group k alone. (2) with dL/dy is dL/dx of (1); it is also the forward pass of a transposed
// convolution. (3) is dL/dW of either.
//
// The order of sums is that of correlation.h; with floats, 3 x 3 kernels of stride 1 between many channels have that of
// winograd.h (takes_tiles() in tiled_convolution.h), and gradients between few channels that of lane_gradient.h.
//
// Operands of a convolution that can_have_lanes() may lie as sample_lanes.h says: x and y, whether given or written.
//
// All on the calling thread, without allocating: `scratch` has convolution_scratch() numbers. An element of the result
// is the same however samples, or rows of g, are split over calls.
#pragma once
#include <span>
#include <string_view>

#include "isinglass/base/view.h"
#include "isinglass/kernels/correlation.h"
#include "isinglass/kernels/sample_lanes.h"
#include "isinglass/kernels/window.h"

namespace isinglass::kernels {

// The kernel has at most kMostTaps taps (rows.kernel cols.kernel).
struct Convolution {
  Index channels_in = 1, channels_out = 1, groups = 1;
  Window window;

  Index kernel_rows() const { return channels_in / groups * window.taps(); }  // of W
  // Multiply-adds of (1) for one sample.
  double operations() const {
    return static_cast<double>(kernel_rows()) * static_cast<double>(channels_out) *
           static_cast<double>(window.out_size());
  }
};

// The way that convolve() takes for a batch: "Winograd tiles", "samples in lanes" or "places in lanes".
std::string_view convolution_method(const Convolution& convolution, std::size_t number);
bool can_have_lanes(const Convolution& convolution, std::size_t number);

// Numbers of working memory.
Index convolution_scratch(const Convolution& convolution);

template <class T>
void convolve(const Convolution& convolution, View<const T> x, View<const T> w, const T* b, View<T> y,
              std::span<T> scratch, InLanes lanes = {});  // (1)
template <class T>
void convolve_adjoint(const Convolution& convolution, View<const T> y, View<const T> w, const T* b, View<T> x,
                      std::span<T> scratch, InLanes lanes = {});  // (2)
// Rows first .. first + g.rows - 1 of (3); overwrites g, or goes on with the sums over earlier samples that it holds.
template <class T>
void convolution_gradient(const Convolution& convolution, View<const T> x, View<const T> y, Index first, View<T> g,
                          std::span<T> scratch, bool resumes = false, InLanes lanes = {});  // (3)

}  // namespace isinglass::kernels
