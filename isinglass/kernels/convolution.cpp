// isinglass/kernels/convolution.cpp - convolutions as correlations of planes.
//
// Where there is padding or a stride, the image is first unfolded: padded, and split into stride x stride phases, each
// of which a window crosses one number at a time. Phase (p, q) holds the padded places (u stride + p, v stride + q).
// The adjoint goes backwards: a phase of dL/dx is a correlation of the padded y with those taps that fall into it.
#include "isinglass/kernels/convolution.h"

#include <array>
#include <type_traits>

#include "isinglass/kernels/batch_convolution.h"
#include "isinglass/kernels/correlation.h"
#include "isinglass/kernels/lane_gradient.h"
#include "isinglass/kernels/output_lanes.h"
#include "isinglass/kernels/patch_gradient.h"
#include "isinglass/kernels/tiled_convolution.h"
#include "isinglass/kernels/unfolding.h"

namespace isinglass::kernels {
namespace {

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

// What (1) and (3) read of a sample: the image itself or its unfolding.
template <class T>
const T* unfolded(const Convolution& convolution, const Layout& layout, const T* x, T* to) {
  if (layout.is_trivial()) return x;
  unfold(layout, convolution.channels_in, x, to);
  return to;
}
template <class T>
Planes<T> planes_of(const Convolution& convolution, const Layout& layout, std::span<const Index> taps, const T* x) {
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
  Taps taps;
  T* phase = folded;
  for (Index p = 0; p < layout.rows.phases(); ++p)
    for (Index q = 0; q < layout.cols.phases(); ++q) {
      std::size_t count = 0;
      for_taps_of_phase(layout, p, q, [&](Index, Index tap) { taps[count++] = tap; });
      if (count == 0) {
        phase = std::fill_n(phase, channels_in * layout.phase_size(), T{0});
        continue;
      }
      planes.taps = std::span<const Index>(taps).first(count);
      if (layout.can_crop()) {
        planes.x += window.rows.before * layout.wide_cols() + window.cols.before;
        return correlate(planes, channels_in, packed, b, x, window.in_size());
      }
      correlate(planes, channels_in, packed, static_cast<const T*>(nullptr), phase, layout.phase_size());
      packed += channels_in * planes.channels * static_cast<Index>(count);
      phase += channels_in * layout.phase_size();
    }
  fold(layout, channels_in, folded, b, x);
}

Index aligned(Index count) {
  return (count + 15) / 16 * 16;
}

Index kernel_size(const Convolution& convolution) {
  return aligned(convolution.kernel_rows() * convolution.channels_out);
}

// Each sample adds its own sum: lanes compute whole vectors of samples, the others come one by one.
bool sums_samples(const Convolution& convolution, std::size_t number) {
  return number == sizeof(float) && takes_lanes(convolution) && !takes_tiles(convolution);
}

// The single chain of all samples.
template <class T>
void chain_gradient(const Convolution& convolution, const View<const T>& x, const View<const T>& y, Index first,
                    const View<T>& g, T* scratch, bool resumes) {
  if (patch_gradient(convolution, x, y, first, g, scratch, resumes)) return;
  const Layout layout(convolution.window);
  const Index groups = convolution.groups, channels_out = convolution.channels_out / groups;
  Taps buffer;
  const std::span<const Index> taps = taps_of(layout, buffer);
  if (!layout.is_trivial()) prepare_unfolded(layout, convolution.channels_in, scratch);
  for (Index row = 0; row < g.rows && !resumes; ++row) std::fill_n(g.row(row).data(), g.cols, T{0});
  for (Index n = 0; n < x.rows; ++n) {
    Planes<T> planes = planes_of(convolution, layout, taps, unfolded(convolution, layout, x.row(n).data(), scratch));
    for (Index k = 0; k < groups; ++k, planes.x += planes.channels * planes.plane)
      correlate_gradient(planes, y.row(n).data() + k * channels_out * convolution.window.out_size(),
                         convolution.window.out_size(), first, g.middle_cols(k * channels_out, channels_out));
  }
}

void gradient_of_samples(const Convolution& convolution, const View<const float>& x, const View<const float>& y,
                         Index first, const View<float>& g, float* scratch, bool resumes, InLanes lanes) {
  for (Index row = 0; row < g.rows && !resumes; ++row) std::fill_n(g.row(row).data(), g.cols, 0.0f);
  const View<float> of_one(scratch, g.rows, g.cols);
  float* const left = scratch + kernel_size(convolution);
  for (Index n = lane_gradient(convolution, x, y, first, g, left, lanes); n < x.rows; ++n) {
    chain_gradient<float>(convolution, x.middle_rows(n, 1), y.middle_rows(n, 1), first, of_one, left, false);
    for (Index row = 0; row < g.rows; ++row)
      for (Index o = 0; o < g.cols; ++o) g(row, o) += of_one(row, o);
  }
}

}  // namespace

bool can_have_lanes(const Convolution& convolution, std::size_t number) {
  return sums_samples(convolution, number) && !Layout(convolution.window).repeats_numbers();
}

std::string_view convolution_method(const Convolution& convolution, std::size_t number) {
  if (number == sizeof(float) && takes_tiles(convolution)) return "Winograd tiles";
  return batch_convolution_scratch(convolution) > 0 ? "samples in lanes" : "places in lanes";
}

Index convolution_scratch(const Convolution& convolution) {
  const Layout layout(convolution.window);
  const Index wide = aligned(convolution.channels_out * layout.wide_rows() * layout.wide_cols());
  const Index folded = convolution.channels_in / convolution.groups * layout.plane();
  const Index unfolded = layout.is_trivial() ? 0 : convolution.channels_in * layout.plane();
  const Index size =
      kernel_size(convolution) + std::max({wide + (layout.can_crop() ? 0 : folded), unfolded,
                                           batch_convolution_scratch(convolution), patch_gradient_scratch(convolution),
                                           takes_lanes(convolution) ? lane_gradient_scratch(convolution) : 0});
  return takes_tiles(convolution) ? std::max(size, tiled_scratch(convolution)) : size;
}

template <class T>
void convolve(const Convolution& convolution, View<const T> x, View<const T> w, const T* b, View<T> y,
              std::span<T> scratch, InLanes lanes) {
  if constexpr (std::is_same_v<T, float>)
    if (takes_tiles(convolution)) return convolve_by_tiles(convolution, x, w, b, y, scratch.data());
  const Layout layout(convolution.window);
  const Index groups = convolution.groups, channels_out = convolution.channels_out / groups;
  const Index taps = convolution.window.taps(), group_size = convolution.kernel_rows() * channels_out;
  T* const packed = scratch.data();
  Taps buffer;
  const std::span<const Index> offsets = taps_of(layout, buffer);
  const bool by_outputs = outputs_pay(planes_of(convolution, layout, offsets, x.data), channels_out);
  Index done = 0;
  if (x.rows > 1 || !by_outputs) {  // a single sample does not go through lanes of samples
    for (Index k = 0; k < groups; ++k)
      pack_factors(
          channels_out, convolution.channels_in / groups, taps,
          [&](Index o, Index c, Index t) { return w(c * taps + t, k * channels_out + o); }, packed + k * group_size);
    done = convolve_batch(convolution, x, packed, b, y, packed + kernel_size(convolution), lanes);
    if (done == x.rows) return;
  }
  if (!layout.is_trivial()) prepare_unfolded(layout, convolution.channels_in, packed + kernel_size(convolution));
  for (Index n = done; n < x.rows; ++n) {
    const T* const image = unfolded(convolution, layout, x.row(n).data(), packed + kernel_size(convolution));
    Planes<T> planes = planes_of(convolution, layout, offsets, image);
    for (Index k = 0; k < groups; ++k, planes.x += planes.channels * planes.plane) {
      const T* const bias = b == nullptr ? nullptr : b + k * channels_out;
      T* const to = y.row(n).data() + k * channels_out * convolution.window.out_size();
      if (by_outputs)
        correlate_outputs(planes, w.middle_cols(k * channels_out, channels_out), bias, to,
                          convolution.window.out_size());
      else
        correlate(planes, channels_out, packed + k * group_size, bias, to, convolution.window.out_size());
    }
  }
}

template <class T>
void convolve_adjoint(const Convolution& convolution, View<const T> y, View<const T> w, const T* b, View<T> x,
                      std::span<T> scratch, InLanes lanes) {
  if constexpr (std::is_same_v<T, float>)
    if (takes_tiles(convolution)) return convolve_adjoint_by_tiles(convolution, y, w, b, x, scratch.data());
  const Layout layout(convolution.window);
  const Index channels_in = convolution.channels_in / convolution.groups;
  const Index channels_out = convolution.channels_out / convolution.groups;
  const Index wide_plane = layout.wide_rows() * layout.wide_cols();
  T* const packed = scratch.data();
  T* const wide = packed + kernel_size(convolution);
  T* const folded = wide + aligned(convolution.channels_out * wide_plane);
  pack_phases(convolution, layout, w, packed);
  const Index done = convolve_adjoint_batch(convolution, y, packed, b, x, wide, lanes);
  if (done == y.rows) return;
  std::fill_n(wide, convolution.channels_out * wide_plane, T{0});
  for (Index n = done; n < y.rows; ++n) {
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
                          std::span<T> scratch, bool resumes, InLanes lanes) {
  if constexpr (std::is_same_v<T, float>) {
    if (takes_tiles(convolution)) return gradient_by_tiles(convolution, x, y, first, g, scratch.data(), resumes);
    if (sums_samples(convolution, sizeof(T)))
      return gradient_of_samples(convolution, x, y, first, g, scratch.data(), resumes, lanes);
  }
  chain_gradient<T>(convolution, x, y, first, g, scratch.data(), resumes);
}

template void convolve(const Convolution&, View<const float>, View<const float>, const float*, View<float>,
                       std::span<float>, InLanes);
template void convolve(const Convolution&, View<const double>, View<const double>, const double*, View<double>,
                       std::span<double>, InLanes);
template void convolve_adjoint(const Convolution&, View<const float>, View<const float>, const float*, View<float>,
                               std::span<float>, InLanes);
template void convolve_adjoint(const Convolution&, View<const double>, View<const double>, const double*, View<double>,
                               std::span<double>, InLanes);
template void convolution_gradient(const Convolution&, View<const float>, View<const float>, Index, View<float>,
                                   std::span<float>, bool, InLanes);
template void convolution_gradient(const Convolution&, View<const double>, View<const double>, Index, View<double>,
                                   std::span<double>, bool, InLanes);

}  // namespace isinglass::kernels
