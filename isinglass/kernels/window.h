// isinglass/kernels/window.h - where a window slides over an axis, and what it reads outside of it.
#pragma once
#include <algorithm>

#include "isinglass/base/shape.h"

namespace isinglass::kernels {

// One spatial axis: `in` numbers with `before` and `after` more around them, seen by `out` windows.
//
//     out = floor((in + before + after - (kernel - 1) dilation - 1) / stride) + 1      (1)
//     tap k of window o reads place  o stride + k dilation - before                    (2)
//
// (1) is spec C5 with dilation; Dumoulin & Visin, arXiv:1603.07285.
struct Axis {
  Index in = 1, out = 1, kernel = 1, stride = 1, dilation = 1, before = 0, after = 0;

  Index extent() const { return (kernel - 1) * dilation + 1; }  // of the window
  Index place(Index window, Index tap) const { return window * stride + tap * dilation - before; }
};

// What stands outside of an axis: 0, a constant, the nearest number, or the mirror image (the edge is not repeated).
enum class Padding { kZero, kConstant, kNearest, kReflect };

// The place within 0 .. n-1 whose number stands at `place`, or -1 for a number of no place. kReflect: at most n-1 beyond
// an edge.
inline Index source(Padding padding, Index place, Index n) {
  if (place >= 0 && place < n) return place;
  switch (padding) {
    case Padding::kNearest:
      return std::clamp<Index>(place, 0, n - 1);
    case Padding::kReflect:
      return place < 0 ? -place : 2 * (n - 1) - place;
    default:
      return -1;
  }
}

// An image and the windows over it. One-dimensional samples have a single row.
struct Window {
  Axis rows, cols;
  Padding padding = Padding::kZero;
  double constant = 0;  // of kConstant

  Index in_size() const { return rows.in * cols.in; }  // of one plane
  Index out_size() const { return rows.out * cols.out; }
  Index taps() const { return rows.kernel * cols.kernel; }
};

}  // namespace isinglass::kernels
