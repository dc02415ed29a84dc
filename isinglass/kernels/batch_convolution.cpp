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
#include "isinglass/kernels/lane_reading.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Neighbouring places of the result, and what they read.
template <class T>
struct Places {
  const T* x;                       // what the first link of the first place reads
  Index x_step;                     // from one place to the next
  std::span<const LaneLink> links;  // of each of so many planes
  Index channels, plane;
  Index taps;  // factors of a plane; those without a link stand for zeros outside
  T* y;
  Index y_step, y_plane;  // to the next place, and to the next output
  bool adds;              // a bias, or 0
};

// kR outputs of kV places; `a` has their factors, kR for each tap. Whether links that are left out change nothing.
template <int kR, int kV, class T>
ISINGLASS_QUIET bool sums_of_places(const Places<T>& places, const T* HWY_RESTRICT a, const T* bias) {
  const Lanes<T> d;
  using V = hn::Vec<Lanes<T>>;
  V sums[kR][kV];
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v) sums[r][v] = hn::Zero(d);
  }
  const Index x_step = places.x_step, plane = places.plane, factors = places.taps * kR;
  const T* of_channel = places.x;
  for (Index c = places.channels; c > 0; --c) {
    for (const LaneLink link : places.links) {
      const T* const x = of_channel + link.x;
      const T* const f = a + link.factor * kR;
      V row[kV];
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) row[v] = hn::LoadU(d, x + v * x_step);
      ISINGLASS_UNROLL
      for (int r = 0; r < kR; ++r) {
        const V factor = hn::Set(d, f[r]);
        ISINGLASS_UNROLL
        for (int v = 0; v < kV; ++v) sums[r][v] = hn::MulAdd(factor, row[v], sums[r][v]);
      }
    }
    of_channel += plane;
    a += factors;
  }
  bool is_sure = true;
  if (static_cast<Index>(places.links.size()) < places.taps) {
    const hn::RebindToSigned<Lanes<T>> bits;
    const auto negative_zero = hn::BitCast(bits, hn::SignBit(d));
    auto met = hn::Eq(hn::BitCast(bits, sums[0][0]), negative_zero);
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) {
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) met = hn::Or(met, hn::Eq(hn::BitCast(bits, sums[r][v]), negative_zero));
    }
    is_sure = hn::AllFalse(bits, met);
  }
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    T* y = places.y + r * places.y_plane;
    const V b = hn::Set(d, bias == nullptr ? T{0} : bias[r]);
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v)
      hn::StoreU(places.adds ? hn::Add(sums[r][v], b) : sums[r][v], d, y + v * places.y_step);
  }
  return is_sure;
}

// The widest tile of so many outputs whose sums, and a vector for each place, fit into the registers.
constexpr Index most_places(Index outputs) {
  constexpr Index kMany[] = {12, 10, 6, 5, 4, 4}, kFew[] = {6, 4, 3, 2, 2, 2};
  return kManyRegisters ? kMany[outputs - 1] : kFew[outputs - 1];
}

template <class T>
using SumsOfPlaces = bool (*)(const Places<T>&, const T*, const T*);
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

// All outputs of neighbouring places; widths of tiles of longer heights and of others.
template <class T>
HWY_INLINE bool sum_line(Places<T> tile, const Tiles& heights, const Tiles (&widths)[2], const T* packed,
                         const T* bias) {
  const Index length = tile.channels * tile.taps;
  const T* const x = tile.x;
  T* y = tile.y;
  bool is_sure = true;
  for (Index m = 0; m < heights.count; ++m) {
    const Index height = heights[m];
    const Tiles& cut = widths[m < heights.longer ? 0 : 1];
    tile.x = x;
    tile.y = y;
    for (Index s = 0; s < cut.count; ++s) {
      const Index width = cut[s];
      is_sure &= kSumsOfPlaces<T>[static_cast<std::size_t>(height - 1)][static_cast<std::size_t>(width - 1)](
          tile, packed, bias);
      tile.x += width * tile.x_step;
      tile.y += width * tile.y_step;
    }
    y += height * tile.y_plane;
    packed += height * length;
    if (bias != nullptr) bias += height;
  }
  return is_sure;
}

// Chains from some planes to places of others.
template <class T>
struct Chains {
  Reading rows, cols;
  const T* x;  // the first of these planes
  Index unit;  // between neighbouring numbers
  Index channels;
  const T *packed, *b;
  Index outputs;
  T* y;                          // of the first row that is asked for
  Index y_row, y_step, y_plane;  // to the next row, place and output
  bool adds;                     // a bias, or 0
};

// Rows begin .. end - 1 of places: rectangles that read the same taps, along their longer side. Whether no link that was
// left out changes a sum.
template <class T>
HWY_INLINE bool sum_rows(const Chains<T>& k, Index begin, Index end) {
  const Index plane = k.rows.extent * k.cols.extent * k.unit;
  const Tiles heights(k.outputs, kRows);
  const Index most_of_longer = most_places(heights[0]), most = most_places(heights.size);
  LaneLinks links;
  bool is_sure = true;
  for (Index u = begin; u < end;) {
    const Stretch row = k.rows.stretch(u, end);
    for (Index v = 0; v < k.cols.places;) {
      const Stretch col = k.cols.stretch(v, k.cols.places);
      const std::size_t count = link(k.rows, k.cols, row, col, k.unit, links);
      const Index x_row = k.rows.step * k.cols.extent * k.unit, x_step = k.cols.step * k.unit;
      const bool down = col.places() < std::min(row.places(), most);
      Places<T> line{
          .x = k.x + (count == 0 ? 0 : k.rows.at(u, row.first) * k.cols.extent + k.cols.at(v, col.first)) * k.unit,
          .x_step = down ? x_row : x_step,
          .links = std::span<const LaneLink>(links).first(count),
          .channels = k.channels,
          .plane = plane,
          .taps = k.rows.taps * k.cols.taps,
          .y = k.y + (u - begin) * k.y_row + v * k.y_step,
          .y_step = down ? k.y_row : k.y_step,
          .y_plane = k.y_plane,
          .adds = k.adds};
      const Index places = down ? row.places() : col.places();
      const Tiles widths[2] = {{places, most_of_longer}, {places, most}};
      for (Index l = down ? col.places() : row.places(); l > 0; --l) {
        is_sure &= sum_line(line, heights, widths, k.packed, k.b);
        line.x += down ? x_step : x_row;
        line.y += down ? k.y_step : k.y_row;
      }
      v = col.end;
    }
    u = row.end;
  }
  return is_sure;
}

template <class T>
HWY_INLINE bool are_finite(const T* numbers, Index count) {
  const Lanes<T> d;
  auto none = hn::Zero(d);
  for (Index i = 0; i < count; i += kLanes<T>)
    none = hn::MulAdd(load_first(d, numbers + i, static_cast<std::size_t>(std::min(kLanes<T>, count - i))), hn::Zero(d),
                      none);
  return hn::AllTrue(d, hn::Eq(none, hn::Zero(d)));
}

// A vector of samples; `is_padded`: with their padding around them, which `padded` has memory for.
template <class T>
HWY_INLINE bool convolve_vector(const Convolution& k, const LaneSizes& sizes, const SampleVector<const T>& x,
                                const T* packed, const T* b, const SampleVector<T>& y, T* padded, bool is_padded) {
  constexpr Index kL = kLanes<T>;
  const Window& w = k.window;
  const LaneImage<T> image = is_padded ? padded_image(k, sizes, x, padded) : bare_image(x, padded);
  const bool direct = y.lanes != nullptr;
  T* const sums = padded + sizes.padded * kL;
  Chains<T> chains{.rows = reading_of(w.rows, is_padded),
                   .cols = reading_of(w.cols, is_padded),
                   .unit = image.unit,
                   .channels = k.channels_in / k.groups,
                   .outputs = k.channels_out / k.groups,
                   .adds = b != nullptr};
  chains.y_step = direct ? kLaneSamples : kL;
  chains.y_row = w.cols.out * chains.y_step;
  bool is_sure = true;
  for (Index g = 0; g < k.groups; ++g) {
    chains.x = image.x + g * chains.channels * chains.rows.extent * chains.cols.extent * image.unit;
    chains.packed = packed + g * chains.outputs * k.kernel_rows();
    chains.b = b == nullptr ? nullptr : b + g * chains.outputs;
    const Index block_rows = direct ? w.rows.out : sizes.block_rows;
    for (Index begin = 0; begin < w.rows.out; begin += block_rows) {
      const Index rows = std::min(block_rows, w.rows.out - begin), places = rows * w.cols.out,
                  first = g * chains.outputs * w.out_size() + begin * w.cols.out;
      chains.y = direct ? y.lanes + first * kLaneSamples : sums;
      chains.y_plane = (direct ? w.out_size() : places) * chains.y_step;
      is_sure &= sum_rows(chains, begin, begin + rows);
      for (Index m = 0; m < chains.outputs && !direct; ++m)
        store_samples(sums + m * places * kL, y.rows, first + m * w.out_size(), places);
    }
  }
  return is_sure;
}

template <class T>
HWY_INLINE Index convolve_of(const Convolution& k, View<const T> x, const T* packed, const T* b, const View<T>& y,
                             T* padded, InLanes lanes) {
  constexpr Index kL = kLanes<T>;
  const LaneSizes sizes(k, Layout(k.window));
  const Index samples = takes_lanes(k) ? samples_in_lanes(x.rows, kL) : 0;
  const bool is_zero =
      k.window.padding == Padding::kZero || (k.window.padding == Padding::kConstant && k.window.constant == 0);
  const bool leaves_out = samples > 0 && is_zero && are_finite(packed, k.kernel_rows() * k.channels_out);
  for (Index n = 0; n < samples; n += kL) {
    const Index count = std::min(kL, samples - n);
    const SampleVector<const T> from = sample_vector(x, n, count, lanes.x);
    const SampleVector<T> to = sample_vector(y, n, count, lanes.y);
    if (leaves_out && convolve_vector(k, sizes, from, packed, b, to, padded, false)) continue;
    convolve_vector(k, sizes, from, packed, b, to, padded, true);
  }
  return samples;
}

// One phase of the images of a group in lanes; `from` begins at the y of this group. Returns where the factors of the
// next phase begin.
template <class T>
HWY_INLINE const T* adjoint_of_phase(const Window& w, const PhaseReading& rows, const PhaseReading& cols, Chains<T> k,
                                     T* image, Index unit, bool& is_sure) {
  const Lanes<T> d;
  k.rows = rows.reading;
  k.cols = cols.reading;
  k.y = image + (rows.first * w.cols.in + cols.first) * unit;
  k.y_row = w.rows.stride * w.cols.in * unit;
  k.y_step = w.cols.stride * unit;
  k.y_plane = w.in_size() * unit;
  is_sure &= sum_rows(k, 0, k.rows.places);
  for (Index u = 0; u < rows.count; ++u)
    for (Index v = u < k.rows.places ? k.cols.places : 0; v < cols.count; ++v)
      for (Index c = 0; c < k.outputs; ++c)
        hn::StoreU(hn::Set(d, k.b == nullptr ? T{0} : k.b[c]), d, k.y + u * k.y_row + v * k.y_step + c * k.y_plane);
  return k.packed + k.outputs * k.channels * k.rows.taps * k.cols.taps;
}

// A vector of samples; `is_padded`: with zeros around y, which `wide` has memory for.
template <class T>
HWY_INLINE bool adjoint_vector(const Convolution& k, const Layout& layout, const LaneSizes& sizes,
                               const SampleVector<const T>& y, const T* packed, const T* b, const SampleVector<T>& x,
                               T* wide, bool is_padded) {
  constexpr Index kL = kLanes<T>;
  const Window& w = k.window;
  const LaneImage<T> from = is_padded ? wide_image(k, layout, y, wide) : bare_image(y, wide);
  const Index plane = is_padded ? layout.wide_rows() * layout.wide_cols() : w.out_size();
  T* const image = wide + sizes.wide * kL;
  Chains<T> chains{.unit = from.unit,
                   .channels = k.channels_out / k.groups,
                   .packed = packed,
                   .outputs = k.channels_in / k.groups,
                   .adds = b != nullptr || !layout.can_crop()};  // as fold() does
  bool is_sure = true;
  for (Index g = 0; g < k.groups; ++g) {
    const Index first = g * chains.outputs * w.in_size();
    chains.x = from.x + g * chains.channels * plane * from.unit;
    chains.b = b == nullptr ? nullptr : b + g * chains.outputs;
    for (Index p = 0; p < w.rows.stride; ++p)
      for (Index q = 0; q < w.cols.stride; ++q)
        chains.packed = adjoint_of_phase(w, reading_of_phase(layout.rows, p, is_padded),
                                         reading_of_phase(layout.cols, q, is_padded), chains,
                                         x.lanes == nullptr ? image : x.lanes + first * kLaneSamples,
                                         x.lanes == nullptr ? kL : kLaneSamples, is_sure);
    if (x.lanes == nullptr) store_samples(image, x.rows, first, chains.outputs * w.in_size());
  }
  return is_sure;
}

template <class T>
HWY_INLINE Index convolve_adjoint_of(const Convolution& k, View<const T> y, const T* packed, const T* b,
                                     const View<T>& x, T* wide, InLanes lanes) {
  constexpr Index kL = kLanes<T>;
  const Layout layout(k.window);
  const LaneSizes sizes(k, layout);
  const Index samples = takes_lanes(k) && !layout.repeats_numbers() ? samples_in_lanes(y.rows, kL) : 0;
  const bool leaves_out = samples > 0 && are_finite(packed, k.kernel_rows() * k.channels_out);
  for (Index n = 0; n < samples; n += kL) {
    const Index count = std::min(kL, samples - n);
    const SampleVector<const T> from = sample_vector(y, n, count, lanes.y);
    const SampleVector<T> to = sample_vector(x, n, count, lanes.x);
    if (!leaves_out || !adjoint_vector(k, layout, sizes, from, packed, b, to, wide, false))
      adjoint_vector(k, layout, sizes, from, packed, b, to, wide, true);
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
