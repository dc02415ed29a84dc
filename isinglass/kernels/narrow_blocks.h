// isinglass/kernels/narrow_blocks.h - how a narrow product goes through the caches, whatever unit computes it.
//
// Factors are packed into tiles of 16 lines by 32 steps of bf16, 1 KB each, the parts of a split float side by side.
// A block of a, as high as fits the second level cache, meets one panel of b (some columns) after the other; while it
// meets one, the next one is packed, piece by piece between the tile products, which leave the rest of a core idle.
// Where a has several blocks, all panels of b are kept for them, so that each number is packed once. c goes on from its
// sums when k is deeper than a block. A unit gives
//
//     Packer<kParts>(x, lines, steps, form, tiles)    packs, filled up with zeros
//         units()     pieces of the work that are left, 0 for a unit that does all at once
//         finish()    does what is left
//     compute<kParts>(Tiles, Packer&)                 up to 2 by 2 tiles of c, some pieces of packing in between
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "isinglass/base/buffer.h"
#include "isinglass/kernels/narrow_matmul.h"

namespace isinglass::kernels::detail {

inline Lines at(const Lines& x, Index line, Index step) {
  return {x.data + line * x.line_stride + step * x.step_stride, x.line_stride, x.step_stride};
}

// How a tile lies in memory: of a, row = line, 32 steps; of b, row = two steps, 16 lines by 2.
enum class TileForm { kRows, kPairs };

inline constexpr Index kTileLines = 16, kTileSteps = 32, kTileSize = kTileLines * kTileSteps;

constexpr Index tiles_for(Index lines) {
  return (lines + kTileLines - 1) / kTileLines;
}
constexpr Index depth_in_tiles(Index steps) {
  return (steps + kTileSteps - 1) / kTileSteps;
}

// Where a tile lies among the packed ones: pairs of 16 lines side by side, so that a pair is one stream of memory.
constexpr Index tile_place(Index line, Index step, Index part, Index parts, Index depth) {
  return (((line / 2 * depth + step) * parts + part) * 2 + line % 2) * kTileSize;
}

// The products of parts in the order of the law.
struct PartPair {
  int of_a, of_b;
};
template <int kParts>
inline constexpr std::array<PartPair, 1> kPartPairs = {{{0, 0}}};
template <>
inline constexpr std::array<PartPair, 6> kPartPairs<3> = {{{0, 2}, {0, 1}, {0, 0}, {1, 0}, {1, 1}, {2, 0}}};

struct Tiles {
  const std::uint16_t *a, *b;  // pairs of tiles
  Index depth, rows, cols;     // in tiles; rows and cols 1 or 2
  float* c;
  Index c_stride;
  bool resume;          // go on from the sums in c
  const float* next_c;  // what is computed next, to be fetched
  Index units;          // of packing at each step of depth
};

// How a product is cut. A block of c goes through its sums `depth` by `depth` numbers; split floats fill the caches
// with half as many.
template <int kParts>
struct Cut {
  static constexpr Index kDepth = kParts == 1 ? 1024 : 512;

  explicit Cut(const NarrowProduct& x) {
    const Index tiles = depth_in_tiles(std::min(kDepth, x.k)) * kParts;  // of 16 lines
    const Index most_rows = kTilesOfA / tiles / 2 * 2 * kTileLines, blocks = (x.m + most_rows - 1) / most_rows;
    rows = tiles_for((x.m + 2 * blocks - 1) / (2 * blocks)) * 2 * kTileLines;
    panel_cols = kTilesOfPanel / tiles / 2 * 2 * kTileLines;
    panel = panel_cols / kTileLines * tiles * kTileSize;
    panels = blocks == 1 ? 2 : kTilesOfB * kTileSize / panel;
    cols = blocks == 1 ? x.n : panels * panel_cols;
  }

  static constexpr Index kTilesOfA = 1024, kTilesOfPanel = kParts == 1 ? 256 : 192, kTilesOfB = 6144;
  Index rows;               // of a block of a
  Index panel_cols, panel;  // of b, and numbers in a packed one
  Index panels;             // that are kept
  Index cols;               // that go through all rows before the next ones
};

// Packed blocks of one thread: 7 MB, of which small products touch little.
struct NarrowWorkspace {
  Buffer<std::uint16_t> a{Cut<1>::kTilesOfA * kTileSize}, b{Cut<1>::kTilesOfB * kTileSize};
};

// c of a block of a and a panel of b, in squares of 32 by 32; those that c ends within go through a whole one.
template <int kParts, class Unit>
void compute_block(const NarrowProduct& x, const std::uint16_t* a, const std::uint16_t* b, bool resume,
                   typename Unit::template Packer<kParts>& next) {
  constexpr Index kSquare = 2 * kTileLines;
  alignas(64) float whole[kSquare * kSquare];
  const Index depth = depth_in_tiles(x.k);
  const Index steps = (x.m + kSquare - 1) / kSquare * ((x.n + kSquare - 1) / kSquare) * depth;
  const Index units = (next.units() + steps - 1) / steps;
  for (Index i = 0; i < x.m; i += kSquare)
    for (Index j = 0; j < x.n; j += kSquare) {
      const Index rows = std::min(kSquare, x.m - i), cols = std::min(kSquare, x.n - j);
      float* c = x.c + i * x.c_stride + j;
      const bool is_whole = rows % kTileLines == 0 && cols % kTileLines == 0;
      if (!is_whole && resume)
        for (Index r = 0; r < rows; ++r) std::copy_n(c + r * x.c_stride, cols, whole + r * kSquare);
      Unit::template compute<kParts>({.a = a + tile_place(i / kTileLines, 0, 0, kParts, depth),
                                      .b = b + tile_place(j / kTileLines, 0, 0, kParts, depth),
                                      .depth = depth,
                                      .rows = tiles_for(rows),
                                      .cols = tiles_for(cols),
                                      .c = is_whole ? c : whole,
                                      .c_stride = is_whole ? x.c_stride : kSquare,
                                      .resume = resume,
                                      .next_c = j + kSquare < x.n ? c + kSquare : c - j + kSquare * x.c_stride,
                                      .units = units},
                                     next);
      if (!is_whole)
        for (Index r = 0; r < rows; ++r) std::copy_n(whole + r * kSquare, cols, c + r * x.c_stride);
      if (x.bias == nullptr) continue;
      for (Index r = 0; r < rows; ++r)
        for (Index s = 0; s < cols; ++s) c[r * x.c_stride + s] += x.bias[j + s];
    }
}

// The block of a at row i and step p with the panels of b from column `begin` to `end`; packs them if it is the first.
template <int kParts, class Unit>
void multiply_by_panels(const NarrowProduct& x, const Cut<kParts>& cut, Index i, Index p, Index begin, Index end,
                        NarrowWorkspace& packed) {
  using Packer = typename Unit::template Packer<kParts>;
  NarrowProduct part = x;
  part.m = std::min(cut.rows, x.m - i);
  part.k = std::min(cut.kDepth, x.k - p);
  Packer(at(x.a, i, p), part.m, part.k, TileForm::kRows, packed.a.data()).finish();
  const auto panel = [&](Index j) { return packed.b.data() + (j - begin) / cut.panel_cols % cut.panels * cut.panel; };
  const auto packer = [&](Index j) {
    return i > 0 || j >= end
               ? Packer()
               : Packer(at(x.b, j, p), std::min(cut.panel_cols, end - j), part.k, TileForm::kPairs, panel(j));
  };
  packer(begin).finish();
  for (Index j = begin; j < end; j += cut.panel_cols) {
    part.n = std::min(cut.panel_cols, end - j);
    part.c = x.c + i * x.c_stride + j;
    part.bias = x.bias == nullptr || p + part.k < x.k ? nullptr : x.bias + j;
    Packer next = packer(j + cut.panel_cols);
    compute_block<kParts, Unit>(part, packed.a.data(), panel(j), p > 0, next);
    next.finish();
  }
}

template <int kParts, class Unit>
void multiply_by_tiles(const NarrowProduct& x, NarrowWorkspace& packed) {
  const Cut<kParts> cut(x);
  for (Index j = 0; j < x.n; j += cut.cols)
    for (Index p = 0; p < x.k; p += cut.kDepth)
      for (Index i = 0; i < x.m; i += cut.rows)
        multiply_by_panels<kParts, Unit>(x, cut, i, p, j, std::min(x.n, j + cut.cols), packed);
}

template <class Unit>
void multiply_by_tiles(Products how, const NarrowProduct& x, NarrowWorkspace& packed) {
  how == Products::kSplit ? multiply_by_tiles<3, Unit>(x, packed) : multiply_by_tiles<1, Unit>(x, packed);
}

}  // namespace isinglass::kernels::detail
