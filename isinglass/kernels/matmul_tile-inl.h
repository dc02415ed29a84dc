// isinglass/kernels/matmul_tile-inl.h - the tiles of matmul.cpp, one function for each height and width.
//
// Compiled once for each instruction set: include it from a .cpp file after hwy/foreach_target.h.
#include <hwy/cache_control.h>

#include <array>
#include <utility>

#include "isinglass/kernels/matmul_choice-inl.h"
#include "isinglass/kernels/panel-inl.h"

#if defined(ISINGLASS_KERNELS_MATMUL_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#  ifdef ISINGLASS_KERNELS_MATMUL_TILE_INL_H_
#    undef ISINGLASS_KERNELS_MATMUL_TILE_INL_H_
#  else
#    define ISINGLASS_KERNELS_MATMUL_TILE_INL_H_
#  endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// A single row is wider: enough sums are in flight, and rows of b are read in long runs.
constexpr int kRowVectors = (kHasVectors ? 4 : 1) * kVectors;
// Tiles of few vectors are as high.
constexpr int kHighRows = kManyRegisters ? 14 : kTallRows, kHighVectors = kManyRegisters ? 2 : 1;
constexpr int kStripVectors = 2;

// Some rows of c by some vectors, over `depth` steps of k.
template <class T>
struct Tile {
  const T* a;
  Index a_row, a_step;
  const T* b;
  Index b_stride;
  T* c;
  Index c_stride;
  Index depth;
  std::size_t last;    // lanes of the last vector that belong to c
  bool resume;         // go on from the sums in c
  Ending<T> ending;    // of this tile; of none but the last steps of k
  T* panel = nullptr;  // where rows of b are copied to, one after the other
};

// Whether (4) and (5) of matmul.h find the sums of a tile in registers: of the large tiles and of single rows, whose
// product is soon over, where the instructions are short. All would take twice the memory.
template <int kR, int kV>
constexpr bool kEndsInRegisters = kMasksMemory&& kV >= 2 && (kR >= kRows - 1 || kR == 1);
// What follows the bias, of any other tile.
template <class T>
HWY_NOINLINE void end_tile(const Tile<T>& tile, Index rows, Index vectors) {
  const Lanes<T> d;
  const auto zero = hn::Zero(d);
  const View<const T> gate = tile.ending.gate;
  for (Index r = 0; r < rows; ++r)
    for (Index v = 0; v < vectors; ++v) {
      const Index from = v * kLanes<T>;
      const std::size_t lanes = v + 1 < vectors ? static_cast<std::size_t>(kLanes<T>) : tile.last;
      T* const c = tile.c + r * tile.c_stride + from;
      // A masked load would wait until what was just stored is in the cache.
      const auto load = [&](const T* p) HWY_ATTR {
        return lanes == static_cast<std::size_t>(kLanes<T>) ? hn::LoadU(d, p) : load_first(d, p, lanes);
      };
      auto sum = load(c);
      if (tile.ending.rectify) sum = hn::IfThenZeroElse(hn::Lt(sum, zero), sum);
      if (gate.data != nullptr) {
        const auto is_open = hn::Gt(load(gate.data + r * gate.stride + from), zero);
        sum = hn::Mul(sum, hn::IfThenElseZero(is_open, hn::Set(d, T{1})));
      }
      store_first(sum, d, c, lanes);
    }
}

// kWhole: b may be read as whole vectors, also where c ends within one. kCopied: so it is, and left in `panel`. kPacked: a_row
// is 1, too, which spares registers, and b comes from a second level cache: it is fetched some steps ahead.
enum class Reading { kPartial, kWhole, kCopied, kPacked };
template <int kR, int kV, Reading kReading, class T>
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
  [[maybe_unused]] T* HWY_RESTRICT panel = tile.panel;
  for (Index p = 0; p < tile.depth; ++p) {
    V row_of_b[kV];
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v)
      row_of_b[v] =
          kReading != Reading::kPartial || v + 1 < kV ? hn::LoadU(d, b + v * kL) : load_first(d, b + v * kL, tile.last);
    if (kReading == Reading::kCopied) {
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) hn::Store(row_of_b[v], d, panel + v * kL);
      panel += kV * kL;
    }
    if (kReading == Reading::kPacked) {
      constexpr Index kStepsAhead = 8;
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) hwy::Prefetch(b + kStepsAhead * kV * kL + v * kL);
    }
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) {
      const V x = hn::Set(d, a[kReading == Reading::kPacked ? r : r * tile.a_row]);
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) sums[r][v] = hn::MulAdd(x, row_of_b[v], sums[r][v]);
    }
    a += tile.a_step;
    b += tile.b_stride;
  }
  const Ending<T>& ending = tile.ending;
  // sums[r][v] = f(its sum, r, v) for all
  const auto change = [&sums](auto f) HWY_ATTR {
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v) {
      ISINGLASS_UNROLL
      for (int r = 0; r < kR; ++r) sums[r][v] = f(sums[r][v], r, v);
    }
  };
  if (ending.bias != nullptr) {
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v) {
      const V bias = load_c(ending.bias + v * kL, v);
      ISINGLASS_UNROLL
      for (int r = 0; r < kR; ++r) sums[r][v] = hn::Add(sums[r][v], bias);
    }
  }
  if constexpr (kEndsInRegisters<kR, kV>) {
    if (ending.rectify)
      change([&](V sum, int, int) HWY_ATTR { return hn::IfThenZeroElse(hn::Lt(sum, hn::Zero(d)), sum); });
    if (ending.gate.data != nullptr)
      change([&](V sum, int r, int v) HWY_ATTR {
        const T* const at = ending.gate.data + r * ending.gate.stride + v * kL;
        const V gate = v + 1 < kV ? hn::LoadU(d, at) : hn::MaskedLoad(hn::FirstN(d, tile.last), d, at);
        return hn::Mul(sum, hn::IfThenElseZero(hn::Gt(gate, hn::Zero(d)), hn::Set(d, T{1})));
      });
  }
  ISINGLASS_UNROLL
  for (int v = 0; v < kV; ++v) {
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) {
      T* c = tile.c + r * tile.c_stride + v * kL;
      if (v + 1 < kV || tile.last == kL)
        hn::StoreU(sums[r][v], d, c);
      else
        store_first(sums[r][v], d, c, tile.last);
    }
  }
  if (!kEndsInRegisters<kR, kV> && (ending.rectify || ending.gate.data != nullptr)) end_tile(tile, kR, kV);
}

template <class T>
using Compute = void (*)(const Tile<T>&);

// How many rows a tile of so many vectors may have: its sums, a row of b and a number of a fill the registers.
constexpr int rows_beside(int vectors) {
  return vectors <= kHighVectors ? kHighRows : vectors <= kVectors ? kRows : 1;
}

// compute() for kV vectors (0: part of one) by height from kLowest; null below and where the registers do not suffice.
template <int kV, Reading kReading, int kLowest, class T, std::size_t... kR>
constexpr auto heights(std::index_sequence<kR...>) {
  constexpr int kWide = kV == 0 ? 1 : kV;
  std::array<Compute<T>, kHighRows + 1> row = {};
  ((row[kR + kLowest] = &compute<static_cast<int>(kR) + kLowest, kWide, kReading, T>), ...);
  return row;
}
template <class T, std::size_t... kV>
constexpr auto widths(std::index_sequence<kV...>) {
  return std::array<std::array<Compute<T>, kHighRows + 1>, kRowVectors + 1>{
      heights < static_cast<int>(kV), kV == 0 ? Reading::kPartial : Reading::kWhole, 1,
      T > (std::make_index_sequence<rows_beside(static_cast<int>(kV))>())...};
}
template <class T>
constexpr auto kTiles = widths<T>(std::make_index_sequence<kRowVectors + 1>());
// The same for rows of a that were copied next to each other. So many rows are cut into tiles of nearly equal height
// that the lowest is but one row lower than may be.
constexpr int kStripRows = rows_beside(kStripVectors), kLeastStripRows = kStripRows - 1;
static_assert(kRowsWorthStrips >= kStripRows * kStripRows);
template <class T>
constexpr auto kStripTiles = heights<kStripVectors, Reading::kPacked, kLeastStripRows, T>(
    std::make_index_sequence<kStripRows - kLeastStripRows + 1>());

// compute() for a single row by so many vectors, the last of which may end within c.
template <class T, std::size_t... kV>
constexpr auto row_tiles(std::index_sequence<kV...>) {
  return std::array<Compute<T>, sizeof...(kV)>{&compute<1, static_cast<int>(kV) + 1, Reading::kPartial, T>...};
}
template <class T>
constexpr auto kRowTiles = row_tiles<T>(std::make_index_sequence<kRowVectors>());

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
