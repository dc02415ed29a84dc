// isinglass/kernels/batch_convolution.cpp - tiles of outputs by places, each place a vector of samples.
//
// Memory in lanes holds for each number of a sample one vector, the same number of all samples of a block. A place of
// the result reads it through a list of steps, one for each link of its chain, so that kernels of any extent, stride
// and dilation run through the same tiles.
#include "isinglass/kernels/batch_convolution.h"

#include <algorithm>
#include <array>
#include <utility>

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/batch_convolution.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/lane_image-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Places of a row of the result, and what they read.
template <class T>
struct Places {
  const T* x;                    // of the first place
  Index x_step;                  // from one place to the next
  std::span<const Index> steps;  // of the chains, from x
  T* y;
  Index y_step, y_plane;  // to the next place, and to the next output
};

// kR outputs of kV places; `a` has their factors, kR for each step.
template <int kR, int kV, class T>
ISINGLASS_QUIET void sums_of_places(const Places<T>& places, const T* HWY_RESTRICT a, const T* bias) {
  const Lanes<T> d;
  using V = hn::Vec<Lanes<T>>;
  V sums[kR][kV];
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v) sums[r][v] = hn::Zero(d);
  }
  const Index x_step = places.x_step;
  for (const Index step : places.steps) {
    const T* x = places.x + step;
    V row[kV];
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v) row[v] = hn::LoadU(d, x + v * x_step);
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) {
      const V f = hn::Set(d, a[r]);
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) sums[r][v] = hn::MulAdd(f, row[v], sums[r][v]);
    }
    a += kR;
  }
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    T* y = places.y + r * places.y_plane;
    const V b = hn::Set(d, bias == nullptr ? T{0} : bias[r]);
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v)
      hn::StoreU(bias == nullptr ? sums[r][v] : hn::Add(sums[r][v], b), d, y + v * places.y_step);
  }
}

// The widest tile of so many outputs whose sums, and a vector for each place, fit into the registers.
constexpr Index most_places(Index outputs) {
  constexpr Index kMany[] = {12, 10, 6, 5, 4, 4}, kFew[] = {6, 4, 3, 2, 2, 2};
  return kManyRegisters ? kMany[outputs - 1] : kFew[outputs - 1];
}

template <class T>
using SumsOfPlaces = void (*)(const Places<T>&, const T*, const T*);
template <int kR, class T, std::size_t... kV>
constexpr auto place_counts(std::index_sequence<kV...>) {
  return std::array<SumsOfPlaces<T>, 12>{&sums_of_places<kR, static_cast<int>(kV) + 1, T>...};
}
template <class T, std::size_t... kR>
constexpr auto output_counts(std::index_sequence<kR...>) {
  return std::array{place_counts<static_cast<int>(kR) + 1, T>(
      std::make_index_sequence<static_cast<std::size_t>(most_places(kR + 1))>())...};
}
// By outputs and places, from 1.
template <class T>
constexpr auto kSumsOfPlaces = output_counts<T>(std::make_index_sequence<kRows>());

// All outputs of `count` places.
template <class T>
HWY_INLINE void sum_row(Places<T> places, Index count, Index outputs, const T* packed, const T* bias) {
  const Index length = static_cast<Index>(places.steps.size());
  for (Index m = 0; m < outputs;) {
    const Index height = tile_height(outputs - m);
    Places<T> tile = places;
    tile.y += m * places.y_plane;
    for (Index s = 0; s < count;) {
      const Index width = tile_height(count - s, most_places(height));
      kSumsOfPlaces<T>[static_cast<std::size_t>(height - 1)][static_cast<std::size_t>(width - 1)](
          tile, packed + m * length, bias == nullptr ? nullptr : bias + m);
      tile.x += width * tile.x_step;
      tile.y += width * tile.y_step;
      s += width;
    }
    m += height;
  }
}

template <class T>
HWY_INLINE Index convolve_of(const Convolution& k, View<const T> x, const T* packed, const T* b, const View<T>& y,
                             T* padded, InLanes lanes) {
  constexpr Index kL = kLanes<T>;
  const Window& w = k.window;
  const Layout layout(w);
  const LaneSizes sizes(k, layout);
  const Index samples = takes_lanes(k) ? samples_in_lanes(x.rows, kL) : 0;
  if (samples == 0) return 0;
  const Index plane = sizes.rows * sizes.cols, channels_in = k.channels_in / k.groups,
              channels_out = k.channels_out / k.groups;
  T* const sums = padded + sizes.padded * kL;
  LaneSteps steps;
  prepare_lane_image(k, sizes, padded);
  for (Index n = 0; n < samples; n += kL) {
    const Index count = std::min(kL, samples - n);
    const LaneImage<T> image = lane_image(k, sizes, sample_vector(x, n, count, lanes.x), padded);
    const SampleVector<T> to = sample_vector(y, n, count, lanes.y);
    const std::size_t links = link_steps(k, sizes, image.unit, steps);
    for (Index g = 0; g < k.groups; ++g)
      for (Index begin = 0; begin < w.rows.out; begin += sizes.block_rows) {
        const Index places = std::min(sizes.block_rows, w.rows.out - begin) * w.cols.out,
                    first = g * channels_out * w.out_size() + begin * w.cols.out;
        const bool direct = to.lanes != nullptr;
        const Index y_step = direct ? kLaneSamples : kL;
        for (Index r = 0; r * w.cols.out < places; ++r)
          sum_row<T>({.x = image.x + (g * channels_in * plane + (begin + r) * w.rows.stride * sizes.cols) * image.unit,
                      .x_step = w.cols.stride * image.unit,
                      .steps = std::span<const Index>(steps).first(links),
                      .y = (direct ? to.lanes + first * y_step : sums) + r * w.cols.out * y_step,
                      .y_step = y_step,
                      .y_plane = (direct ? w.out_size() : places) * y_step},
                     w.cols.out, channels_out, packed + g * channels_out * static_cast<Index>(links),
                     b == nullptr ? nullptr : b + g * channels_out);
        for (Index m = 0; m < channels_out && !direct; ++m)
          store_samples(sums + m * places * kL, to.rows, first + m * w.out_size(), places);
      }
  }
  return samples;
}

// The numbers of an axis of the image that belong to a phase.
struct OfPhase {
  Index first, count, covered;  // where; how many; of these, how many windows reach
  Index element;                // of the phase, that the first one is
};
inline OfPhase of_phase(const Unfolded& unfolded, Index phase) {
  const Axis& axis = unfolded.axis;
  const Index first = (phase + axis.stride - axis.before % axis.stride) % axis.stride;
  const Index count = std::max<Index>((axis.in - first + axis.stride - 1) / axis.stride, 0);
  const Index element = (first + axis.before) / axis.stride;
  const Index covered = phase < unfolded.phases() ? std::clamp<Index>(unfolded.length() - element, 0, count) : 0;
  return {first, count, covered, element};
}

// One phase of the images of a group in lanes, whose numbers are `unit` apart. Returns where the factors of the next phase begin.
template <class T>
HWY_INLINE const T* adjoint_of_phase(const Convolution& k, const Layout& layout, Index p, Index q, const T* wide,
                                     const T* packed, const T* b, T* image, Index unit) {
  constexpr Index kL = kLanes<T>;
  const Lanes<T> d;
  const Window& w = k.window;
  const Index channels_in = k.channels_in / k.groups, wide_plane = layout.wide_rows() * layout.wide_cols();
  LaneSteps steps;
  std::size_t links = 0;
  for (Index o = 0; o < k.channels_out / k.groups; ++o)
    for_taps_of_phase(layout, p, q, [&](Index, Index tap) { steps[links++] = (o * wide_plane + tap) * kL; });
  const OfPhase rows = of_phase(layout.rows, p), cols = of_phase(layout.cols, q);
  for (Index u = 0; u < rows.count; ++u) {
    const Index covered = u < rows.covered ? cols.covered : 0;
    T* const to = image + ((rows.first + u * w.rows.stride) * w.cols.in + cols.first) * unit;
    sum_row<T>({.x = wide + ((rows.element + u) * layout.wide_cols() + cols.element) * kL,
                .x_step = kL,
                .steps = std::span<const Index>(steps).first(links),
                .y = to,
                .y_step = w.cols.stride * unit,
                .y_plane = w.in_size() * unit},
               covered, channels_in, packed, b);
    for (Index c = 0; c < channels_in; ++c)
      for (Index v = covered; v < cols.count; ++v)
        hn::StoreU(hn::Set(d, b == nullptr ? T{0} : b[c]), d, to + (c * w.in_size() + v * w.cols.stride) * unit);
  }
  return packed + channels_in * static_cast<Index>(links);
}

template <class T>
HWY_INLINE Index convolve_adjoint_of(const Convolution& k, View<const T> y, const T* packed, const T* b,
                                     const View<T>& x, T* wide, InLanes lanes) {
  constexpr Index kL = kLanes<T>;
  const Window& w = k.window;
  const Layout layout(w);
  const LaneSizes sizes(k, layout);
  const Index samples = takes_lanes(k) && !layout.repeats_numbers() ? samples_in_lanes(y.rows, kL) : 0;
  if (samples == 0) return 0;
  const Index wide_cols = layout.wide_cols(), wide_plane = layout.wide_rows() * wide_cols,
              channels_in = k.channels_in / k.groups, channels_out = k.channels_out / k.groups;
  T* const image = wide + sizes.wide * kL;
  surround(k.channels_out, layout.wide_rows(), wide_cols, {layout.rows.reach(), layout.cols.reach()}, w.rows.out,
           w.cols.out, T{0}, wide);
  for (Index n = 0; n < samples; n += kL) {
    const Index count = std::min(kL, samples - n);
    const SampleVector<const T> from = sample_vector(y, n, count, lanes.y);
    const SampleVector<T> to = sample_vector(x, n, count, lanes.x);
    for (Index o = 0; o < k.channels_out; ++o)
      for (Index r = 0; r < w.rows.out; ++r)
        load_vector(from, (o * w.rows.out + r) * w.cols.out, w.cols.out,
                    wide + (o * wide_plane + (layout.rows.reach() + r) * wide_cols + layout.cols.reach()) * kL);
    for (Index g = 0; g < k.groups; ++g) {
      const T* factors = packed + g * channels_in * channels_out * w.taps();
      const Index first = g * channels_in * w.in_size();
      for (Index p = 0; p < w.rows.stride; ++p)
        for (Index q = 0; q < w.cols.stride; ++q)
          factors = adjoint_of_phase(k, layout, p, q, wide + g * channels_out * wide_plane * kL, factors,
                                     b == nullptr ? nullptr : b + g * channels_in,
                                     to.lanes == nullptr ? image : to.lanes + first * kLaneSamples,
                                     to.lanes == nullptr ? kL : kLaneSamples);
      if (to.lanes == nullptr) store_samples(image, to.rows, first, channels_in * w.in_size());
    }
  }
  return samples;
}

Index convolve_float(const Convolution& k, View<const float> x, const float* packed, const float* b, View<float> y,
                     float* scratch, InLanes lanes) {
  return convolve_of(k, x, packed, b, y, scratch, lanes);
}
Index convolve_double(const Convolution& k, View<const double> x, const double* packed, const double* b, View<double> y,
                      double* scratch, InLanes lanes) {
  return convolve_of(k, x, packed, b, y, scratch, lanes);
}
Index convolve_adjoint_float(const Convolution& k, View<const float> y, const float* packed, const float* b,
                             View<float> x, float* scratch, InLanes lanes) {
  return convolve_adjoint_of(k, y, packed, b, x, scratch, lanes);
}
Index convolve_adjoint_double(const Convolution& k, View<const double> y, const double* packed, const double* b,
                              View<double> x, double* scratch, InLanes lanes) {
  return convolve_adjoint_of(k, y, packed, b, x, scratch, lanes);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

// Few channels: all in lanes stays in a second level cache. Little work for a number does not pay for transposing it.
bool takes_lanes(const Convolution& k) {
  constexpr Index kMostVectors = 16384, kLeastWork = 6;
  const LaneSizes sizes(k, Layout(k.window));
  const Index numbers = k.channels_in * k.window.in_size() + k.channels_out * k.window.out_size();
  return k.kernel_rows() <= kMostLaneSteps && k.channels_out / k.groups * k.window.taps() <= kMostLaneSteps &&
         sizes.padded + sizes.sums <= kMostVectors && sizes.wide + sizes.image <= kMostVectors &&
         k.operations() >= static_cast<double>(kLeastWork * numbers);
}

HWY_EXPORT(convolve_float);
HWY_EXPORT(convolve_double);
HWY_EXPORT(convolve_adjoint_float);
HWY_EXPORT(convolve_adjoint_double);

Index batch_convolution_scratch(const Convolution& convolution) {
  const Layout layout(convolution.window);
  const LaneSizes sizes(convolution, layout);
  if (!takes_lanes(convolution)) return 0;
  return std::max(sizes.padded + sizes.sums, sizes.wide + sizes.image) * kLaneSamples;
}

Index convolve_batch(const Convolution& convolution, View<const float> x, const float* packed, const float* b,
                     View<float> y, float* scratch, InLanes lanes) {
  return HWY_DYNAMIC_DISPATCH(convolve_float)(convolution, x, packed, b, y, scratch, lanes);
}
Index convolve_batch(const Convolution& convolution, View<const double> x, const double* packed, const double* b,
                     View<double> y, double* scratch, InLanes lanes) {
  return HWY_DYNAMIC_DISPATCH(convolve_double)(convolution, x, packed, b, y, scratch, lanes);
}
Index convolve_adjoint_batch(const Convolution& convolution, View<const float> y, const float* packed, const float* b,
                             View<float> x, float* scratch, InLanes lanes) {
  return HWY_DYNAMIC_DISPATCH(convolve_adjoint_float)(convolution, y, packed, b, x, scratch, lanes);
}
Index convolve_adjoint_batch(const Convolution& convolution, View<const double> y, const double* packed,
                             const double* b, View<double> x, double* scratch, InLanes lanes) {
  return HWY_DYNAMIC_DISPATCH(convolve_adjoint_double)(convolution, y, packed, b, x, scratch, lanes);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
