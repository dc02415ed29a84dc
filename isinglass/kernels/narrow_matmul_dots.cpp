// isinglass/kernels/narrow_matmul_dots.cpp - narrow products on the dot products of AVX512_BF16.
//
// The instruction (VDPBF16PS) takes two numbers of bf16 for each of 16 sums, and adds the product of the upper pair, then
// that of the lower one, each rounded: two links of a chain. So a tile's steps are packed such that a pair are neighbours
// in one of the law's two chains (narrow_matmul.h), and four lines by two vectors of both chains stay in registers.
#include "isinglass/kernels/narrow_matmul_dots.h"

#if defined(__x86_64__)
#  include "isinglass/kernels/narrow_packer.h"

namespace isinglass::kernels::detail {
namespace {

// Pairs of even and of odd steps by turns; the upper half comes first.
struct LinksInPairs {
  static constexpr bool kMoves = true;
  static constexpr Index high(Index pair) { return pair / 2 * 4 + pair % 2; }
  static constexpr Index low(Index pair) { return high(pair) + 2; }
};

struct DotUnit {
  template <int kParts>
  using Packer = TilePacker<kParts, LinksInPairs>;

  static constexpr Index kSquare = 2 * kTileLines, kVector = kTileLines, kLinks = kTileSteps / 4;

  // Rows of sums. Those of c may lie a power of two apart, where they would drive each other out of the first level
  // cache, so that sums stay in a square of their own until the last block of the law has been added.
  struct Rows {
    float* first;
    Index stride;
    Rows from(Index row) const { return {first + row * stride, stride}; }
  };

  // A block of the law for some lines: to(i,j) = sum(i,j) + (e + o).
  template <int kLines, int kVectors>
  ISINGLASS_BF16 static void add_lines(const std::uint16_t* a, const std::uint16_t* b, Rows sum, Rows to) {
    __m512 even[kLines][kVectors], odd[kLines][kVectors];
    for (int i = 0; i < kLines; ++i)
      for (int v = 0; v < kVectors; ++v) even[i][v] = odd[i][v] = _mm512_setzero_ps();
    const auto link = [&](Index pair, __m512(*chain)[kVectors]) ISINGLASS_BF16 {
      __m512i pairs_of_b[kVectors];
      for (int v = 0; v < kVectors; ++v) pairs_of_b[v] = _mm512_load_si512(b + v * kTileSize + pair * kTileSteps);
      for (int i = 0; i < kLines; ++i) {
        std::int32_t pair_of_a;  // loaded as bytes: the tile holds 16-bit numbers
        __builtin_memcpy(&pair_of_a, a + i * kTileSteps + 2 * pair, sizeof pair_of_a);
        const auto pairs_of_a = reinterpret_cast<__m512bh>(_mm512_set1_epi32(pair_of_a));
        for (int v = 0; v < kVectors; ++v)
          chain[i][v] = _mm512_dpbf16_ps(chain[i][v], pairs_of_a, reinterpret_cast<__m512bh>(pairs_of_b[v]));
      }
    };
    // Unrolled by g++ 12, the chains do not fit the registers.
#  pragma GCC unroll 1
    for (Index i = 0; i < kLinks; ++i) {
      link(2 * i, even);
      link(2 * i + 1, odd);
    }
    for (int i = 0; i < kLines; ++i)
      for (int v = 0; v < kVectors; ++v)
        _mm512_storeu_ps(to.from(i).first + v * kVector, _mm512_add_ps(_mm512_loadu_ps(sum.from(i).first + v * kVector),
                                                                       _mm512_add_ps(even[i][v], odd[i][v])));
  }

  template <int kParts, int kVectors>
  ISINGLASS_BF16 static void compute(const Tiles& x) {
    constexpr int kLines = 8 / kVectors;
    alignas(64) float square[kSquare * kSquare];
    alignas(64) static float zeros[kSquare] = {};
    const Rows c = {x.c, x.c_stride}, kept = {square, kSquare};
    Rows sum = x.resume ? c : Rows{zeros, 0};
    SumFetcher next_sums(x);
    Index products = x.depth * static_cast<Index>(kPartPairs<kParts>.size());
    for (Index p = 0; p < x.depth; ++p) {
      next_sums.advance();
      for (const PartPair& parts : kPartPairs<kParts>) {
        const Rows to = --products == 0 ? c : kept;
        const std::uint16_t* const b = x.b + tile_place(0, p, parts.of_b, kParts, x.depth);
        for (Index i = 0; i < x.rows * kTileLines; i += kLines) {
          const std::uint16_t* const a = x.a + tile_place(i / kTileLines, p, parts.of_a, kParts, x.depth);
          add_lines<kLines, kVectors>(a + i % kTileLines * kTileSteps, b, sum.from(i), to.from(i));
        }
        sum = kept;
      }
    }
  }

  template <int kParts>
  static void compute(const Tiles& x, const Packer<kParts>&) {
    x.cols == 2 ? compute<kParts, 2>(x) : compute<kParts, 1>(x);
  }
};

}  // namespace

void multiply_with_dots(Products how, const NarrowProduct& x, NarrowWorkspace& workspace) {
  multiply_by_tiles<DotUnit>(how, x, workspace);
}

}  // namespace isinglass::kernels::detail

#endif  // __x86_64__
