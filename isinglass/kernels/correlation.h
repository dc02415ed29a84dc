// isinglass/kernels/correlation.h - sums of shifted planes: what every convolution comes down to.
//
//     y[m, r, s]  =  bias[m] + sum_c sum_t a[m, c, t] x[c, r, s + tap_t]      (1)
//     g[ct, m]    +=  sum_r sum_s x[c, r, s + tap_t] dy[m, r, s],  ct = c taps + t      (2)
//
// x has `channels` planes whose rows lie `pitch` numbers apart; a tap is an offset within a plane and may reach into
// later rows, so that one list of offsets stands for a kernel of any extent and dilation. y and dy have `outputs`
// planes of (rows, cols), without gaps.
//
// The law: an element of y is one chain of fused multiply-adds over c, then t, in increasing order from zero, plus
// bias; an element of g goes on with its chain over r, then s. Bits depend on neither the instruction set (among
// those with fused multiply-add) nor on how outputs or rows of g are split over calls.
//
// Both run on the calling thread and allocate nothing.
#pragma once
#include <span>

#include "isinglass/base/shape.h"
#include "isinglass/base/view.h"

namespace isinglass::kernels {

// Outputs are computed in tiles of this many: as few tiles as can be, of about the same height.
constexpr Index tile_height(Index left, Index most = 6) {
  const Index tiles = (left + most - 1) / most;
  return (left + tiles - 1) / tiles;
}

template <class T>
struct Planes {
  Index channels = 1, plane = 0, pitch = 0;  // numbers from one plane, and from one row, to the next
  Index rows = 1, cols = 1;                  // of y
  std::span<const Index> taps;               // offsets in a plane; at most kMostTaps
  const T* x = nullptr;
};
constexpr Index kMostTaps = 4096;

// Puts factors in the order in which correlate reads them: a[m, c, t] = at(m, c, t). `packed` has outputs channels
// taps numbers.
template <class T, class At>
void pack_factors(Index outputs, Index channels, Index taps, At at, T* packed) {
  for (Index m = 0; m < outputs;) {
    const Index height = tile_height(outputs - m);
    for (Index c = 0; c < channels; ++c)
      for (Index t = 0; t < taps; ++t)
        for (Index r = 0; r < height; ++r) *packed++ = at(m + r, c, t);
    m += height;
  }
}

// Equation (1) with packed factors; no bias for the null pointer. Output plane m begins at y[m y_plane].
void correlate(const Planes<float>& planes, Index outputs, const float* packed, const float* bias, float* y,
               Index y_plane);
void correlate(const Planes<double>& planes, Index outputs, const double* packed, const double* bias, double* y,
               Index y_plane);

// Equation (2) for rows first .. first + g.rows - 1 of g (channels taps, outputs); plane m of dy begins at
// dy[m dy_plane].
void correlate_gradient(const Planes<float>& planes, const float* dy, Index dy_plane, Index first, View<float> g);
void correlate_gradient(const Planes<double>& planes, const double* dy, Index dy_plane, Index first, View<double> g);

}  // namespace isinglass::kernels
