// isinglass/kernels/panel-inl.h - tiles of sums that stay in registers, and panels of one factor that feed them.
//
// A tile is up to 6 rows (12 of a single vector) by 4 vectors, or 2 vectors where there are but 16 registers. A panel
// holds as much of one factor as fits into half of a first level cache, as wide as a tile. Compiled once for each
// instruction set: include it from a .cpp file after hwy/foreach_target.h.
#include "isinglass/kernels/partial_vector-inl.h"

#if defined(ISINGLASS_KERNELS_PANEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#  ifdef ISINGLASS_KERNELS_PANEL_INL_H_
#    undef ISINGLASS_KERNELS_PANEL_INL_H_
#  else
#    define ISINGLASS_KERNELS_PANEL_INL_H_
#  endif

#  include <algorithm>
#  include <array>

#  include "isinglass/base/shape.h"

// Loops over the registers of a tile must unroll, or the sums go through memory.
#  if defined(__clang__)
#    define ISINGLASS_UNROLL _Pragma("clang loop unroll(full)")
#  else
#    define ISINGLASS_UNROLL _Pragma("GCC unroll 16")
#  endif

// AddressSanitizer guards the tiles; the other checks would triple their compile time for nothing.
#  define ISINGLASS_QUIET __attribute__((no_sanitize("undefined")))

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

inline constexpr bool kManyRegisters = HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON;
// Where nothing is a vector tiles are few and small: what is slow anyway need not be large, too.
inline constexpr bool kHasVectors = HWY_TARGET != HWY_SCALAR;
inline constexpr int kRows = 6, kTallRows = kHasVectors ? 12 : kRows, kVectors = kManyRegisters ? 4 : 2;
inline constexpr std::size_t kPanelBytes = 32768;

template <class T>
using Lanes = hn::ScalableTag<T>;
template <class T>
constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(Lanes<T>()));
template <class T>
constexpr Index kPanelDepth = static_cast<Index>(kPanelBytes / sizeof(T)) / (kVectors * kLanes<T>);

// How many vectors hold the columns, and how many lanes of the last one they fill.
template <class T>
HWY_INLINE Index vectors_for(Index columns) {
  return (columns + kLanes<T> - 1) / kLanes<T>;
}
template <class T>
HWY_INLINE std::size_t last_lanes(Index columns) {
  return static_cast<std::size_t>((columns - 1) % kLanes<T> + 1);
}

// The rows that become one vector of a panel.
template <class T>
using Rows = std::array<const T*, kLanes<T>>;

#  if HWY_TARGET == HWY_SCALAR
template <class T, class RowAt>
Index transpose_blocks(RowAt, Index begin, Index, Index, T*) {
  return begin;
}
#  else
// 16 bytes from each of the rows first, first + kLanes / kBlocks, ...
template <class D, class RowAt>
HWY_INLINE hn::Vec<D> gather_blocks(D d, const RowAt& row_at, Index first, Index p) {
  if constexpr (hn::MaxLanes(D()) * sizeof(hn::TFromD<D>) == 16) {
    return hn::LoadU(d, row_at(first) + p);
  } else {
    const hn::Half<D> half;
    constexpr Index kHalf = static_cast<Index>(hn::MaxLanes(hn::Half<D>()));
    return hn::Combine(d, gather_blocks(half, row_at, first + kHalf, p), gather_blocks(half, row_at, first, p));
  }
}

// to[p step + j] = row_at(j)[p] for the rows of one vector and p = begin, .. in whole blocks of 16 bytes; returns the
// first p that is left. The blocks of the first of four vectors come from rows 0, 4, 8, .., of the second from 1, 5, 9,
// .. and so on (two vectors of doubles: 0, 2, .. and 1, 3, ..); transposing within the blocks sorts the rows.
template <class T, class RowAt>
HWY_INLINE Index transpose_blocks(RowAt row_at, Index begin, Index depth, Index step, T* HWY_RESTRICT to) {
  const Lanes<T> d;
  constexpr Index kBlock = 16 / sizeof(T);
  Index p = begin;
  for (T* out = to + p * step; p + kBlock <= depth; p += kBlock, out += kBlock * step) {
    const auto r0 = gather_blocks(d, row_at, 0, p), r1 = gather_blocks(d, row_at, 1, p);
    const auto low = hn::InterleaveLower(d, r0, r1), high = hn::InterleaveUpper(d, r0, r1);
    if constexpr (kBlock == 2) {
      hn::StoreU(low, d, out);
      hn::StoreU(high, d, out + step);
    } else {
      const auto r2 = gather_blocks(d, row_at, 2, p), r3 = gather_blocks(d, row_at, 3, p);
      const hn::RepartitionToWide<Lanes<T>> pairs;
      const auto low01 = hn::BitCast(pairs, low), high01 = hn::BitCast(pairs, high);
      const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, r2, r3));
      const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), d, out);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), d, out + step);
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), d, out + 2 * step);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), d, out + 3 * step);
    }
  }
  return p;
}
#  endif

// to[p step + j] = row_at(j)[p] for all p; some of them are written twice.
template <class T, class RowAt>
HWY_INLINE void transpose_rows(RowAt row_at, Index depth, Index step, T* to) {
  constexpr Index kBlock = 16 / sizeof(T);
  const Index done = transpose_blocks(row_at, 0, depth, step, to);
  if (done > 0 && done < depth) transpose_blocks(row_at, depth - kBlock, depth, step, to);
  for (Index p = 0; done == 0 && p < depth; ++p)
    for (Index j = 0; j < kLanes<T>; ++j) to[p * step + j] = row_at(j)[p];
}

// panel(p, j) = b(j, p); lanes beyond the last column repeat it, and their sums go nowhere.
template <class T>
void transpose_panel(const T* b, Index b_stride, Index depth, Index columns, Index vectors, T* HWY_RESTRICT panel) {
  for (Index first = 0; first < columns; first += kLanes<T>) {
    Rows<T> rows;
    for (std::size_t i = 0; i < rows.size(); ++i)
      rows[i] = b + std::min(first + static_cast<Index>(i), columns - 1) * b_stride;
    transpose_rows([&rows](Index j) { return rows[static_cast<std::size_t>(j)]; }, depth, vectors * kLanes<T>,
                   panel + first);
  }
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
