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

struct Tap {
  Index offset;  // in x
  Index factor;  // in the factors
};

template <class T>
struct Planes {
  Index channels = 1, plane = 0, pitch = 0;  // numbers from one plane, and from one row, to the next
  Index rows = 1, cols = 1;                  // of y
  std::span<const Tap> taps;
  const T* x = nullptr;
};

// The factors a[m, c, t] = data[m output + c channel + factor of tap t].
template <class T>
struct Factors {
  const T* data = nullptr;
  Index outputs = 1;
  Index output = 0, channel = 0;
};

// Equation (1); no bias for the null pointer. Output plane m begins at y[m y_plane].
void correlate(const Planes<float>& planes, const Factors<float>& a, const float* bias, float* y, Index y_plane);
void correlate(const Planes<double>& planes, const Factors<double>& a, const double* bias, double* y, Index y_plane);

// Equation (2) for rows first .. first + g.rows - 1 of g (channels taps, outputs); plane m of dy begins at
// dy[m dy_plane].
void correlate_gradient(const Planes<float>& planes, const float* dy, Index dy_plane, Index first, View<float> g);
void correlate_gradient(const Planes<double>& planes, const double* dy, Index dy_plane, Index first, View<double> g);

}  // namespace isinglass::kernels
