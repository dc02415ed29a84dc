// isinglass/kernels/matmul.cpp - matrix products in tiles of c that stay in registers.
//
// A tile is up to 6 rows by 4 vectors of c (2 vectors where there are but 16 registers): its sums live in registers
// while p runs through k. A row of a broadcasts, a row of b loads: per step 6 + 4 loads for 24 multiply-adds.
// All three products use the same tile: a is read through two strides, so a^T needs no copy; b^T is transposed into
// a panel. For many rows a panel also holds a copy of b as wide as a tile and as deep as fits into half of a first
// level cache; deeper products go on from the sums in c, which continues the same chains. Large products go block by
// block, of c and of a copy of a, both small enough for a second level cache. Where c is some vectors and a few
// columns wide, those few are computed as rows: vectors then run down c.
#include "isinglass/kernels/matmul.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "isinglass/base/error.h"
#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/matmul.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/panel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

using detail::Product;

constexpr Index kLargeBytes = 1 << 20;     // of a and c; beyond, they leave the second level cache
constexpr int kRowVectors = 2 * kVectors;  // a single row is as wide, to keep enough sums in flight

// Some rows of c by some vectors, over `depth` steps of k.
template <class T>
struct Tile {
  const T* a;
  Index a_row, a_step;
  const T* b;
  Index b_stride;
  T* c;
  Index c_stride;
  const T* bias;  // added at the end, or null
  Index depth;
  std::size_t last;  // lanes of the last vector that belong to c
  bool resume;       // go on from the sums in c
};

// kWholeB: b may be read as whole vectors, also where c ends within one.
template <int kR, int kV, bool kWholeB, class T>
ISINGLASS_QUIET void compute(const Tile<T>& tile) {
  const Lanes<T> d;
  using V = hn::Vec<Lanes<T>>;
  constexpr Index kL = kLanes<T>;
  const auto load_c = [&](const T* p, int v) HWY_ATTR {
    return v + 1 < kV || tile.last == kL ? hn::LoadU(d, p) : load_first(d, p, tile.last);
  };

  V sums[kR][kV];
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v)
      sums[r][v] = tile.resume ? load_c(tile.c + r * tile.c_stride + v * kL, v) : hn::Zero(d);
  }
  const T* a = tile.a;
  const T* b = tile.b;
  for (Index p = 0; p < tile.depth; ++p) {
    V row_of_b[kV];
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v)
      row_of_b[v] = kWholeB || v + 1 < kV ? hn::LoadU(d, b + v * kL) : load_first(d, b + v * kL, tile.last);
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) {
      const V x = hn::Set(d, a[r * tile.a_row]);
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) sums[r][v] = hn::MulAdd(x, row_of_b[v], sums[r][v]);
    }
    a += tile.a_step;
    b += tile.b_stride;
  }
  ISINGLASS_UNROLL
  for (int v = 0; v < kV; ++v) {
    const V bias = tile.bias == nullptr ? hn::Zero(d) : load_c(tile.bias + v * kL, v);
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) {
      T* c = tile.c + r * tile.c_stride + v * kL;
      const V sum = tile.bias == nullptr ? sums[r][v] : hn::Add(sums[r][v], bias);
      if (v + 1 < kV || tile.last == kL)
        hn::StoreU(sum, d, c);
      else
        store_first(sum, d, c, tile.last);
    }
  }
}

template <class T>
using Compute = void (*)(const Tile<T>&);

// compute() for kR rows: at 0 with one vector of b in part, at 1, 2, .. with that many whole ones.
template <int kR, class T, std::size_t... kV>
constexpr auto widths(std::index_sequence<kV...>) {
  return std::array<Compute<T>, kRowVectors + 1>{&compute<kR, 1, false, T>,
                                                 &compute<kR, static_cast<int>(kV) + 1, true, T>...};
}
// By height: at 0 one row, then 2, 4, 6 and, of a single vector, 12.
template <class T>
constexpr std::array<std::array<Compute<T>, kRowVectors + 1>, 5> kTiles = {
    widths<1, T>(std::make_index_sequence<kRowVectors>()), widths<2, T>(std::make_index_sequence<kVectors>()),
    widths<4, T>(std::make_index_sequence<kVectors>()), widths<kRows, T>(std::make_index_sequence<kVectors>()),
    widths<kTallRows, T>(std::make_index_sequence<1>())};

// All m rows of a strip of c, in tiles as high as they come; `tile` is left behind the last. `vectors` of b are
// whole; 0 stands for a part of one.
template <class T>
HWY_INLINE void strip(Index m, std::size_t vectors, Tile<T>& tile) {
  const auto go_on = [&](std::size_t which, Index height) HWY_ATTR {
    kTiles<T>[which][vectors](tile);
    tile.a += height * tile.a_row;
    tile.c += height * tile.c_stride;
    m -= height;
  };
  while (vectors <= 1 && m >= kTallRows) go_on(4, kTallRows);
  while (m >= kRows) go_on(3, kRows);
  if (m >= 4) go_on(2, 4);
  if (m >= 2) go_on(1, 2);
  if (m >= 1) go_on(0, 1);
}

// b is read where it stands.
template <class T>
HWY_INLINE void multiply_in_place(const Product<T>& x) {
  const Index most = x.m == 1 ? kRowVectors : kVectors;
  for (Index j = 0; j < x.n;) {
    const Index whole = std::min(most, (x.n - j) / kLanes<T>);
    const Index columns = whole > 0 ? whole * kLanes<T> : x.n - j;
    Tile<T> tile = {.a = x.a,
                    .a_row = x.a_row,
                    .a_step = x.a_step,
                    .b = x.b + j,
                    .b_stride = x.b_stride,
                    .c = x.c + j,
                    .c_stride = x.c_stride,
                    .bias = x.bias == nullptr ? nullptr : x.bias + j,
                    .depth = x.k,
                    .last = last_lanes<T>(columns),
                    .resume = false};
    strip(x.m, static_cast<std::size_t>(whole), tile);
    j += columns;
  }
}

// panel(p, 0 .. vectors) = b(p, 0 .. columns), then zeros.
template <class T>
void copy_panel(const T* b, Index b_stride, Index depth, Index columns, Index vectors, T* HWY_RESTRICT panel) {
  const Lanes<T> d;
  const std::size_t last = last_lanes<T>(columns);
  for (Index p = 0; p < depth; ++p, b += b_stride) {
    for (Index v = 0; v + 1 < vectors; ++v, panel += kLanes<T>) hn::Store(hn::LoadU(d, b + v * kLanes<T>), d, panel);
    hn::Store(load_first(d, b + (vectors - 1) * kLanes<T>, last), d, panel);
    panel += kLanes<T>;
  }
}

// All of c, for a part of k: b goes through panels.
template <class T>
void multiply_by_panels(const Product<T>& x, bool resume) {
  alignas(64) T panel[kPanelBytes / sizeof(T)];
  constexpr Index kWidth = kVectors * kLanes<T>;
  for (Index p = 0; p < x.k; p += kPanelDepth<T>) {
    const Index depth = std::min(kPanelDepth<T>, x.k - p);
    const bool is_end = p + depth == x.k;
    for (Index j = 0; j < x.n; j += kWidth) {
      const Index columns = std::min(kWidth, x.n - j), vectors = vectors_for<T>(columns);
      if (x.b_transposed)
        transpose_panel(x.b + j * x.b_stride + p, x.b_stride, depth, columns, vectors, panel);
      else
        copy_panel(x.b + p * x.b_stride + j, x.b_stride, depth, columns, vectors, panel);
      Tile<T> tile = {.a = x.a + p * x.a_step,
                      .a_row = x.a_row,
                      .a_step = x.a_step,
                      .b = panel,
                      .b_stride = vectors * kLanes<T>,
                      .c = x.c + j,
                      .c_stride = x.c_stride,
                      .bias = x.bias == nullptr || !is_end ? nullptr : x.bias + j,
                      .depth = depth,
                      .last = last_lanes<T>(columns),
                      .resume = resume || p > 0};
      strip(x.m, static_cast<std::size_t>(vectors), tile);
    }
  }
}

// A block of a, copied so that its rows lie close together, whatever their distance in a.
template <class T>
struct BlockOfA {
  static constexpr Index kRowsOfC = 256, kColumnsOfC = 512, kGap = 64 / sizeof(T);
  static constexpr Index kDepth = std::min<Index>(kPanelDepth<T>, 512 / sizeof(T));
  static constexpr Index kSize = std::max(kRowsOfC * (kDepth + kGap), kDepth*(kRowsOfC + kGap));
  alignas(64) T numbers[kSize];

  // Copies the rows and steps that x has, and points x at the copy.
  void take(Product<T>& x) {
    const bool by_rows = x.a_step == 1;
    const Index lines = by_rows ? x.m : x.k, length = by_rows ? x.k : x.m, stride = length + kGap;
    const Index from = by_rows ? x.a_row : x.a_step;
    for (Index i = 0; i < lines; ++i)
      std::memcpy(numbers + i * stride, x.a + i * from, static_cast<std::size_t>(length) * sizeof(T));
    x.a = numbers;
    (by_rows ? x.a_row : x.a_step) = stride;
  }
};

// Blocks of c that stay in the second level cache together with what makes them.
template <class T>
HWY_NOINLINE void multiply_by_blocks(const Product<T>& x) {
  BlockOfA<T> block;
  for (Index i = 0; i < x.m; i += block.kRowsOfC)
    for (Index j = 0; j < x.n; j += block.kColumnsOfC)
      for (Index p = 0; p < x.k; p += block.kDepth) {
        Product<T> part = x;
        part.m = std::min(block.kRowsOfC, x.m - i);
        part.n = std::min(block.kColumnsOfC, x.n - j);
        part.k = std::min(block.kDepth, x.k - p);
        part.a += i * x.a_row + p * x.a_step;
        part.b += x.b_transposed ? j * x.b_stride + p : p * x.b_stride + j;
        part.c += i * x.c_stride + j;
        part.bias = x.bias == nullptr || p + part.k < x.k ? nullptr : x.bias + j;
        block.take(part);
        multiply_by_panels(part, p > 0);
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
      if (x.bias != nullptr) sum = hn::Add(sum, hn::LoadU(d, x.bias + j));
      hn::StoreU(sum, d, x.c + i * x.c_stride + j);
    }
}

// Sums of nothing: a and b may be null, so that not even their addresses can be reckoned with.
template <class T>
HWY_NOINLINE void multiply_nothing(Product<T> x) {
  x.a = x.b = x.c;
  x.a_row = x.b_stride = 0;
  multiply_in_place(x);
}

// A copy of b pays when enough rows use it and b does not lie in the first level cache anyway.
template <class T>
HWY_INLINE void multiply_wide(const Product<T>& x) {
  constexpr Index kRowsWorthACopy = 24;
  const Index size = static_cast<Index>(sizeof(T));
  if (x.m * (x.n + x.k) * size > kLargeBytes)
    multiply_by_blocks(x);
  else if (x.b_transposed || (x.m >= kRowsWorthACopy && x.k * x.n * size > static_cast<Index>(kPanelBytes)))
    multiply_by_panels(x, false);
  else
    multiply_in_place(x);
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
                             .bias = nullptr};
    if (transpose)
      multiply_by_panels(part, false);
    else
      multiply_in_place(part);
    for (Index j = 0; j < x.n; ++j)
      for (Index r = 0; r < length; ++r) {
        const T sum = rows[j * kLength + r];
        x.c[(i + r) * x.c_stride + j] = x.bias == nullptr ? sum : sum + x.bias[j];
      }
  }
}

template <class T>
HWY_INLINE void choose_way(const Product<T>& x) {
  if (x.m == 0 || x.n == 0) return;
  if (x.k == 0) return multiply_nothing(x);
  constexpr Index kFew = 32;
  if (x.m <= kFew && x.n <= kFew && x.k <= kFew && x.m * x.n * x.k <= kFew) return multiply_singly(x);
  // The last columns, where they fill but a part of a vector; to turn them costs more where a must be transposed.
  constexpr Index kQuarter = kLanes<T> / 4;
  const Index left = x.n % kLanes<T>;
  if (left == 0 || left > (x.a_step == 1 ? 1 : 3) * kQuarter || kLanes < T >> x.m) return multiply_wide(x);
  Product<T> part = x;
  part.n -= left;
  if (part.n > 0) multiply_wide(part);
  part.b += x.b_transposed ? part.n * x.b_stride : part.n;
  part.c += part.n;
  if (x.bias != nullptr) part.bias += part.n;
  part.n = left;
  multiply_as_rows(part);
}

void multiply_float(const Product<float>& x) {
  choose_way(x);
}
void multiply_double(const Product<double>& x) {
  choose_way(x);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(multiply_float);
HWY_EXPORT(multiply_double);

namespace detail {

void multiply(const Product<float>& product) {
  HWY_DYNAMIC_DISPATCH(multiply_float)(product);
}
void multiply(const Product<double>& product) {
  HWY_DYNAMIC_DISPATCH(multiply_double)(product);
}

void refuse_shapes(const char* name, Shape a, Shape b, Shape c) {
  throw ShapeError(std::string(name) + ": a " + to_string(a) + " and b " + to_string(b) + " do not give c " +
                   to_string(c));
}

}  // namespace detail
}  // namespace isinglass::kernels
#endif  // HWY_ONCE
