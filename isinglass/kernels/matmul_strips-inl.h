// isinglass/kernels/matmul_strips-inl.h - large products of matmul.cpp: blocks of b in panels, strips of a few rows of a.
//
// Compiled once for each instruction set: include it from a .cpp file after hwy/foreach_target.h.
#include "isinglass/kernels/matmul_tile-inl.h"

#if defined(ISINGLASS_KERNELS_MATMUL_STRIPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#  ifdef ISINGLASS_KERNELS_MATMUL_STRIPS_INL_H_
#    undef ISINGLASS_KERNELS_MATMUL_STRIPS_INL_H_
#  else
#    define ISINGLASS_KERNELS_MATMUL_STRIPS_INL_H_
#  endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

using detail::Product;

// The ending of c's elements from row i and column j on; of one in a row or column more it is next to it.
template <class T>
HWY_INLINE Ending<T> ending_from(const Product<T>& x, Index i, Index j) {
  Ending<T> ending = x.ending;
  if (ending.bias != nullptr) ending.bias += j;
  if (ending.gate.data != nullptr) ending.gate.data += i * ending.gate.stride + j;
  return ending;
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

// panel(0 .. depth, 0 .. columns) = b(p .., j ..)
template <class T>
HWY_INLINE void fill_panel(const Product<T>& x, Index p, Index depth, Index j, Index columns, T* HWY_RESTRICT panel) {
  if (x.b_transposed)
    transpose_panel(x.b + j * x.b_stride + p, x.b_stride, depth, columns, vectors_for<T>(columns), panel);
  else
    copy_panel(x.b + p * x.b_stride + j, x.b_stride, depth, columns, vectors_for<T>(columns), panel);
}

// A block of b as panels one after the other, each as wide as a tile of a strip. Four at once: memory gives long runs
// faster than short ones.
template <class T>
void fill_panels(const Product<T>& x, Index p, Index depth, Index j, Index columns, T* HWY_RESTRICT panels) {
  const Lanes<T> d;
  constexpr Index kWidth = kStripVectors * kLanes<T>, kAtOnce = 4 * kWidth;
  Index v = 0;
  if (!x.b_transposed)
    for (; v + kAtOnce <= columns; v += kAtOnce)
      for (Index q = 0; q < depth; ++q) {
        const T* b = x.b + (p + q) * x.b_stride + j + v;
        T* HWY_RESTRICT row = panels + v * depth + q * kWidth;
        for (Index w = 0; w < kAtOnce; w += kWidth, row += kWidth * depth)
          for (Index lane = 0; lane < kWidth; lane += kLanes<T>) hn::Store(hn::LoadU(d, b + w + lane), d, row + lane);
      }
  for (; v < columns; v += kWidth) fill_panel(x, p, depth, j + v, std::min(kWidth, columns - v), panels + v * depth);
}

// The rows i .. i + rows - 1 of a for some steps, step by step next to each other: a tile reads one line a step.
template <class T>
void copy_rows(const Product<T>& x, Index i, Index rows, Index p, Index depth, T* HWY_RESTRICT copy) {
  const T* a = x.a + i * x.a_row + p * x.a_step;
  if (x.a_step == 1)
    transpose_panel(a, x.a_row, depth, rows, vectors_for<T>(rows), copy);
  else
    copy_panel(a, x.a_step, depth, rows, vectors_for<T>(rows), copy);
}

// The sums that the next tile goes on from: rows of c are too far from each other for a processor to foresee them.
template <class T>
HWY_INLINE void fetch_ahead(const Tile<T>& tile, Index rows) {
  const T* next = tile.c + kStripVectors * kLanes<T>;
  for (Index r = 0; r < rows; ++r, next += tile.c_stride)
    for (Index v = 0; v < kStripVectors; ++v) hwy::Prefetch(next + v * kLanes<T>);
}

// Rows of a that were copied meet the panels of a block one after the other; `tile` is the first one.
template <class T>
HWY_INLINE void rows_by_panels(Tile<T> tile, Index rows, Index columns) {
  constexpr Index kWidth = kStripVectors * kLanes<T>;
  for (Index v = 0; v < columns; v += kWidth) {
    const Index width = std::min(kWidth, columns - v), vectors = vectors_for<T>(width);
    tile.b_stride = vectors * kLanes<T>;
    tile.last = last_lanes<T>(width);
    if (tile.resume && v + kWidth < columns) fetch_ahead(tile, rows);
    const auto& by_height = vectors == kStripVectors ? kStripTiles<T> : kTiles<T>[1];
    by_height[static_cast<std::size_t>(rows)](tile);
    tile.b += kWidth * tile.depth;
    tile.c += kWidth;
    if (tile.ending.bias != nullptr) tile.ending.bias += kWidth;
    if (tile.ending.gate.data != nullptr) tile.ending.gate.data += kWidth;
  }
}

// A block of b, and the rows of the next strip where so many are left.
constexpr Index kBlockDepth = 256, kBlockBytes = 1 << 20, kCopiedRows = 16;
HWY_INLINE Index height_of_strip(Index rows) {
  const Index tiles = (rows + kStripRows - 1) / kStripRows;
  return (rows + tiles - 1) / tiles;
}

// A large product. A block of b, in panels, stays in a second level cache; a copy of some rows of a stays in the first
// and meets the panels one after the other.
template <class T>
HWY_NOINLINE void multiply_by_strips(const Product<T>& x) {
  constexpr Index kColumns = kBlockBytes / kBlockDepth / static_cast<Index>(sizeof(T));
  alignas(64) T panels[kBlockDepth * kColumns];
  alignas(64) T rows_of_a[kBlockDepth * kCopiedRows];
  for (Index j = 0; j < x.n; j += kColumns)
    for (Index p = 0; p < x.k; p += kBlockDepth) {
      const Index columns = std::min(kColumns, x.n - j), depth = std::min(kBlockDepth, x.k - p);
      fill_panels(x, p, depth, j, columns, panels);
      for (Index i = 0, height = 0; i < x.m; i += height) {
        height = height_of_strip(x.m - i);
        copy_rows(x, i, height, p, depth, rows_of_a);
        rows_by_panels<T>({.a = rows_of_a,
                           .a_row = 1,
                           .a_step = vectors_for<T>(height) * kLanes<T>,
                           .b = panels,
                           .b_stride = 0,
                           .c = x.c + i * x.c_stride + j,
                           .c_stride = x.c_stride,
                           .depth = depth,
                           .last = 0,
                           .resume = p > 0,
                           .ending = p + depth < x.k ? Ending<T>() : ending_from(x, i, j)},
                          height, columns);
      }
    }
}

// The same with all steps of k in panels, so that a strip of c is complete before the next one begins: it is handed over
// from the first level cache, and c takes no memory.
template <class T>
HWY_NOINLINE void hand_over_strips(const Product<T>& x) {
  constexpr Index kWidth = kStripVectors * kLanes<T>, kMostColumns = 2048 / static_cast<Index>(sizeof(T));
  constexpr Index kNumbers = kBlockBytes / static_cast<Index>(sizeof(T));
  alignas(64) T panels[kNumbers];
  alignas(64) T rows_of_a[kBlockDepth * kCopiedRows];
  alignas(64) T sums[kStripRows * kMostColumns];
  const Index block = std::min(kMostColumns, kNumbers / x.k / kWidth * kWidth);
  for (Index j = 0; j < x.n; j += block) {
    const Index columns = std::min(block, x.n - j);
    for (Index p = 0; p < x.k; p += kBlockDepth)
      fill_panels(x, p, std::min(kBlockDepth, x.k - p), j, columns, panels + p * block);
    for (Index i = 0, height = 0; i < x.m; i += height) {
      height = height_of_strip(x.m - i);
      for (Index p = 0; p < x.k; p += kBlockDepth) {
        const Index depth = std::min(kBlockDepth, x.k - p);
        copy_rows(x, i, height, p, depth, rows_of_a);
        rows_by_panels<T>({.a = rows_of_a,
                           .a_row = 1,
                           .a_step = vectors_for<T>(height) * kLanes<T>,
                           .b = panels + p * block,
                           .b_stride = 0,
                           .c = sums,
                           .c_stride = columns,
                           .depth = depth,
                           .last = 0,
                           .resume = p > 0,
                           .ending = {}},
                          height, columns);
      }
      x.to->take(x.to->self, {x.c + i * x.c_stride + j, height, columns, x.c_stride}, {sums, height, columns});
    }
  }
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
