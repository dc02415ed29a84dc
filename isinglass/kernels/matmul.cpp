// isinglass/kernels/matmul.cpp - matrix products in tiles of c that stay in registers.
//
// A tile is up to 6 rows by 4 vectors of c or 14 by 2 (6 by 2 where there are but 16 registers): its sums live in
// registers while p runs through k. A row of a broadcasts, a row of b loads: per step 6 + 4 loads for 24 multiply-adds.
// All three products use the same tile: a is read through two strides, so a^T needs no copy; b^T is transposed into
// a panel. For many rows a panel also holds a copy of b as wide as a tile and as deep as fits into half of a first
// level cache; deeper products go on from the sums in c, which continues the same chains. Large products copy a block
// of b into panels that stay in a second level cache, and a few rows of a at a time, which meet all of them. Where c
// is some vectors and a few columns wide, those few are computed as rows: vectors then run down c.
#include "isinglass/kernels/matmul.h"

#include <algorithm>
#include <utility>

#include "isinglass/base/error.h"
#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/matmul.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/matmul_choice-inl.h"
#include "isinglass/kernels/matmul_strips-inl.h"
#include "isinglass/kernels/matmul_tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

using detail::Product;

// Of the sum of c(i, j).
template <class T>
HWY_INLINE T ended(const Ending<T>& ending, T sum, Index i, Index j) {
  if (ending.bias != nullptr) sum += ending.bias[j];
  if (ending.rectify) sum = std::max(sum, T{0});  // in this order a NaN stays NaN
  return ending.gate.data == nullptr ? sum : sum * (ending.gate(i, j) > 0 ? T{1} : T{0});
}

// The tile of the rows behind these.
template <class T>
HWY_INLINE void advance(Tile<T>& tile, Index rows) {
  tile.a += rows * tile.a_row;
  tile.c += rows * tile.c_stride;
  if (tile.ending.gate.data != nullptr) tile.ending.gate.data += rows * tile.ending.gate.stride;
}

// All m rows of a strip of c, in tiles of nearly equal height: none is so low that its chains wait for each other.
// `vectors` of b are whole; 0 stands for a part of one. `tile` is left behind the last.
template <class T>
HWY_INLINE void strip(Index m, std::size_t vectors, Tile<T>& tile) {
  const Index most = rows_beside(static_cast<int>(vectors));
  for (Index tiles = (m + most - 1) / most; tiles > 0; --tiles) {
    const Index height = (m + tiles - 1) / tiles;
    kTiles<T>[vectors][static_cast<std::size_t>(height)](tile);
    advance(tile, height);
    m -= height;
  }
}

// The first tile of c's columns j .. j + columns - 1, with a and b where they stand.
template <class T>
HWY_INLINE Tile<T> tile_in_place(const Product<T>& x, Index j, Index columns) {
  return {.a = x.a,
          .a_row = x.a_row,
          .a_step = x.a_step,
          .b = x.b + j,
          .b_stride = x.b_stride,
          .c = x.c + j,
          .c_stride = x.c_stride,
          .depth = x.k,
          .last = last_lanes<T>(columns),
          .resume = false,
          .ending = ending_from(x, 0, j)};
}

// A single row: each step of a chain waits for the one before, so all vectors run side by side, or in halves as wide.
template <class T>
HWY_INLINE void multiply_row(const Product<T>& x) {
  for (Index j = 0; j < x.n;) {
    const Index left = vectors_for<T>(x.n - j), tiles = (left + kRowVectors - 1) / kRowVectors;
    const Index vectors = (left + tiles - 1) / tiles, columns = std::min(vectors * kLanes<T>, x.n - j);
    const std::size_t wide = static_cast<std::size_t>(vectors);
    const Compute<T> compute_row = columns % kLanes<T> == 0 ? kTiles<T>[wide][1] : kRowTiles<T>[wide - 1];
    compute_row(tile_in_place(x, j, columns));
    j += columns;
  }
}

// b is read where it stands.
template <class T>
HWY_INLINE void multiply_in_place(const Product<T>& x) {
  if (x.m == 1) return multiply_row(x);
  const Index most = kVectors;
  for (Index j = 0; j < x.n;) {
    const Index whole = std::min(most, (x.n - j) / kLanes<T>);
    const Index columns = whole > 0 ? whole * kLanes<T> : x.n - j;
    Tile<T> tile = tile_in_place(x, j, columns);
    strip(x.m, static_cast<std::size_t>(whole), tile);
    j += columns;
  }
}

// The first rows of a strip whose panel is still empty: they leave it filled. `tile` is left behind them.
template <class T>
HWY_INLINE void fill_and_compute(const T* b, Index b_stride, T* panel, Tile<T>& tile) {
  Tile<T> first = tile;
  first.b = b;
  first.b_stride = b_stride;
  first.panel = panel;
  compute<kRows, kVectors, Reading::kCopied>(first);
  advance(tile, kRows);
}

// b goes through panels.
template <class T>
void multiply_by_panels(const Product<T>& x) {
  alignas(64) T panel[kPanelBytes / sizeof(T)];
  constexpr Index kWidth = kVectors * kLanes<T>;
  for (Index p = 0; p < x.k; p += kPanelDepth<T>) {
    const Index depth = std::min(kPanelDepth<T>, x.k - p);
    const bool is_end = p + depth == x.k;
    for (Index j = 0; j < x.n; j += kWidth) {
      const Index columns = std::min(kWidth, x.n - j), vectors = vectors_for<T>(columns);
      Tile<T> tile = {.a = x.a + p * x.a_step,
                      .a_row = x.a_row,
                      .a_step = x.a_step,
                      .b = panel,
                      .b_stride = vectors * kLanes<T>,
                      .c = x.c + j,
                      .c_stride = x.c_stride,
                      .depth = depth,
                      .last = last_lanes<T>(columns),
                      .resume = p > 0,
                      .ending = is_end ? ending_from(x, 0, j) : Ending<T>()};
      Index rows = x.m;
      if (!x.b_transposed && columns == kWidth && rows > kRows) {
        fill_and_compute(x.b + p * x.b_stride + j, x.b_stride, panel, tile);
        rows -= kRows;
      } else {
        fill_panel(x, p, depth, j, columns, panel);
      }
      strip(rows, static_cast<std::size_t>(vectors), tile);
    }
  }
}

// A product of a few numbers, one element of c after the other.
template <class T>
HWY_INLINE void multiply_singly(const Product<T>& x) {
  const hn::CappedTag<T, 1> d;
  const Index b_row = x.b_transposed ? 1 : x.b_stride, b_column = x.b_transposed ? x.b_stride : 1;
  for (Index i = 0; i < x.m; ++i)
    for (Index j = 0; j < x.n; ++j) {
      const T* a = x.a + i * x.a_row;
      const T* b = x.b + j * b_column;
      auto sum = hn::Zero(d);
      for (Index p = 0; p < x.k; ++p, a += x.a_step, b += b_row)
        sum = hn::MulAdd(hn::LoadU(d, a), hn::LoadU(d, b), sum);
      x.c[i * x.c_stride + j] = ended(x.ending, hn::GetLane(sum), i, j);
    }
}

// Sums of nothing: a and b may be null, so that not even their addresses can be reckoned with.
template <class T>
HWY_NOINLINE void multiply_nothing(Product<T> x) {
  x.a = x.b = x.c;
  x.a_row = x.b_stride = 0;
  multiply_in_place(x);
}

template <class T>
HWY_INLINE void multiply_by(Way way, const Product<T>& x) {
  switch (way) {
    case Way::kSingly:
      return multiply_singly(x);
    case Way::kInPlace:
      return multiply_in_place(x);
    case Way::kPanels:
      return multiply_by_panels(x);
    case Way::kStrips:
      return multiply_by_strips(x);
  }
}

// A few columns of c, computed as rows, c^T = b^T a^T: whole vectors run down the rows of c.
template <class T>
HWY_NOINLINE void multiply_as_rows(const Product<T>& x) {
  constexpr Index kLength = 256;
  alignas(64) T rows[kLanes<T> * kLength];
  const bool transpose = x.a_step == 1;
  for (Index i = 0; i < x.m; i += kLength) {
    const Index length = std::min(kLength, x.m - i);
    const Product<T> part = {.m = x.n,
                             .n = length,
                             .k = x.k,
                             .a = x.b,
                             .a_row = x.b_transposed ? x.b_stride : 1,
                             .a_step = x.b_transposed ? 1 : x.b_stride,
                             .b = x.a + i * x.a_row,
                             .b_stride = transpose ? x.a_row : x.a_step,
                             .b_transposed = transpose,
                             .c = rows,
                             .c_stride = kLength,
                             .ending = {}};
    if (transpose)
      multiply_by_panels(part);
    else
      multiply_in_place(part);
    for (Index j = 0; j < x.n; ++j)
      for (Index r = 0; r < length; ++r)
        x.c[(i + r) * x.c_stride + j] = ended(x.ending, rows[j * kLength + r], i + r, j);
  }
}

template <class T>
HWY_NOINLINE void hand_over(Product<T> x) {
  if (hands_over_rows(x)) return hand_over_strips(x);
  const Handover<T>& to = *std::exchange(x.to, nullptr);
  detail::multiply(x);
  const View<T> c{x.c, x.m, x.n, x.c_stride};
  to.take(to.self, c, c);
}

template <class T>
HWY_INLINE void multiply_chosen(const Product<T>& x) {
  if (x.m == 0 || x.n == 0) return;
  if (x.to != nullptr) return hand_over(x);
  if (x.k == 0) return multiply_nothing(x);
  const auto [way, left] = choose(x);
  if (left == 0) return multiply_by(way, x);
  Product<T> part = x;
  part.n -= left;
  if (part.n > 0) multiply_by(way, part);
  part.b += x.b_transposed ? part.n * x.b_stride : part.n;
  part.c += part.n;
  part.ending = ending_from(x, 0, part.n);
  part.n = left;
  multiply_as_rows(part);
}

void multiply_float(const Product<float>& x) {
  multiply_chosen(x);
}
void multiply_double(const Product<double>& x) {
  multiply_chosen(x);
}
const char* name_float(const Product<float>& x) {
  return name_of_choice(x);
}
const char* name_double(const Product<double>& x) {
  return name_of_choice(x);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(multiply_float);
HWY_EXPORT(multiply_double);
HWY_EXPORT(name_float);
HWY_EXPORT(name_double);

namespace detail {

void multiply(const Product<float>& product) {
  HWY_DYNAMIC_DISPATCH(multiply_float)(product);
}
void multiply(const Product<double>& product) {
  HWY_DYNAMIC_DISPATCH(multiply_double)(product);
}

std::string_view method(const Product<float>& product) {
  return HWY_DYNAMIC_DISPATCH(name_float)(product);
}
std::string_view method(const Product<double>& product) {
  return HWY_DYNAMIC_DISPATCH(name_double)(product);
}

void refuse_shapes(const char* name, Shape a, Shape b, Shape c) {
  throw ShapeError(std::string(name) + ": a " + to_string(a) + " and b " + to_string(b) + " do not give c " +
                   to_string(c));
}

}  // namespace detail
}  // namespace isinglass::kernels
#endif  // HWY_ONCE
