// isinglass/kernels/pooling_reference.h - the poolings of pooling.h as their equations say, one window after another.
#pragma once
#include <algorithm>
#include <cmath>

#include "isinglass/base/view.h"
#include "isinglass/kernels/window.h"

namespace isinglass::kernels::reference {

// Calls f(place of x, tap) for the taps of window (r, s) that lie within the image, in row order.
template <class F>
void for_each_tap(const Window& w, Index r, Index s, F f) {
  for (Index i = 0; i < w.rows.kernel; ++i)
    for (Index j = 0; j < w.cols.kernel; ++j) {
      const Index u = w.rows.place(r, i), v = w.cols.place(s, j);
      if (u >= 0 && u < w.rows.in && v >= 0 && v < w.cols.in) f(u * w.cols.in + v, i * w.cols.kernel + j);
    }
}

// y and winner of one plane.
template <class T>
void pool_max(const Window& w, const T* x, T* y, T* winner) {
  for (Index r = 0; r < w.rows.out; ++r)
    for (Index s = 0; s < w.cols.out; ++s, ++y, ++winner) {
      bool is_first = true;
      for_each_tap(w, r, s, [&](Index place, Index tap) {
        if (!is_first && !(x[place] > *y) && !std::isnan(x[place])) return;
        is_first = false;
        *y = x[place];
        *winner = static_cast<T>(tap);
      });
    }
}
template <class T>
void pool_max_adjoint(const Window& w, const T* dy, const T* winner, T* dx) {
  std::fill_n(dx, w.in_size(), T{0});
  for (Index r = 0; r < w.rows.out; ++r)
    for (Index s = 0; s < w.cols.out; ++s, ++dy, ++winner)
      for_each_tap(w, r, s, [&](Index place, Index tap) {
        if (static_cast<T>(tap) == *winner) dx[place] += *dy;
      });
}

template <class T>
void pool_average(const Window& w, const T* x, T* y) {
  for (Index r = 0; r < w.rows.out; ++r)
    for (Index s = 0; s < w.cols.out; ++s, ++y) {
      T sum = 0;
      for_each_tap(w, r, s, [&](Index place, Index) { sum += x[place]; });
      *y = sum / static_cast<T>(w.taps());
    }
}
template <class T>
void pool_average_adjoint(const Window& w, const T* dy, T* dx) {
  std::fill_n(dx, w.in_size(), T{0});
  for (Index r = 0; r < w.rows.out; ++r)
    for (Index s = 0; s < w.cols.out; ++s, ++dy)
      for_each_tap(w, r, s, [&](Index place, Index) { dx[place] += *dy / static_cast<T>(w.taps()); });
}

}  // namespace isinglass::kernels::reference
