// isinglass/kernels/convolution.cpp - convolutions as correlations of planes.
//
// Where there is padding or a stride, the image is first unfolded: padded, and split into stride x stride phases, each
// of which a window crosses one number at a time. Phase (p, q) holds the padded places (u stride + p, v stride + q).
// The adjoint goes backwards: a phase of dL/dx is a correlation of the padded y with those taps that fall into it.
#include "isinglass/kernels/convolution.h"

#include <array>

#include "isinglass/kernels/correlation.h"

namespace isinglass::kernels {
namespace {

// An axis of unfolded images.
struct Unfolded {
  const Axis& axis;

  Index phases() const { return std::min(axis.stride, axis.extent()); }            // those that a tap reads
  Index reach() const { return (axis.kernel - 1) * axis.dilation / axis.stride; }  // of the last tap, within a phase
  Index length() const { return axis.out + reach(); }                              // of a phase
  Index phase(Index tap) const { return tap * axis.dilation % axis.stride; }
  Index shift(Index tap) const { return tap * axis.dilation / axis.stride; }
  Index place(Index phase, Index u) const { return u * axis.stride + phase - axis.before; }
  bool is_trivial() const { return axis.stride == 1 && axis.before == 0 && axis.after == 0; }
};

// Unfolded images of a convolution, and y with zeros around it.
struct Layout {
  explicit Layout(const Window& of) : window(of), rows{of.rows}, cols{of.cols} {}

  const Window& window;
  Unfolded rows, cols;

  Index phase_size() const { return rows.length() * cols.length(); }
  Index plane() const { return rows.phases() * cols.phases() * phase_size(); }
  bool is_trivial() const { return rows.is_trivial() && cols.is_trivial(); }
  // Whether the adjoint may write the image itself: no two places of an unfolding stand for the same number.
  bool can_crop() const {
    return window.rows.stride == 1 && window.cols.stride == 1 && window.padding != Padding::kNearest &&
           window.padding != Padding::kReflect;
  }
  Index wide_rows() const { return window.rows.out + 2 * rows.reach(); }
  Index wide_cols() const { return window.cols.out + 2 * cols.reach(); }
};

using Taps = std::array<Index, kMostTaps>;

// The taps within an unfolded image, or within an image that needs no unfolding.
std::span<const Index> taps_of(const Layout& layout, Taps& taps) {
  std::size_t count = 0;
  for (Index i = 0; i < layout.window.rows.kernel; ++i)
    for (Index j = 0; j < layout.window.cols.kernel; ++j) {
      const Index phase = layout.rows.phase(i) * layout.cols.phases() + layout.cols.phase(j);
      taps[count++] = phase * layout.phase_size() + layout.rows.shift(i) * layout.cols.length() + layout.cols.shift(j);
    }
  return std::span<const Index>(taps).first(count);
}

// Calls f(k, tap) for the taps of phase (p, q) of an unfolded image: number in the kernel, offset in the widened y.
template <class F>
void for_taps_of_phase(const Layout& layout, Index p, Index q, F f) {
  for (Index i = 0; i < layout.window.rows.kernel; ++i)
    for (Index j = 0; j < layout.window.cols.kernel; ++j)
      if (layout.rows.phase(i) == p && layout.cols.phase(j) == q)
        f(i * layout.window.cols.kernel + j, (layout.rows.reach() - layout.rows.shift(i)) * layout.wide_cols() +
                                                 layout.cols.reach() - layout.cols.shift(j));
}

// The elements begin .. end - 1 of a row of a phase lie within the image, from place `place` on.
struct Inside {
  Index begin, end, place;
};
Inside inside_of(const Unfolded& cols, Index phase) {
  const Axis& axis = cols.axis;
  const Index begin = std::clamp<Index>((axis.before - phase + axis.stride - 1) / axis.stride, 0, cols.length());
  const Index end =
      std::clamp<Index>((axis.in + axis.before - phase + axis.stride - 1) / axis.stride, begin, cols.length());
  return {begin, end, cols.place(phase, begin)};
}

// The place that an element outside of the image stands for, or -1.
Index source_outside(const Layout& layout, const Axis& axis, Index place) {
  return place < axis.in + axis.after ? source(layout.window.padding, place, axis.in) : -1;
}

// Calls f(i, i stride) for i below count; the strides that occur are known to the compiler.
template <class F>
void for_strided(Index count, Index stride, F f) {
  if (stride == 1)
    for (Index i = 0; i < count; ++i) f(i, i);
  else if (stride == 2)
    for (Index i = 0; i < count; ++i) f(i, 2 * i);
  else
    for (Index i = 0; i < count; ++i) f(i, i * stride);
}

// One row of a phase from a row of the image.
template <class T>
void unfold_row(const Layout& layout, Index phase, const Inside& inside, const T* x, T constant, T* out) {
  const Axis& axis = layout.window.cols;
  const auto outside = [&](Index v) {
    const Index from = source_outside(layout, axis, layout.cols.place(phase, v));
    return from < 0 ? constant : x[from];
  };
  for (Index v = 0; v < inside.begin; ++v) out[v] = outside(v);
  const T* from = x + inside.place;
  T* to = out + inside.begin;
  for_strided(inside.end - inside.begin, axis.stride, [&](Index i, Index at) { to[i] = from[at]; });
  for (Index v = inside.end; v < layout.cols.length(); ++v) out[v] = outside(v);
}

template <class T>
void unfold(const Layout& layout, Index channels, const T* x, T* out) {
  const Axis& axis = layout.window.rows;
  const T constant = layout.window.padding == Padding::kConstant ? static_cast<T>(layout.window.constant) : T{0};
  const Index length = layout.cols.length();
  for (Index c = 0; c < channels; ++c, x += layout.window.in_size())
    for (Index p = 0; p < layout.rows.phases(); ++p)
      for (Index q = 0; q < layout.cols.phases(); ++q) {
        const Inside inside = inside_of(layout.cols, q);
        for (Index u = 0; u < layout.rows.length(); ++u, out += length) {
          const Index row = source_outside(layout, axis, layout.rows.place(p, u));
          if (row < 0)
            std::fill_n(out, length, constant);
          else
            unfold_row(layout, q, inside, x + row * layout.window.cols.in, constant, out);
        }
      }
}

// The adjoint of unfold for phase (p, q) of one channel: adds every number to where it came from.
template <class T>
void fold_phase(const Layout& layout, Index p, Index q, const T* folded, T* x) {
  const Inside inside = inside_of(layout.cols, q);
  for (Index u = 0; u < layout.rows.length(); ++u, folded += layout.cols.length()) {
    const Index row = source_outside(layout, layout.window.rows, layout.rows.place(p, u));
    if (row < 0) continue;
    T* const to = x + row * layout.window.cols.in;
    const auto add_outside = [&](Index v) {
      const Index col = source_outside(layout, layout.window.cols, layout.cols.place(q, v));
      if (col >= 0) to[col] += folded[v];
    };
    for (Index v = 0; v < inside.begin; ++v) add_outside(v);
    T* const first = to + inside.place;
    const T* from = folded + inside.begin;
    for_strided(inside.end - inside.begin, layout.window.cols.stride, [&](Index i, Index at) { first[at] += from[i]; });
    for (Index v = inside.end; v < layout.cols.length(); ++v) add_outside(v);
  }
}

// y with zeros around each plane, so that the adjoint's taps stay inside.
template <class T>
void widen(const Layout& layout, Index channels, const T* y, T* out) {
  const Index rows = layout.window.rows.out, cols = layout.window.cols.out;
  const Index above = layout.rows.reach() * layout.wide_cols(), beside = layout.cols.reach();
  for (Index c = 0; c < channels; ++c) {
    out = std::fill_n(out, above, T{0});
    for (Index r = 0; r < rows; ++r, y += cols) {
      out = std::fill_n(out, beside, T{0});
      out = std::copy(y, y + cols, out);
      out = std::fill_n(out, beside, T{0});
    }
    out = std::fill_n(out, above, T{0});
  }
}

// What a sample's planes are for (1) and (3): the image itself or its unfolding.
template <class T>
Planes<T> planes_of(const Convolution& convolution, const Layout& layout, const T* x, std::span<const Index> taps,
                    T* unfolded) {
  if (!layout.is_trivial()) {
    unfold(layout, convolution.channels_in, x, unfolded);
    x = unfolded;
  }
  return {.channels = convolution.channels_in / convolution.groups,
          .plane = layout.plane(),
          .pitch = layout.cols.length(),
          .rows = convolution.window.rows.out,
          .cols = convolution.window.cols.out,
          .taps = taps,
          .x = x};
}

// The kernel as (2) takes it: for each group one phase after the other, each as (channels_in, channels_out, its taps).
template <class T>
void pack_phases(const Convolution& convolution, const Layout& layout, const View<const T>& w, T* packed) {
  const Index channels_in = convolution.channels_in / convolution.groups;
  const Index channels_out = convolution.channels_out / convolution.groups;
  Taps numbers;
  for (Index k = 0; k < convolution.groups; ++k)
    for (Index p = 0; p < layout.rows.phases(); ++p)
      for (Index q = 0; q < layout.cols.phases(); ++q) {
        Index taps = 0;
        for_taps_of_phase(layout, p, q,
                          [&](Index number, Index) { numbers[static_cast<std::size_t>(taps++)] = number; });
        const auto at = [&](Index c, Index o, Index t) {
          return w(c * convolution.window.taps() + numbers[static_cast<std::size_t>(t)], k * channels_out + o);
        };
        pack_factors(channels_in, channels_out, taps, at, packed);
        packed += channels_in * channels_out * taps;
      }
}

// (2) for one group of one sample; `wide` is its widened y, `packed` its part of the kernel.
template <class T>
void adjoint_of_group(const Convolution& convolution, const Layout& layout, const T* wide, const T* packed, const T* b,
                      T* x, T* folded) {
  const Window& window = convolution.window;
  const Index channels_in = convolution.channels_in / convolution.groups;
  Planes<T> planes{.channels = convolution.channels_out / convolution.groups,
                   .plane = layout.wide_rows() * layout.wide_cols(),
                   .pitch = layout.wide_cols(),
                   .rows = layout.can_crop() ? window.rows.in : layout.rows.length(),
                   .cols = layout.can_crop() ? window.cols.in : layout.cols.length(),
                   .x = wide};
  if (!layout.can_crop())
    for (Index c = 0; c < channels_in; ++c)
      std::fill_n(x + c * window.in_size(), window.in_size(), b == nullptr ? T{0} : b[c]);
  Taps taps;
  for (Index p = 0; p < layout.rows.phases(); ++p)
    for (Index q = 0; q < layout.cols.phases(); ++q) {
      std::size_t count = 0;
      for_taps_of_phase(layout, p, q, [&](Index, Index tap) { taps[count++] = tap; });
      if (count == 0) continue;
      planes.taps = std::span<const Index>(taps).first(count);
      if (layout.can_crop()) {
        planes.x += window.rows.before * layout.wide_cols() + window.cols.before;
        return correlate(planes, channels_in, packed, b, x, window.in_size());
      }
      correlate(planes, channels_in, packed, static_cast<const T*>(nullptr), folded, layout.phase_size());
      for (Index c = 0; c < channels_in; ++c)
        fold_phase(layout, p, q, folded + c * layout.phase_size(), x + c * window.in_size());
      packed += channels_in * planes.channels * static_cast<Index>(count);
    }
}

Index aligned(Index count) {
  return (count + 15) / 16 * 16;
}

Index kernel_size(const Convolution& convolution) {
  return aligned(convolution.kernel_rows() * convolution.channels_out);
}

}  // namespace

Index convolution_scratch(const Convolution& convolution) {
  const Layout layout(convolution.window);
  const Index wide = aligned(convolution.channels_out * layout.wide_rows() * layout.wide_cols());
  const Index folded = convolution.channels_in / convolution.groups * layout.phase_size();
  const Index unfolded = layout.is_trivial() ? 0 : convolution.channels_in * layout.plane();
  return kernel_size(convolution) + std::max(wide + (layout.can_crop() ? 0 : folded), unfolded);
}

template <class T>
void convolve(const Convolution& convolution, View<const T> x, View<const T> w, const T* b, View<T> y,
              std::span<T> scratch) {
  const Layout layout(convolution.window);
  const Index groups = convolution.groups, channels_out = convolution.channels_out / groups;
  const Index taps = convolution.window.taps(), group_size = convolution.kernel_rows() * channels_out;
  T* const packed = scratch.data();
  for (Index k = 0; k < groups; ++k)
    pack_factors(
        channels_out, convolution.channels_in / groups, taps,
        [&](Index o, Index c, Index t) { return w(c * taps + t, k * channels_out + o); }, packed + k * group_size);
  Taps buffer;
  const std::span<const Index> offsets = taps_of(layout, buffer);
  for (Index n = 0; n < x.rows; ++n) {
    Planes<T> planes = planes_of(convolution, layout, x.row(n).data(), offsets, packed + kernel_size(convolution));
    for (Index k = 0; k < groups; ++k, planes.x += planes.channels * planes.plane)
      correlate(planes, channels_out, packed + k * group_size, b == nullptr ? nullptr : b + k * channels_out,
                y.row(n).data() + k * channels_out * convolution.window.out_size(), convolution.window.out_size());
  }
}

template <class T>
void convolve_adjoint(const Convolution& convolution, View<const T> y, View<const T> w, const T* b, View<T> x,
                      std::span<T> scratch) {
  const Layout layout(convolution.window);
  const Index channels_in = convolution.channels_in / convolution.groups;
  const Index channels_out = convolution.channels_out / convolution.groups;
  const Index wide_plane = layout.wide_rows() * layout.wide_cols();
  T* const packed = scratch.data();
  T* const wide = packed + kernel_size(convolution);
  T* const folded = wide + aligned(convolution.channels_out * wide_plane);
  pack_phases(convolution, layout, w, packed);
  for (Index n = 0; n < y.rows; ++n) {
    widen(layout, convolution.channels_out, y.row(n).data(), wide);
    for (Index k = 0; k < convolution.groups; ++k)
      adjoint_of_group(convolution, layout, wide + k * channels_out * wide_plane,
                       packed + k * convolution.kernel_rows() * channels_out,
                       b == nullptr ? nullptr : b + k * channels_in,
                       x.row(n).data() + k * channels_in * convolution.window.in_size(), folded);
  }
}

template <class T>
void convolution_gradient(const Convolution& convolution, View<const T> x, View<const T> y, Index first, View<T> g,
                          std::span<T> scratch) {
  const Layout layout(convolution.window);
  const Index groups = convolution.groups, channels_out = convolution.channels_out / groups;
  Taps buffer;
  const std::span<const Index> taps = taps_of(layout, buffer);
  for (Index row = 0; row < g.rows; ++row) std::fill_n(g.row(row).data(), g.cols, T{0});
  for (Index n = 0; n < x.rows; ++n) {
    Planes<T> planes = planes_of(convolution, layout, x.row(n).data(), taps, scratch.data());
    for (Index k = 0; k < groups; ++k, planes.x += planes.channels * planes.plane)
      correlate_gradient(planes, y.row(n).data() + k * channels_out * convolution.window.out_size(),
                         convolution.window.out_size(), first, g.middle_cols(k * channels_out, channels_out));
  }
}

template void convolve(const Convolution&, View<const float>, View<const float>, const float*, View<float>,
                       std::span<float>);
template void convolve(const Convolution&, View<const double>, View<const double>, const double*, View<double>,
                       std::span<double>);
template void convolve_adjoint(const Convolution&, View<const float>, View<const float>, const float*, View<float>,
                               std::span<float>);
template void convolve_adjoint(const Convolution&, View<const double>, View<const double>, const double*, View<double>,
                               std::span<double>);
template void convolution_gradient(const Convolution&, View<const float>, View<const float>, Index, View<float>,
                                   std::span<float>);
template void convolution_gradient(const Convolution&, View<const double>, View<const double>, Index, View<double>,
                                   std::span<double>);

}  // namespace isinglass::kernels
