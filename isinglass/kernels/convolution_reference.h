// isinglass/kernels/convolution_reference.h - convolution.h as plain loops, for tests and explanations.
//
// The order of every sum is the one that the fast kernels promise, where they sum directly:
//
//     (1)  over c, then i, then j; plus bias
//     (2)  of a place of the padded image: over o, then i, then j; then the places that stand for a number of the image
//          are added to its bias, phase by phase: places p, p + stride, p + 2 stride, .. for p = 0, 1, .., stride - 1,
//          first of the rows, then of the columns, then within a phase in row order
//     (3)  over n, then r, then s; or by samples, as lane_gradient.h says
#pragma once
#include <vector>

#include "isinglass/kernels/convolution.h"
#include "isinglass/kernels/matmul_reference.h"

namespace isinglass::kernels::reference {

// x[channel, u, v] of one sample, with its padding around it.
template <class T>
T padded(const Window& w, std::span<const T> x, Index channel, Index u, Index v) {
  const Index row = source(w.padding, u, w.rows.in), col = source(w.padding, v, w.cols.in);
  if (row < 0 || col < 0) return w.padding == Padding::kConstant ? static_cast<T>(w.constant) : T{0};
  return x[static_cast<std::size_t>((channel * w.rows.in + row) * w.cols.in + col)];
}

// Row (c, i, j) of W.
inline Index kernel_row(const Window& w, Index c, Index i, Index j) {
  return (c * w.rows.kernel + i) * w.cols.kernel + j;
}

// Calls f(o, r, s, first input channel of its group) for every output of a sample.
template <class F>
void for_outputs(const Convolution& k, F f) {
  for (Index o = 0; o < k.channels_out; ++o)
    for (Index r = 0; r < k.window.rows.out; ++r)
      for (Index s = 0; s < k.window.cols.out; ++s)
        f(o, r, s, o / (k.channels_out / k.groups) * (k.channels_in / k.groups));
}

template <class T>
void convolve(const Convolution& k, View<const T> x, View<const T> w, const T* b, View<T> y, bool fused) {
  const Window& window = k.window;
  for (Index n = 0; n < x.rows; ++n)
    for_outputs(k, [&](Index o, Index r, Index s, Index first) {
      T sum = 0;
      for (Index c = 0; c < k.channels_in / k.groups; ++c)
        for (Index i = 0; i < window.rows.kernel; ++i)
          for (Index j = 0; j < window.cols.kernel; ++j)
            sum = multiply_add(w(kernel_row(window, c, i, j), o),
                               padded(window, x.row(n), first + c, window.rows.place(r, i), window.cols.place(s, j)),
                               sum, fused);
      y(n, (o * window.rows.out + r) * window.cols.out + s) = b == nullptr ? sum : sum + b[o];
    });
}

// The window whose tap reads a place of the padded axis, or -1.
inline Index window_at(const Axis& axis, Index place, Index tap) {
  const Index steps = place - tap * axis.dilation;
  return steps >= 0 && steps % axis.stride == 0 && steps / axis.stride < axis.out ? steps / axis.stride : -1;
}

// What the outputs of one sample send to place (u, v) of padded input channel c.
template <class T>
T sent_to(const Convolution& k, std::span<const T> y, View<const T> w, Index c, Index u, Index v, bool fused) {
  const Window& window = k.window;
  const Index inputs = k.channels_in / k.groups, outputs = k.channels_out / k.groups, first = c / inputs * outputs;
  T sum = 0;
  for (Index o = first; o < first + outputs; ++o)
    for (Index i = 0; i < window.rows.kernel; ++i)
      for (Index j = 0; j < window.cols.kernel; ++j) {
        const Index r = window_at(window.rows, u, i), s = window_at(window.cols, v, j);
        if (r < 0 || s < 0) continue;
        sum = multiply_add(w(kernel_row(window, c % inputs, i, j), o),
                           y[static_cast<std::size_t>((o * window.rows.out + r) * window.cols.out + s)], sum, fused);
      }
  return sum;
}

template <class T>
void convolve_adjoint(const Convolution& k, View<const T> y, View<const T> w, const T* b, View<T> x, bool fused) {
  const Axis &rows = k.window.rows, &cols = k.window.cols;
  for (Index n = 0; n < y.rows; ++n)
    for (Index c = 0; c < k.channels_in; ++c) {
      const auto image = x.row(n).subspan(static_cast<std::size_t>(c * k.window.in_size()));
      for (Index e = 0; e < k.window.in_size(); ++e) image[static_cast<std::size_t>(e)] = b == nullptr ? T{0} : b[c];
      for (Index p = 0; p < rows.stride; ++p)
        for (Index q = 0; q < cols.stride; ++q)
          for (Index u = p; u < rows.in + rows.before + rows.after; u += rows.stride)
            for (Index v = q; v < cols.in + cols.before + cols.after; v += cols.stride) {
              const Index row = source(k.window.padding, u - rows.before, rows.in);
              const Index col = source(k.window.padding, v - cols.before, cols.in);
              if (row >= 0 && col >= 0)
                image[static_cast<std::size_t>(row * cols.in + col)] += sent_to(k, y.row(n), w, c, u, v, fused);
            }
    }
}

// All rows of g.
template <class T>
void convolution_gradient(const Convolution& k, View<const T> x, View<const T> y, View<T> g, bool fused,
                          bool by_samples = false) {
  const Window& window = k.window;
  for (Index row = 0; row < g.rows; ++row)
    for (Index o = 0; o < g.cols; ++o) g(row, o) = 0;
  if (by_samples) {
    std::vector<T> numbers(static_cast<std::size_t>(g.size()));
    const View<T> of_one(numbers.data(), g.rows, g.cols);
    for (Index n = 0; n < x.rows; ++n) {
      convolution_gradient(k, x.middle_rows(n, 1), y.middle_rows(n, 1), of_one, fused);
      for (Index row = 0; row < g.rows; ++row)
        for (Index o = 0; o < g.cols; ++o) g(row, o) += of_one(row, o);
    }
    return;
  }
  for (Index n = 0; n < x.rows; ++n)
    for_outputs(k, [&](Index o, Index r, Index s, Index first) {
      for (Index c = 0; c < k.channels_in / k.groups; ++c)
        for (Index i = 0; i < window.rows.kernel; ++i)
          for (Index j = 0; j < window.cols.kernel; ++j) {
            T& sum = g(kernel_row(window, c, i, j), o);
            sum = multiply_add(padded(window, x.row(n), first + c, window.rows.place(r, i), window.cols.place(s, j)),
                               T{y(n, (o * window.rows.out + r) * window.cols.out + s)}, sum, fused);
          }
    });
}

}  // namespace isinglass::kernels::reference
