// isinglass/kernels/unfolding.h - images as convolutions walk over them: padded, and split into phases of their stride.
//
// Phase (p, q) of an image holds the padded places (u stride + p, v stride + q): a window crosses it one number at a
// time. The adjoint goes backwards, from phases to the image. All on the calling thread, without allocating.
#pragma once
#include <algorithm>

#include "isinglass/kernels/window.h"

namespace isinglass::kernels {

// An axis of unfolded images. Divisions take long: what loops ask for is computed once.
class Unfolded {
 public:
  explicit Unfolded(const Axis& of)
      : axis(of),
        phases_(std::min(of.stride, of.extent())),
        reach_((of.kernel - 1) * of.dilation / of.stride),
        length_(of.out + reach_) {}

  Axis axis;

  Index phases() const { return phases_; }  // those that a tap reads
  Index reach() const { return reach_; }    // of the last tap, within a phase
  Index length() const { return length_; }  // of a phase
  Index phase(Index tap) const { return tap * axis.dilation % axis.stride; }
  Index shift(Index tap) const { return tap * axis.dilation / axis.stride; }
  Index place(Index phase, Index u) const { return u * axis.stride + phase - axis.before; }
  bool is_trivial() const { return axis.stride == 1 && axis.before == 0 && axis.after == 0; }

 private:
  Index phases_, reach_, length_;
};

// Unfolded images of a convolution, and y with zeros around it.
struct Layout {
  explicit Layout(const Window& of) : window(of), rows(of.rows), cols(of.cols) {}

  const Window& window;
  Unfolded rows, cols;

  Index phase_size() const { return rows.length() * cols.length(); }
  Index plane() const { return rows.phases() * cols.phases() * phase_size(); }
  bool is_trivial() const { return rows.is_trivial() && cols.is_trivial(); }
  // Whether several places of an unfolding may stand for the same number.
  bool repeats_numbers() const { return window.padding == Padding::kNearest || window.padding == Padding::kReflect; }
  // Whether every row of the image is in a phase.
  bool reaches_all_rows() const {
    return rows.phases() == window.rows.stride && rows.place(0, rows.length()) >= window.rows.in;
  }
  // Whether the adjoint may write the image itself.
  bool can_crop() const { return window.rows.stride == 1 && window.cols.stride == 1 && !repeats_numbers(); }
  Index wide_rows() const { return window.rows.out + 2 * rows.reach(); }
  Index wide_cols() const { return window.cols.out + 2 * cols.reach(); }
};

// Calls f(k, tap) for the taps of phase (p, q) of an unfolded image: number in the kernel, offset in the widened y.
template <class F>
void for_taps_of_phase(const Layout& layout, Index p, Index q, F f) {
  for (Index i = 0; i < layout.window.rows.kernel; ++i)
    for (Index j = 0; j < layout.window.cols.kernel; ++j)
      if (layout.rows.phase(i) == p && layout.cols.phase(j) == q)
        f(i * layout.window.cols.kernel + j, (layout.rows.reach() - layout.rows.shift(i)) * layout.wide_cols() +
                                                 layout.cols.reach() - layout.cols.shift(j));
}

// Planes lie phase by phase: unfolded(c, p, q, u, v) with `channels` planes of layout.plane() numbers. First once for
// some memory, then for each image:
void prepare_unfolded(const Layout& layout, Index channels, float* unfolded);
void prepare_unfolded(const Layout& layout, Index channels, double* unfolded);
void unfold(const Layout& layout, Index channels, const float* x, float* unfolded);
void unfold(const Layout& layout, Index channels, const double* x, double* unfolded);

// y with zeros around each plane, so that the adjoint's taps stay inside; the memory begins as zeros.
void widen(const Layout& layout, Index channels, const float* y, float* wide);
void widen(const Layout& layout, Index channels, const double* y, double* wide);

// The adjoint of unfold: x[c, u, v] = bias[c] + what stands for it in `folded`, (p, q, c, u, v); no bias for the null
// pointer. A place that several padded ones stand for gets them phase by phase, then in row order.
void fold(const Layout& layout, Index channels, const float* folded, const float* bias, float* x);
void fold(const Layout& layout, Index channels, const double* folded, const double* bias, double* x);

}  // namespace isinglass::kernels
