// isinglass/kernels/winograd.cpp - the transformations of winograd.h in vectors; the sums between them are matmul's.
//
// Forward, lanes are tiles side by side: a strip of them goes through all channels and outputs, so that what is between
// the transformations stays in a second level cache. The gradient has outputs in its lanes: two rows of dy at a time
// are transposed first.
#include "isinglass/kernels/winograd.h"

#include <cstdint>

#include "isinglass/kernels/highway_targets.h"
#include "isinglass/kernels/matmul.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/winograd.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/panel-inl.h"

#ifndef ISINGLASS_KERNELS_WINOGRAD_ONCE
#  define ISINGLASS_KERNELS_WINOGRAD_ONCE
namespace isinglass::kernels {
namespace {

constexpr Index kStripTiles = 64;

// Tiles first .. first + count - 1 of planes whose tile rows are `cols` wide; transformed, they have `width` places.
struct TileStrip {
  Index cols = 0, first = 0, count = 0, width = 0;

  Index inputs(Index channels) const { return channels * width + 16; }  // from one of 16 positions to the next: more
  Index output() const { return 16 * width + 16; }                      // than a power of 2, which caches dislike
};

Index tiles_of(Index places) {
  return (places + 1) / 2;
}
Index in_vectors(Index count) {
  return (count + 15) / 16 * 16;
}

}  // namespace
}  // namespace isinglass::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

using D = Lanes<float>;
using V = hn::Vec<D>;
constexpr Index kL = kLanes<float>;

// Tiles of a strip that lie side by side, at most a vector of them.
struct Segment {
  Segment(const Planes<float>& planes, const TileStrip& strip, Index lane_)
      : row((strip.first + lane_) / strip.cols),
        col((strip.first + lane_) % strip.cols),
        lane(lane_),
        count(std::min({kL, strip.cols - col, strip.count - lane})),
        numbers(planes.cols + 2 - 2 * col) {}

  Index row, col, lane, count;  // of the first tile; lane: its place in the strip
  Index numbers;                // of a row of x, from the first tile on
  FirstLanes<D> tiles{count}, low{numbers}, high{numbers - kL}, far_low{numbers - 2}, far_high{numbers - 2 - kL};
};
// Calls f(segment) for those of a strip.
template <class F>
HWY_INLINE void for_segments(const Planes<float>& planes, const TileStrip& strip, F f) {
  for (Index lane = 0; lane < strip.count;) {
    const Segment segment(planes, strip, lane);
    f(segment);
    lane += segment.count;
  }
}

// Numbers 2 t and 2 t + 1 of a row, for tiles t; zeros behind the last.
struct EvenOdd {
  V even, odd;
};
HWY_INLINE EvenOdd load_even_odd(const float* x, const FirstLanes<D>& low, const FirstLanes<D>& high) {
  const V a = low.load(x), b = high.load(x + kL);
#if HWY_TARGET == HWY_SCALAR
  return {a, b};
#else
  return {hn::ConcatEven(D(), b, a), hn::ConcatOdd(D(), b, a)};
#endif
}

// v = B^T d, for the four numbers d
HWY_INLINE void transform_input(const V& d0, const V& d1, const V& d2, const V& d3, V v[4]) {
  v[0] = hn::Sub(d0, d2);
  v[1] = hn::Add(d1, d2);
  v[2] = hn::Sub(d2, d1);
  v[3] = hn::Sub(d1, d3);
}

// V of some tiles of one channel; x and `to` are its plane and its place in the strip.
HWY_INLINE void inputs_of_tiles(const Segment& segment, const float* x, Index pitch, Index rows, Index position,
                                float* HWY_RESTRICT to) {
  x += 2 * segment.row * pitch + 2 * segment.col;
  rows -= 2 * segment.row;
  V v[4][4];
  ISINGLASS_UNROLL
  for (int i = 0; i < 4; ++i) {
    const float* from = x + (i < rows ? i : 0) * pitch;
    const EvenOdd near = load_even_odd(from, segment.low, segment.high);
    const EvenOdd far = load_even_odd(from + 2, segment.far_low, segment.far_high);
    transform_input(near.even, near.odd, far.even, far.odd, v[i]);
    if (i < rows) continue;
    ISINGLASS_UNROLL
    for (int j = 0; j < 4; ++j) v[i][j] = hn::Zero(D());
  }
  ISINGLASS_UNROLL
  for (int j = 0; j < 4; ++j) {
    V column[4];
    transform_input(v[0][j], v[1][j], v[2][j], v[3][j], column);
    ISINGLASS_UNROLL
    for (int i = 0; i < 4; ++i) segment.tiles.store(column[i], to + segment.lane + (4 * i + j) * position);
  }
}

// Channel by channel: what lies side by side is written while its lines are near.
void inputs_of_strip(const Planes<float>& planes, const TileStrip& strip, float* HWY_RESTRICT to) {
  const Index position = strip.inputs(planes.channels);
  const float* x = planes.x;
  for (Index c = 0; c < planes.channels; ++c, x += planes.plane)
    for_segments(planes, strip, [&](const Segment& segment) HWY_ATTR {
      inputs_of_tiles(segment, x, planes.pitch, planes.rows + 2, position, to + c * strip.width);
    });
  const Index unused = strip.width - strip.count;
  for (Index p = 0; p < 16 && unused > 0; ++p)
    for (Index c = 0; c < planes.channels; ++c)
      std::fill_n(to + p * position + c * strip.width + strip.count, unused, 0.0F);
}

// y = A^T m, for the four numbers m
HWY_INLINE void transform_output(const V& m0, const V& m1, const V& m2, const V& m3, V y[2]) {
  y[0] = hn::Add(hn::Add(m0, m1), m2);
  y[1] = hn::Sub(hn::Sub(m1, m2), m3);
}

// to[0 .. numbers - 1] = even[0], odd[0], even[1], ..
HWY_INLINE void store_even_odd(const V& even, const V& odd, float* to, Index numbers) {
  const D d;
  HWY_ALIGN float pairs[2 * kL];
#if HWY_TARGET == HWY_SCALAR
  hn::Store(even, d, pairs);
  hn::Store(odd, d, pairs + 1);
#else
  hn::StoreInterleaved2(even, odd, d, pairs);
#endif
  const Index low = std::min(numbers, kL);
  store_first(hn::Load(d, pairs), d, to, static_cast<std::size_t>(low));
  if (numbers > kL) store_first(hn::Load(d, pairs + kL), d, to + kL, static_cast<std::size_t>(numbers - kL));
}

void outputs_of_strip(const Planes<float>& planes, const TileStrip& strip, Index outputs, const float* from,
                      const float* bias, float* HWY_RESTRICT y, Index y_plane) {
  const D d;
  for (Index o = 0; o < outputs; ++o, from += strip.output(), y += y_plane)
    for_segments(planes, strip, [&](const Segment& segment) HWY_ATTR {
      const Index row = segment.row, col = segment.col;
      V columns[4][2], out[2];
      ISINGLASS_UNROLL
      for (int j = 0; j < 4; ++j) {
        const float* m = from + j * strip.width + segment.lane;
        transform_output(hn::LoadU(d, m), hn::LoadU(d, m + 4 * strip.width), hn::LoadU(d, m + 8 * strip.width),
                         hn::LoadU(d, m + 12 * strip.width), columns[j]);
      }
      const Index rows = std::min<Index>(2, planes.rows - 2 * row);
      const Index numbers = std::min(2 * segment.count, planes.cols - 2 * col);
      for (Index i = 0; i < rows; ++i) {
        transform_output(columns[0][i], columns[1][i], columns[2][i], columns[3][i], out);
        if (bias != nullptr) {
          out[0] = hn::Add(out[0], hn::Set(d, bias[o]));
          out[1] = hn::Add(out[1], hn::Set(d, bias[o]));
        }
        store_even_odd(out[0], out[1], y + (2 * row + i) * planes.cols + 2 * col, numbers);
      }
    });
}

// G w without its fractions, for the three numbers w
HWY_INLINE void transform_factor(const V& w0, const V& w1, const V& w2, V u[4]) {
  u[0] = w0;
  u[1] = hn::Add(hn::Add(w0, w1), w2);
  u[2] = hn::Add(hn::Sub(w0, w1), w2);
  u[3] = w2;
}

void factors_of_kernel(const WinogradFactors& factors, View<const float> w, float* HWY_RESTRICT u) {
  const D d;
  for (Index c = 0; c < factors.channels_in; ++c)
    for (Index o = 0; o < factors.channels_out; o += kL) {
      const auto count = static_cast<std::size_t>(std::min(kL, factors.channels_out - o));
      V rows_of[3][4], column[4];
      ISINGLASS_UNROLL
      for (int i = 0; i < 3; ++i) {
        const float* from = &w(c * 9 + i * 3, o);
        transform_factor(load_first(d, from, count), load_first(d, from + w.stride, count),
                         load_first(d, from + 2 * w.stride, count), rows_of[i]);
      }
      ISINGLASS_UNROLL
      for (int j = 0; j < 4; ++j) {
        transform_factor(rows_of[0][j], rows_of[1][j], rows_of[2][j], column);
        ISINGLASS_UNROLL
        for (int i = 0; i < 4; ++i) {
          const float fraction = (i % 3 == 0 ? 1.0F : 0.5F) * (j % 3 == 0 ? 1.0F : 0.5F);
          hn::StoreU(hn::Mul(column[i], hn::Set(d, fraction)), d,
                     u + (4 * i + j) * factors.position() + c * factors.stride() + o);
        }
      }
    }
}

// What (3) multiplies: A dy A^T of tile rows row .. row + rows - 1, as 16 matrices (tiles, outputs in whole vectors).
// `panel` has room for two rows of dy.
void gradients_of_rows(const Planes<float>& planes, const float* dy, Index dy_plane, Index outputs, Index row,
                       Index rows, float* HWY_RESTRICT panel, float* HWY_RESTRICT to) {
  const D d;
  const Index vectors = vectors_for<float>(outputs), width = vectors * kL, tiles = tiles_of(planes.cols);
  const Index position = rows * tiles * width + 16;
  for (Index end = row + rows; row < end; ++row) {
    const bool has_second = 2 * row + 1 < planes.rows;
    transpose_panel(dy + 2 * row * planes.cols, dy_plane, (has_second ? 2 : 1) * planes.cols, outputs, vectors, panel);
    for (Index t = 0; t < tiles; ++t)
      for (Index o = 0; o < width; o += kL, to += kL) {
        const float* from = panel + 2 * t * width + o;
        const bool has_odd = 2 * t + 1 < planes.cols;
        V rows_of[2][4];
        ISINGLASS_UNROLL
        for (int i = 0; i < 2; ++i) {
          const bool exists = i == 0 || has_second;
          const float* y = from + i * planes.cols * width;
          const V y0 = exists ? hn::Load(d, y) : hn::Zero(d);
          const V y1 = exists && has_odd ? hn::Load(d, y + width) : hn::Zero(d);
          rows_of[i][0] = y0;
          rows_of[i][1] = hn::Add(y0, y1);
          rows_of[i][2] = hn::Sub(y0, y1);
          rows_of[i][3] = hn::Neg(y1);
        }
        ISINGLASS_UNROLL
        for (int j = 0; j < 4; ++j) {
          const V y0 = rows_of[0][j], y1 = rows_of[1][j];
          hn::StoreU(y0, d, to + j * position);
          hn::StoreU(hn::Add(y0, y1), d, to + (4 + j) * position);
          hn::StoreU(hn::Sub(y0, y1), d, to + (8 + j) * position);
          hn::StoreU(hn::Neg(y1), d, to + (12 + j) * position);
        }
      }
  }
}

// G^T u, for the four numbers u
HWY_INLINE void transform_gradient(const V& u0, const V& u1, const V& u2, const V& u3, V g[3]) {
  const V half = hn::Set(D(), 0.5F);
  const V sum = hn::Add(u1, u2);
  g[0] = hn::MulAdd(half, sum, u0);
  g[1] = hn::Mul(half, hn::Sub(u1, u2));
  g[2] = hn::MulAdd(half, sum, u3);
}

// Adds G^T u G to rows first .. first + g.rows - 1; channel 0 of u has row 0.
void add_gradient(const float* u, Index position, Index width, Index first, View<float> g) {
  const D d;
  for (Index c = 0; 9 * c < first + g.rows; ++c)
    for (Index o = 0; o < g.cols; o += kL) {
      const auto count = static_cast<std::size_t>(std::min(kL, g.cols - o));
      const float* from = u + c * width + o;
      V columns[4][3], out[3];
      ISINGLASS_UNROLL
      for (int j = 0; j < 4; ++j)
        transform_gradient(hn::LoadU(d, from + j * position), hn::LoadU(d, from + (4 + j) * position),
                           hn::LoadU(d, from + (8 + j) * position), hn::LoadU(d, from + (12 + j) * position),
                           columns[j]);
      ISINGLASS_UNROLL
      for (int i = 0; i < 3; ++i) {
        transform_gradient(columns[0][i], columns[1][i], columns[2][i], columns[3][i], out);
        ISINGLASS_UNROLL
        for (int j = 0; j < 3; ++j) {
          const Index row = c * 9 + i * 3 + j - first;
          if (row < 0 || row >= g.rows) continue;
          float* to = &g(row, o);
          store_first(hn::Add(load_first(d, to, count), out[j]), d, to, count);
        }
      }
    }
}

Index vector_width() {
  return kL;
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(inputs_of_strip);
HWY_EXPORT(outputs_of_strip);
HWY_EXPORT(factors_of_kernel);
HWY_EXPORT(gradients_of_rows);
HWY_EXPORT(add_gradient);
HWY_EXPORT(vector_width);

namespace {

Index tiles_of(const Planes<float>& planes) {
  return tiles_of(planes.rows) * tiles_of(planes.cols);
}
// Places of a strip: all strips of a plane have about the same number of tiles.
Index strip_width(Index tiles) {
  const Index strips = (tiles + kStripTiles - 1) / kStripTiles;
  return in_vectors((tiles + strips - 1) / strips);
}
// The next address that suits vectors.
float* aligned(float* p) {
  const std::uintptr_t beyond = reinterpret_cast<std::uintptr_t>(p) % 64;
  return beyond == 0 ? p : p + (64 - beyond) / sizeof(float);
}

}  // namespace

void winograd_factors(const WinogradFactors& factors, View<const float> w, float* u) {
  HWY_DYNAMIC_DISPATCH(factors_of_kernel)(factors, w, u);
}

Index winograd_scratch(const Planes<float>& planes, Index outputs) {
  const TileStrip strip{.width = strip_width(tiles_of(planes))};
  return 16 * strip.inputs(planes.channels) + outputs * strip.output() + 16;
}

void winograd_correlate(const Planes<float>& planes, const WinogradFactors& factors, bool is_adjoint, const float* bias,
                        float* y, Index y_plane, float* scratch) {
  const Index tiles = tiles_of(planes), outputs = is_adjoint ? factors.channels_in : factors.channels_out;
  TileStrip strip{.cols = tiles_of(planes.cols), .width = strip_width(tiles)};
  float* const inputs = aligned(scratch);
  float* const sums = inputs + 16 * strip.inputs(planes.channels);
  constexpr Index kExchanged[] = {3, 1, 2, 0};
  for (; strip.first < tiles; strip.first += strip.count) {
    strip.count = std::min(strip.width, tiles - strip.first);
    HWY_DYNAMIC_DISPATCH(inputs_of_strip)(planes, strip, inputs);
    for (Index p = 0; p < 16; ++p) {
      const Index of_u = is_adjoint ? 4 * kExchanged[p / 4] + kExchanged[p % 4] : p;
      const View<const float> u(factors.u + of_u * factors.position(), factors.channels_in, factors.channels_out,
                                factors.stride());
      const View<const float> v(inputs + p * strip.inputs(planes.channels), planes.channels, strip.width);
      const View<float> m(sums + p * strip.width, outputs, strip.width, strip.output());
      is_adjoint ? matmul(u, v, m) : matmul_tn(u, v, m);
    }
    HWY_DYNAMIC_DISPATCH(outputs_of_strip)(planes, strip, outputs, sums, bias, y, y_plane);
  }
}

Index winograd_gradient_scratch(const Planes<float>& planes, Index outputs) {
  const Index cols = tiles_of(planes.cols), tiles = gradient_rows(tiles_of(planes.rows), cols) * cols;
  const Index width = in_vectors(outputs);
  return 16 + 16 * (planes.channels * in_vectors(tiles) + 16) + 2 * in_vectors(planes.cols) * width +
         16 * (tiles * width + 16) + 16 * (planes.channels * width + 16);
}

void winograd_gradient(const Planes<float>& all, const float* dy, Index dy_plane, Index first, View<float> g,
                       float* scratch) {
  Planes<float> planes = all;  // those whose rows are asked for
  planes.x += first / 9 * planes.plane;
  planes.channels = (first + g.rows + 8) / 9 - first / 9;
  const Index cols = tiles_of(planes.cols), rows = tiles_of(planes.rows);
  const Index lanes = HWY_DYNAMIC_DISPATCH(vector_width)(), width = (g.cols + lanes - 1) / lanes * lanes;
  const Index of_u = planes.channels * width + 16;
  for (Index row = 0, most = gradient_rows(rows, cols); row < rows; row += most) {
    const Index some = std::min(most, rows - row), tiles = some * cols, of_y = tiles * width + 16;
    const TileStrip strip{.cols = cols, .first = row * cols, .count = tiles, .width = in_vectors(tiles)};
    float* const inputs = aligned(scratch);
    float* const panel = inputs + 16 * strip.inputs(planes.channels);
    float* const gradients = panel + 2 * in_vectors(planes.cols) * width;
    float* const sums = gradients + 16 * of_y;
    HWY_DYNAMIC_DISPATCH(inputs_of_strip)(planes, strip, inputs);
    HWY_DYNAMIC_DISPATCH(gradients_of_rows)(planes, dy, dy_plane, g.cols, row, some, panel, gradients);
    for (Index p = 0; p < 16; ++p)
      matmul(View<const float>(inputs + p * strip.inputs(planes.channels), planes.channels, tiles, strip.width),
             View<const float>(gradients + p * of_y, tiles, width),
             View<float>(sums + p * of_u, planes.channels, width));
    HWY_DYNAMIC_DISPATCH(add_gradient)(sums, of_u, width, first % 9, g);
  }
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
