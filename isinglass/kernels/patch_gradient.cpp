// isinglass/kernels/patch_gradient.cpp - tiles of vectors of a window by outputs.
#include "isinglass/kernels/patch_gradient.h"

#include <array>
#include <utility>

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/patch_gradient.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/panel-inl.h"

#ifndef ISINGLASS_KERNELS_PATCH_GRADIENT_
#  define ISINGLASS_KERNELS_PATCH_GRADIENT_
namespace isinglass::kernels {
namespace {

constexpr Index kMostLanes = 16, kBlock = 8192;  // numbers of windows at a time: they stay in a first level cache

// The part of a window whose gradients are asked for, the smallest box around rows first .. first + count - 1 of g; and
// how its numbers lie in memory. A column of the image is the numbers of some rows, of each row those of all channels. A
// window is a run of each of its columns where this fills vectors. Otherwise each row of windows gets columns of its
// own, of just the rows that it reads, and a window is a single run.
struct Patch {
  Patch(const Convolution& of, Index first, Index count, Index lanes) : k(of) {
    const Window& w = k.window;
    const Index last = first + count - 1, taps = w.taps(), kernel = w.cols.kernel;
    channel = first / taps;
    channels = last / taps - channel + 1;
    if (channels == 1) {
      row = first % taps / kernel;
      rows = last % taps / kernel - row + 1;
    }
    if (channels == 1 && rows == 1) {
      col = first % kernel;
      cols = last % kernel - col + 1;
    }
    width = (w.cols.out - 1) * w.cols.stride + cols;
    const auto vectors = [&](Index numbers) { return (numbers + lanes - 1) / lanes; };
    const Index whole = vectors(run() * cols), of_column = vectors(run());
    in_columns = 4 * cols * of_column <= 5 * whole;
    runs = in_columns ? cols : 1;
    run_vectors = in_columns ? of_column : whole;
    run_lanes = run_vectors * lanes;
    block_rows = std::clamp<Index>(kBlock / (width * (in_columns ? w.rows.stride * channels : run())), 1, w.rows.out);
    height = channels * rows_read(block_rows);
  }
  const Convolution& k;
  Index channel = 0, channels = 1, row = 0, rows = k.window.rows.kernel, col = 0, cols = k.window.cols.kernel;
  Index width;  // columns of the image that a row of windows reads
  bool in_columns;
  Index runs, run_vectors, run_lanes;  // of a window
  Index block_rows, height;            // rows of windows at a time, and numbers of a column of all that they read

  Index run() const { return rows * channels; }          // numbers of a window in a column
  Index size() const { return runs * run_lanes; }        // of a window, with lanes that belong to nobody
  Index columns_size() const { return width * height; }  // of a block
  Index windows_size() const { return in_columns ? 0 : block_rows * width * run(); }
  Index rows_read(Index window_rows) const { return (window_rows - 1) * k.window.rows.stride + rows; }
  Index column_step() const { return in_columns ? height : run(); }
  Index row_step() const { return in_columns ? k.window.rows.stride * channels : width * run(); }
  Index lane(Index r) const {  // of row r of g
    const Index kernel = k.window.cols.kernel, c = r / k.window.taps(), i = r % k.window.taps() / kernel;
    return (r % kernel - col) * (in_columns ? run_lanes : run()) + (i - row) * channels + c - channel;
  }
};

// Where vectors of outputs are as full, they are the quicker way; so they are for windows of a single column.
bool pays(const Convolution& k) {
  const Window& w = k.window;
  if (w.rows.dilation > 1 || w.cols.dilation > 1 || w.cols.kernel == 1) return false;
  const Patch patch(k, 0, k.kernel_rows(), kMostLanes);
  const Index outputs = k.channels_out / k.groups, lanes = (outputs + kMostLanes - 1) / kMostLanes * kMostLanes;
  return patch.columns_size() + patch.windows_size() <= 3 * kBlock &&
         (patch.in_columns || 4 * outputs * patch.size() <= 3 * lanes * k.kernel_rows());
}

}  // namespace
}  // namespace isinglass::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Windows of some rows, and what they meet.
template <class T>
struct Windows {
  const T* patches;
  Index row_step, step;  // from one row of windows, and from one window, to the next
  Index rows, cols;
  const T* dy;
  Index dy_plane;
  T* sums;  // (outputs, sums_stride)
  Index sums_stride;
};

template <int kR, int kV, class T>
ISINGLASS_QUIET void add_windows(const Windows<T>& windows, const std::array<Index, kVectors>& offsets) {
  const Lanes<T> d;
  using V = hn::Vec<Lanes<T>>;
  constexpr Index kL = kLanes<T>;
  V sums[kR][kV];
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v) sums[r][v] = hn::LoadU(d, windows.sums + r * windows.sums_stride + v * kL);
  }
  const T* dy = windows.dy;
  const Index step = windows.step, dy_plane = windows.dy_plane;
  Index at[kV];
  ISINGLASS_UNROLL
  for (int v = 0; v < kV; ++v) at[v] = offsets[v];
  for (Index row = 0; row < windows.rows; ++row) {
    const T* x = windows.patches + row * windows.row_step;
    for (Index s = 0; s < windows.cols; ++s, x += step, ++dy) {
      V patch[kV];
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) patch[v] = hn::LoadU(d, x + at[v]);
      ISINGLASS_UNROLL
      for (int r = 0; r < kR; ++r) {
        const V f = hn::Set(d, dy[r * dy_plane]);
        ISINGLASS_UNROLL
        for (int v = 0; v < kV; ++v) sums[r][v] = hn::MulAdd(f, patch[v], sums[r][v]);
      }
    }
  }
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v) hn::StoreU(sums[r][v], d, windows.sums + r * windows.sums_stride + v * kL);
  }
}

// The most outputs of a tile of so many vectors.
constexpr Index most_outputs(Index vectors) {
  constexpr Index kMany[] = {16, 12, 8, 6}, kFew[] = {8, 5};
  return kManyRegisters ? kMany[vectors - 1] : kFew[vectors - 1];
}
template <class T>
using AddWindows = void (*)(const Windows<T>&, const std::array<Index, kVectors>&);
template <int kV, class T, std::size_t... kR>
constexpr auto output_counts(std::index_sequence<kR...>) {
  return std::array<AddWindows<T>, 16>{&add_windows<static_cast<int>(kR) + 1, kV, T>...};
}
template <class T, std::size_t... kV>
constexpr auto vector_counts(std::index_sequence<kV...>) {
  return std::array{output_counts<static_cast<int>(kV) + 1, T>(
      std::make_index_sequence<static_cast<std::size_t>(most_outputs(kV + 1))>())...};
}
// By vectors and outputs, from 1.
template <class T>
constexpr auto kAddWindows = vector_counts<T>(std::make_index_sequence<kVectors>());

template <class T>
HWY_INLINE void add_all(const Windows<T>& windows, const Patch& patch, Index outputs) {
  const Index vectors = patch.runs * patch.run_vectors;
  for (Index v = 0; v < vectors;) {
    const Index width = tile_height(vectors - v, kVectors);
    std::array<Index, kVectors> offsets{};
    for (Index i = 0; i < width; ++i)
      offsets[static_cast<std::size_t>(i)] =
          (v + i) / patch.run_vectors * patch.height + (v + i) % patch.run_vectors * kLanes<T>;
    for (Index m = 0; m < outputs;) {
      const Index height = tile_height(outputs - m, most_outputs(width));
      Windows<T> tile = windows;
      tile.sums += m * patch.size() + v * kLanes<T>;
      tile.dy += m * tile.dy_plane;
      kAddWindows<T>[static_cast<std::size_t>(width - 1)][static_cast<std::size_t>(height - 1)](tile, offsets);
      m += height;
    }
    v += width;
  }
}

// The columns of `rows` rows of the padded image from row u on. Beyond each column's numbers up to a vector is written:
// so columns in order, and of each column its last vector first.
template <class T>
HWY_INLINE void lay_out_columns(const Patch& patch, const T* x, Index u, Index rows, const T* outside, T* out) {
  const Window& w = patch.k.window;
  const Index height = rows * patch.channels, shift = w.cols.before - patch.col;
  const Index begin = std::clamp<Index>(shift, 0, patch.width),
              end = std::clamp<Index>(w.cols.in + shift, begin, patch.width);
  const auto row_of = [&](Index i, Index c) {
    const Index from = source(w.padding, u + i - w.rows.before, w.rows.in);
    return from < 0 ? outside : x + (c * w.rows.in + from) * w.cols.in;
  };
  constexpr Index kL = kLanes<T>;
  for (Index first = (height - 1) / kL * kL; first >= 0; first -= kL) {
    Rows<T> numbers;
    Index i = first / patch.channels, c = first % patch.channels;
    for (Index n = 0; n < kL; ++n) {
      numbers[static_cast<std::size_t>(n)] = row_of(i, c) + (begin - shift);
      if (first + n + 1 < height && ++c == patch.channels) ++i, c = 0;
    }
    transpose_rows([&](Index j) { return numbers[static_cast<std::size_t>(j)]; }, end - begin, patch.height,
                   out + begin * patch.height + first);
  }
  const auto fill = [&](Index from, Index to) {
    for (Index v = from; v < to; ++v) {
      const Index col = source(w.padding, v - shift, w.cols.in);
      T* column = out + v * patch.height;
      if (col < 0) std::fill_n(column, height, *outside);
      for (Index i = 0; col >= 0 && i < rows; ++i)
        for (Index c = 0; c < patch.channels; ++c) *column++ = row_of(i, c)[col];
    }
  };
  fill(0, begin);
  fill(end, patch.width);
}

// The columns of each row of windows, in order for the same reason.
template <class T>
HWY_INLINE void lay_out_windows(const Patch& patch, const T* columns, Index rows, T* out) {
  const Lanes<T> d;
  for (Index r = 0; r < rows; ++r, columns += patch.k.window.rows.stride * patch.channels)
    for (Index v = 0; v < patch.width; ++v, out += patch.run())
      for (Index n = 0; n < patch.run(); n += kLanes<T>)
        hn::StoreU(hn::LoadU(d, columns + v * patch.height + n), d, out + n);
}

template <class T>
HWY_INLINE bool gradient_of(const Convolution& k, const View<const T>& x, const View<const T>& y, Index first,
                            const View<T>& g, T* scratch, bool resumes) {
  if (!pays(k)) return false;
  if (g.rows == 0) return true;
  const Window& w = k.window;
  const Patch patch(k, first, g.rows, kLanes<T>);
  const Index outputs = k.channels_out / k.groups;
  T* const sums = scratch;
  T* const outside = sums + k.channels_out * patch.size();
  T* const columns = outside + w.cols.in;
  T* const windows = columns + patch.columns_size() + kLanes<T>;
  std::fill_n(sums, k.channels_out * patch.size(), T{0});
  std::fill_n(outside, w.cols.in, w.padding == Padding::kConstant ? static_cast<T>(w.constant) : T{0});
  for (Index row = 0; resumes && row < g.rows; ++row)
    for (Index o = 0; o < k.channels_out; ++o) sums[o * patch.size() + patch.lane(first + row)] = g(row, o);
  for (Index n = 0; n < x.rows; ++n)
    for (Index group = 0; group < k.groups; ++group) {
      const T* const image = &x(n, (group * (k.channels_in / k.groups) + patch.channel) * w.in_size());
      for (Index begin = 0; begin < w.rows.out; begin += patch.block_rows) {
        const Index rows = std::min(patch.block_rows, w.rows.out - begin);
        lay_out_columns(patch, image, begin * w.rows.stride + patch.row, patch.rows_read(rows), outside, columns);
        if (!patch.in_columns) lay_out_windows(patch, columns, rows, windows);
        add_all<T>({.patches = patch.in_columns ? columns : windows,
                    .row_step = patch.row_step(),
                    .step = w.cols.stride * patch.column_step(),
                    .rows = rows,
                    .cols = w.cols.out,
                    .dy = &y(n, group * outputs * w.out_size() + begin * w.cols.out),
                    .dy_plane = w.out_size(),
                    .sums = sums + group * outputs * patch.size(),
                    .sums_stride = patch.size()},
                   patch, outputs);
      }
    }
  for (Index row = 0; row < g.rows; ++row)
    for (Index o = 0; o < k.channels_out; ++o) g(row, o) = sums[o * patch.size() + patch.lane(first + row)];
  return true;
}

bool gradient_float(const Convolution& k, View<const float> x, View<const float> y, Index first, View<float> g,
                    float* scratch, bool resumes) {
  return gradient_of(k, x, y, first, g, scratch, resumes);
}
bool gradient_double(const Convolution& k, View<const double> x, View<const double> y, Index first, View<double> g,
                     double* scratch, bool resumes) {
  return gradient_of(k, x, y, first, g, scratch, resumes);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(gradient_float);
HWY_EXPORT(gradient_double);

Index patch_gradient_scratch(const Convolution& convolution) {
  if (!pays(convolution)) return 0;
  Index size = 0;
  for (const Index lanes : {kMostLanes / 16, kMostLanes / 8, kMostLanes / 4, kMostLanes / 2, kMostLanes}) {
    const Patch patch(convolution, 0, convolution.kernel_rows(), lanes);
    size = std::max(size, convolution.channels_out * patch.size() + patch.columns_size() + patch.windows_size());
  }
  return size + convolution.window.cols.in + 3 * kMostLanes;
}

bool patch_gradient(const Convolution& convolution, View<const float> x, View<const float> y, Index first,
                    View<float> g, float* scratch, bool resumes) {
  return HWY_DYNAMIC_DISPATCH(gradient_float)(convolution, x, y, first, g, scratch, resumes);
}
bool patch_gradient(const Convolution& convolution, View<const double> x, View<const double> y, Index first,
                    View<double> g, double* scratch, bool resumes) {
  return HWY_DYNAMIC_DISPATCH(gradient_double)(convolution, x, y, first, g, scratch, resumes);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
