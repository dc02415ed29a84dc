// isinglass/kernels/lane_gradient.cpp - tiles of rows by outputs of the gradient, each number a vector of samples.
//
// Sums stay in memory from some rows of places to the next, so that what these places read stays in a first level cache.
#include "isinglass/kernels/lane_gradient.h"

#include <array>
#include <utility>

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/lane_gradient.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/lane_image-inl.h"

#ifndef ISINGLASS_KERNELS_LANE_GRADIENT_
#  define ISINGLASS_KERNELS_LANE_GRADIENT_
namespace isinglass::kernels {
namespace {

constexpr Index kMostSums = 2048, kBlockVectors = 512;  // of the gradient, and of y, at a time

// What lies in lanes, in vectors, behind the padded image: y, and sums of some rows of g for one group.
struct GradientSizes {
  explicit GradientSizes(const Convolution& k)
      : outputs(k.channels_out / k.groups),
        block_rows(std::clamp<Index>(kBlockVectors / (outputs * k.window.cols.out), 1, k.window.rows.out)),
        gradient_rows(std::clamp<Index>(kMostSums / outputs, 1, k.kernel_rows())),
        y(k.channels_out * k.window.out_size()),
        sums((gradient_rows * outputs + kLaneSamples - 1) / kLaneSamples * kLaneSamples) {}
  Index outputs;        // of a group
  Index block_rows;     // of y at a time
  Index gradient_rows;  // at a time
  Index y, sums;
};

}  // namespace
}  // namespace isinglass::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Places, and the vectors that meet there.
template <class T>
struct Meetings {
  Index rows, cols;              // of places
  const T* x;                    // of the first place
  Index x_pitch, x_step;         // from one row of places, and from one place, to the next
  std::span<const Index> steps;  // to what each row of the gradient reads
  const T* y;
  Index y_plane, y_step;  // from one output, and from one place, to the next
  T* sums;                // (rows of the gradient, outputs)
  Index outputs;
};

template <int kR, int kO, class T>
ISINGLASS_QUIET void add_meetings(const Meetings<T>& meetings) {
  const Lanes<T> d;
  using V = hn::Vec<Lanes<T>>;
  constexpr Index kL = kLanes<T>;
  V sums[kR][kO];
  Index at[kR];
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    at[r] = meetings.steps[static_cast<std::size_t>(r)];
    ISINGLASS_UNROLL
    for (int o = 0; o < kO; ++o) sums[r][o] = hn::LoadU(d, meetings.sums + (r * meetings.outputs + o) * kL);
  }
  const T* y = meetings.y;
  const Index y_plane = meetings.y_plane, y_step = meetings.y_step, x_step = meetings.x_step;
  for (Index row = 0; row < meetings.rows; ++row) {
    const T* x = meetings.x + row * meetings.x_pitch;
    for (Index s = 0; s < meetings.cols; ++s, x += x_step, y += y_step) {
      V of_y[kO];
      ISINGLASS_UNROLL
      for (int o = 0; o < kO; ++o) of_y[o] = hn::LoadU(d, y + o * y_plane);
      ISINGLASS_UNROLL
      for (int r = 0; r < kR; ++r) {
        const V of_x = hn::LoadU(d, x + at[r]);
        ISINGLASS_UNROLL
        for (int o = 0; o < kO; ++o) sums[r][o] = hn::MulAdd(of_x, of_y[o], sums[r][o]);
      }
    }
  }
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    ISINGLASS_UNROLL
    for (int o = 0; o < kO; ++o) hn::StoreU(sums[r][o], d, meetings.sums + (r * meetings.outputs + o) * kL);
  }
}

// A tile of so many outputs has at most so many rows.
constexpr Index kMostOutputs = kManyRegisters ? 4 : 2;
constexpr Index most_rows(Index outputs) {
  constexpr Index kMany[] = {12, 10, 8, 6}, kFew[] = {6, 5};
  return kManyRegisters ? kMany[outputs - 1] : kFew[outputs - 1];
}
template <class T>
using AddMeetings = void (*)(const Meetings<T>&);
template <int kO, class T, std::size_t... kR>
constexpr auto row_counts(std::index_sequence<kR...>) {
  return std::array<AddMeetings<T>, 12>{&add_meetings<static_cast<int>(kR) + 1, kO, T>...};
}
template <class T, std::size_t... kO>
constexpr auto output_counts(std::index_sequence<kO...>) {
  return std::array{row_counts<static_cast<int>(kO) + 1, T>(
      std::make_index_sequence<static_cast<std::size_t>(most_rows(kO + 1))>())...};
}
// By outputs and rows, from 1.
template <class T>
constexpr auto kAddMeetings = output_counts<T>(std::make_index_sequence<kMostOutputs>());

template <class T>
HWY_INLINE void add_all(const Meetings<T>& meetings) {
  const Index rows = static_cast<Index>(meetings.steps.size());
  for (Index o = 0; o < meetings.outputs;) {
    const Index width = tile_height(meetings.outputs - o, kMostOutputs);
    for (Index r = 0; r < rows;) {
      const Index height = tile_height(rows - r, most_rows(width));
      Meetings<T> tile = meetings;
      tile.steps = meetings.steps.subspan(static_cast<std::size_t>(r));
      tile.y += o * meetings.y_plane;
      tile.sums += (r * meetings.outputs + o) * kLanes<T>;
      kAddMeetings<T>[static_cast<std::size_t>(width - 1)][static_cast<std::size_t>(height - 1)](tile);
      r += height;
    }
    o += width;
  }
}

// Equation (2) for `numbers` sums in lanes of the first `count` samples. Sums beyond the last fill a vector up.
template <class T>
HWY_INLINE void add_samples(const T* sums, Index numbers, Index count, const View<T>& g) {
  constexpr Index kL = kLanes<T>;
  const Lanes<T> d;
  HWY_ALIGN T turned[kL * kL], totals[kL];
  for (Index p = 0; p < numbers; p += kL, sums += kL * kL) {
    const Index left = std::min(kL, numbers - p);
    transpose_rows([=](Index j) { return sums + j * kL; }, kL, kL, turned);
    const bool whole = left == kL && g.contiguous();
    T* const to = g.data + p;
    for (Index j = 0; j < left && !whole; ++j) totals[j] = g((p + j) / g.cols, (p + j) % g.cols);
    auto total = whole ? hn::LoadU(d, to) : hn::Load(d, totals);
    for (Index n = 0; n < count; ++n) total = hn::Add(total, hn::Load(d, turned + n * kL));
    if (whole) {
      hn::StoreU(total, d, to);
    } else {
      hn::Store(total, d, totals);
      for (Index j = 0; j < left; ++j) g((p + j) / g.cols, (p + j) % g.cols) = totals[j];
    }
  }
}

template <class T>
HWY_INLINE Index gradient_of(const Convolution& k, const View<const T>& x, const View<const T>& y, Index first,
                             const View<T>& g, T* padded, InLanes lanes) {
  constexpr Index kL = kLanes<T>;
  const Window& w = k.window;
  const LaneSizes sizes(k, Layout(w));
  const GradientSizes of(k);
  const Index samples = samples_in_lanes(x.rows, kL), channels_in = k.channels_in / k.groups;
  T* const dense = padded + sizes.padded * kL;
  T* const sums = dense + of.y * kL;
  LaneSteps steps;
  prepare_lane_image(k, sizes, padded);
  for (Index n = 0; n < samples; n += kL) {
    const Index count = std::min(kL, samples - n);
    const LaneImage<T> image = lane_image(k, sizes, sample_vector(x, n, count, lanes.x), padded);
    link_steps(k, sizes, image.unit, steps);
    const SampleVector<const T> from = sample_vector(y, n, count, lanes.y);
    if (from.lanes == nullptr) load_vector(from, 0, y.cols, dense);
    const Index y_step = from.lanes == nullptr ? kL : kLaneSamples;
    for (Index group = 0; group < k.groups; ++group)
      for (Index row = 0; row < g.rows; row += of.gradient_rows) {
        const Index rows = std::min(of.gradient_rows, g.rows - row);
        std::fill_n(sums, rows * of.outputs * kL, T{0});
        for (Index begin = 0; begin < w.rows.out; begin += of.block_rows)
          add_all<T>(
              {.rows = std::min(of.block_rows, w.rows.out - begin),
               .cols = w.cols.out,
               .x = image.x + (group * channels_in * sizes.rows + begin * w.rows.stride) * sizes.cols * image.unit,
               .x_pitch = w.rows.stride * sizes.cols * image.unit,
               .x_step = w.cols.stride * image.unit,
               .steps = std::span<const Index>(steps).subspan(static_cast<std::size_t>(first + row),
                                                              static_cast<std::size_t>(rows)),
               .y = (from.lanes == nullptr ? dense : from.lanes) +
                    (group * of.outputs * w.out_size() + begin * w.cols.out) * y_step,
               .y_plane = w.out_size() * y_step,
               .y_step = y_step,
               .sums = sums,
               .outputs = of.outputs});
        add_samples(sums, rows * of.outputs, count,
                    g.middle_rows(row, rows).middle_cols(group * of.outputs, of.outputs));
      }
  }
  return samples;
}

Index gradient_float(const Convolution& k, View<const float> x, View<const float> y, Index first, View<float> g,
                     float* scratch, InLanes lanes) {
  return gradient_of(k, x, y, first, g, scratch, lanes);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(gradient_float);

Index lane_gradient_scratch(const Convolution& convolution) {
  const GradientSizes of(convolution);
  return (LaneSizes(convolution, Layout(convolution.window)).padded + of.y + of.sums) * kLaneSamples;
}

Index lane_gradient(const Convolution& convolution, View<const float> x, View<const float> y, Index first,
                    View<float> g, float* scratch, InLanes lanes) {
  return HWY_DYNAMIC_DISPATCH(gradient_float)(convolution, x, y, first, g, scratch, lanes);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
