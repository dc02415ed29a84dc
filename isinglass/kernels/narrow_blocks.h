// isinglass/kernels/narrow_blocks.h - how a narrow product goes through the caches, whatever unit computes it.
//
// Factors are packed into tiles of 16 lines by 32 steps of bf16, 1 KB each, the parts of a split float side by side.
// A block of a as deep as kDepth and as high as fits stays in the second level cache; beside it b is packed, some
// columns at a time, and meets the whole block. c goes on from its sums when k is deeper than a block. A unit gives
//
//     pack<kParts>(x, lines, steps, form, tiles)    filled up with zeros
//     compute<kParts>(Tiles)                        up to 2 by 2 tiles of c
#pragma once
#include <algorithm>
#include <cstdint>

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

struct Tiles {
  const std::uint16_t *a, *b;  // pairs of tiles
  Index depth, rows, cols;     // in tiles; rows and cols 1 or 2
  float* c;
  Index c_stride;
  bool resume;  // go on from the sums in c
};

// Packed blocks of one thread.
struct NarrowWorkspace {
  static constexpr Index kTilesOfA = 960, kTilesOfB = 192;
  alignas(64) std::uint16_t a[kTilesOfA * kTileSize], b[kTilesOfB * kTileSize];
};

// A block of c, in squares of 32 by 32; those that c ends within go through a whole one.
template <int kParts, class Unit>
void compute_block(const NarrowProduct& x, const NarrowWorkspace& packed, Index depth, bool resume) {
  constexpr Index kSquare = 2 * kTileLines;
  alignas(64) float whole[kSquare * kSquare];
  for (Index j = 0; j < x.n; j += kSquare)
    for (Index i = 0; i < x.m; i += kSquare) {
      const Index rows = std::min(kSquare, x.m - i), cols = std::min(kSquare, x.n - j);
      float* c = x.c + i * x.c_stride + j;
      const bool is_whole = rows % kTileLines == 0 && cols % kTileLines == 0;
      if (!is_whole && resume)
        for (Index r = 0; r < rows; ++r) std::copy_n(c + r * x.c_stride, cols, whole + r * kSquare);
      Unit::template compute<kParts>({.a = packed.a + tile_place(i / kTileLines, 0, 0, kParts, depth),
                                      .b = packed.b + tile_place(j / kTileLines, 0, 0, kParts, depth),
                                      .depth = depth,
                                      .rows = tiles_for(rows),
                                      .cols = tiles_for(cols),
                                      .c = is_whole ? c : whole,
                                      .c_stride = is_whole ? x.c_stride : kSquare,
                                      .resume = resume});
      if (!is_whole)
        for (Index r = 0; r < rows; ++r) std::copy_n(whole + r * kSquare, cols, c + r * x.c_stride);
      if (x.bias == nullptr) continue;
      for (Index r = 0; r < rows; ++r)
        for (Index s = 0; s < cols; ++s) c[r * x.c_stride + s] += x.bias[j + s];
    }
}

template <int kParts, class Unit>
void multiply_by_tiles(const NarrowProduct& x, NarrowWorkspace& packed) {
  constexpr Index kDepth = 512;
  const Index tiles = depth_in_tiles(std::min(kDepth, x.k)) * kParts;  // of 16 lines
  const Index rows = NarrowWorkspace::kTilesOfA / tiles / 2 * 2 * kTileLines;
  const Index cols = NarrowWorkspace::kTilesOfB / tiles / 2 * 2 * kTileLines;
  for (Index i = 0; i < x.m; i += rows)
    for (Index p = 0; p < x.k; p += kDepth) {
      NarrowProduct part = x;
      part.m = std::min(rows, x.m - i);
      part.k = std::min(kDepth, x.k - p);
      Unit::template pack<kParts>(at(x.a, i, p), part.m, part.k, TileForm::kRows, packed.a);
      for (Index j = 0; j < x.n; j += cols) {
        part.n = std::min(cols, x.n - j);
        part.c = x.c + i * x.c_stride + j;
        part.bias = x.bias == nullptr || p + part.k < x.k ? nullptr : x.bias + j;
        Unit::template pack<kParts>(at(x.b, j, p), part.n, part.k, TileForm::kPairs, packed.b);
        compute_block<kParts, Unit>(part, packed, depth_in_tiles(part.k), p > 0);
      }
    }
}

}  // namespace isinglass::kernels::detail
