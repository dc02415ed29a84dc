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
#include "isinglass/kernels/lane_reading.h"

#ifndef ISINGLASS_KERNELS_LANE_GRADIENT_
#  define ISINGLASS_KERNELS_LANE_GRADIENT_
namespace isinglass::kernels {
namespace {

constexpr Index kMostSums = 2048, kBlockVectors = 512;  // of the gradient, and of y, at a time

// What lies in lanes, in vectors, behind the image: y, sums of some rows of g for one group, and a row of padding.
struct GradientSizes {
  explicit GradientSizes(const Convolution& k)
      : outputs(k.channels_out / k.groups),
        block_rows(std::clamp<Index>(kBlockVectors / (outputs * k.window.cols.out), 1, k.window.rows.out)),
        gradient_rows(std::clamp<Index>(kMostSums / outputs, 1, k.kernel_rows())),
        y(k.channels_out * k.window.out_size()),
        sums((gradient_rows * outputs + kLaneSamples - 1) / kLaneSamples * kLaneSamples),
        outside(k.window.cols.out * k.window.cols.stride) {}
  Index outputs;        // of a group
  Index block_rows;     // of y at a time
  Index gradient_rows;  // at a time
  Index y, sums, outside;
};

// A row of the gradient reads an image at `at`, for the first place on, where places have a number in it.
struct Meeting {
  std::int32_t at, begin_row, end_row, begin_col, end_col;
};

}  // namespace
}  // namespace isinglass::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Places, and the vectors that meet there.
template <class T>
struct Meetings {
  Index first_row, rows, cols;    // of places
  const T* x;                     // the image
  Index x_row, x_step;            // from what one row of places, and one place, reads to the next
  std::span<const Meeting> taps;  // what each row of the gradient reads
  const T* outside;               // a row of what stands there
  const T* y;
  Index y_plane, y_step;  // from one output, and from one place, to the next
  T* sums;                // (rows of the gradient, outputs)
  Index outputs;
  bool resumes;  // sums of earlier places, else from zero
};

template <int kR, int kO, class T>
ISINGLASS_QUIET void add_meetings(const Meetings<T>& meetings) {
  const Lanes<T> d;
  using V = hn::Vec<Lanes<T>>;
  constexpr Index kL = kLanes<T>;
  V sums[kR][kO];
  Stretch inside{0, meetings.cols, 0, 0};  // the places of a row that all taps read within the image
  for (int r = 0; r < kR; ++r) {
    const Meeting& tap = meetings.taps[static_cast<std::size_t>(r)];
    inside.begin = std::max<Index>(inside.begin, tap.begin_col);
    inside.end = std::min<Index>(inside.end, tap.end_col);
    ISINGLASS_UNROLL
    for (int o = 0; o < kO; ++o)
      sums[r][o] = meetings.resumes ? hn::LoadU(d, meetings.sums + (r * meetings.outputs + o) * kL) : hn::Zero(d);
  }
  const T* y = meetings.y;
  const Index y_plane = meetings.y_plane, y_step = meetings.y_step, x_step = meetings.x_step;
  for (Index row = meetings.first_row; row < meetings.first_row + meetings.rows; ++row)
    for (Index s = 0; s < meetings.cols;) {
      const Index places = s == inside.begin && s < inside.end ? inside.end - s : 1;
      const T* x[kR];
      for (int r = 0; r < kR; ++r) {
        const Meeting& tap = meetings.taps[static_cast<std::size_t>(r)];
        const bool exists = row >= tap.begin_row && row < tap.end_row && s >= tap.begin_col && s < tap.end_col;
        x[r] = exists ? meetings.x + (tap.at + row * meetings.x_row + s * x_step) : meetings.outside;
      }
      s += places;
      for (Index at = 0; at < places * x_step; at += x_step, y += y_step) {
        V of_y[kO];
        ISINGLASS_UNROLL
        for (int o = 0; o < kO; ++o) of_y[o] = hn::LoadU(d, y + o * y_plane);
        ISINGLASS_UNROLL
        for (int r = 0; r < kR; ++r) {
          const V of_x = hn::LoadU(d, x[r] + at);
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
  const Index rows = static_cast<Index>(meetings.taps.size());
  const Tiles widths(meetings.outputs, kMostOutputs);
  for (Index i = 0, o = 0; i < widths.count; o += widths[i++]) {
    const Tiles heights(rows, most_rows(widths[i]));
    for (Index j = 0, r = 0; j < heights.count; r += heights[j++]) {
      Meetings<T> tile = meetings;
      tile.taps = meetings.taps.subspan(static_cast<std::size_t>(r));
      tile.y += o * meetings.y_plane;
      tile.sums += (r * meetings.outputs + o) * kLanes<T>;
      kAddMeetings<T>[static_cast<std::size_t>(widths[i] - 1)][static_cast<std::size_t>(heights[j] - 1)](tile);
    }
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

// What rows first .. first + count - 1 of the gradient read, which go over (c, i, j).
inline void meet(const Window& w, bool is_padded, Index unit, Index first, Index count, Meeting* taps) {
  const Reading rows = reading_of(w.rows, is_padded), cols = reading_of(w.cols, is_padded);
  for (Index row = first; row < first + count; ++row) {
    const Index channel = row / w.taps(), i = row % w.taps() / w.cols.kernel, j = row % w.cols.kernel;
    const Stretch of_rows = rows.having(i), of_cols = cols.having(j);
    const auto number = [](Index n) { return static_cast<std::int32_t>(n); };
    *taps++ = {.at = number(((channel * rows.extent + rows.at(0, i)) * cols.extent + cols.at(0, j)) * unit),
               .begin_row = number(of_rows.begin),
               .end_row = number(of_rows.end),
               .begin_col = number(of_cols.begin),
               .end_col = number(of_cols.end)};
  }
}

template <class T>
HWY_INLINE Index gradient_of(const Convolution& k, const View<const T>& x, const View<const T>& y, Index first,
                             const View<T>& g, T* padded, InLanes lanes) {
  constexpr Index kL = kLanes<T>;
  const Window& w = k.window;
  const Layout layout(w);
  const LaneSizes sizes(k, layout);
  const GradientSizes of(k);
  const Index samples = samples_in_lanes(x.rows, kL), channels_in = k.channels_in / k.groups;
  const bool is_padded = layout.repeats_numbers();
  T* const dense = padded + sizes.padded * kL;
  T* const sums = dense + of.y * kL;
  T* const outside = sums + of.sums * kL;
  std::fill_n(outside, of.outside * kLaneSamples, w.padding == Padding::kConstant ? static_cast<T>(w.constant) : T{0});
  std::array<Meeting, kMostLaneSteps> taps;
  for (Index n = 0; n < samples; n += kL) {
    const Index count = std::min(kL, samples - n);
    const SampleVector<const T> image = sample_vector(x, n, count, lanes.x);
    const LaneImage<T> of_x = is_padded ? padded_image(k, sizes, image, padded) : bare_image(image, padded);
    const LaneImage<T> of_y = bare_image(sample_vector(y, n, count, lanes.y), dense);
    meet(w, is_padded, of_x.unit, first, g.rows, taps.data());
    const Index cols_in = is_padded ? sizes.cols : w.cols.in, plane = is_padded ? sizes.rows * sizes.cols : w.in_size();
    for (Index group = 0; group < k.groups; ++group)
      for (Index row = 0; row < g.rows; row += of.gradient_rows) {
        const Index rows = std::min(of.gradient_rows, g.rows - row);
        for (Index begin = 0; begin < w.rows.out; begin += of.block_rows)
          add_all<T>({.first_row = begin,
                      .rows = std::min(of.block_rows, w.rows.out - begin),
                      .cols = w.cols.out,
                      .x = of_x.x + group * channels_in * plane * of_x.unit,
                      .x_row = w.rows.stride * cols_in * of_x.unit,
                      .x_step = w.cols.stride * of_x.unit,
                      .taps = std::span<const Meeting>(taps).subspan(static_cast<std::size_t>(row),
                                                                     static_cast<std::size_t>(rows)),
                      .outside = outside,
                      .y = of_y.x + (group * of.outputs * w.out_size() + begin * w.cols.out) * of_y.unit,
                      .y_plane = w.out_size() * of_y.unit,
                      .y_step = of_y.unit,
                      .sums = sums,
                      .outputs = of.outputs,
                      .resumes = begin > 0});
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
  return (LaneSizes(convolution, Layout(convolution.window)).padded + of.y + of.sums + of.outside) * kLaneSamples;
}

Index lane_gradient(const Convolution& convolution, View<const float> x, View<const float> y, Index first,
                    View<float> g, float* scratch, InLanes lanes) {
  return HWY_DYNAMIC_DISPATCH(gradient_float)(convolution, x, y, first, g, scratch, lanes);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
