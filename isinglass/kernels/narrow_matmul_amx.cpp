// isinglass/kernels/narrow_matmul_amx.cpp - narrow products on the tile unit of x86-64 (AMX).
//
// A tile product multiplies 16 by 32 with 32 by 16 numbers of bf16 and adds to 16 by 16 floats in 16 cycles. Four
// tiles of sums, two of a and two of b fill the unit's eight. Packing reads floats and splits them in registers, so that
// memory traffic stays four bytes a number.
#include "isinglass/kernels/narrow_matmul_amx.h"

#if defined(__x86_64__)
// g++ 12 warns of its own undefined vectors.
#  if !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wuninitialized"
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#  endif
#  include <immintrin.h>

#  include "isinglass/kernels/narrow_blocks.h"

namespace isinglass::kernels::detail {
namespace {

#  define ISINGLASS_AMX __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma")))

// Static, and with a barrier before its use: g++ 12 does not know that the instruction reads it.
struct alignas(64) TileConfiguration {
  unsigned char palette = 1, start_row = 0, reserved[14] = {};
  unsigned short row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  unsigned char rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
const TileConfiguration kConfiguration;

// The compiler does not know what tile instructions read and write.
inline void settle_memory() {
  asm volatile("" ::: "memory");
}

// bf16(x) as a float.
ISINGLASS_AMX inline __m512 rounded(__m512 x) {
  const __m256i narrow = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(narrow), 16));
}

ISINGLASS_AMX inline __m512 load(const float* from, Index count) {
  if (count >= 16) return _mm512_loadu_ps(from);
  const unsigned mask = count <= 0 ? 0u : (1u << count) - 1;
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask), from);
}

// Two vectors as the kParts rows of a tile that belong to them; neighbours in a row: of the same vector, or (`paired`)
// one of x and one of y.
template <int kParts, bool paired>
ISINGLASS_AMX inline void split(__m512 x, __m512 y, std::uint16_t* row) {
  for (int part = 0; part < kParts; ++part) {
    const __m512 x0 = rounded(x), y0 = rounded(y);
    const __m512i low = _mm512_srli_epi32(_mm512_castps_si512(x0), 16), high = _mm512_castps_si512(y0);
    if constexpr (paired)
      _mm512_store_si512(row + part * 2 * kTileSize, _mm512_or_si512(low, high));
    else
      _mm512_store_si512(row + part * 2 * kTileSize, reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(y0, x0)));
    x = _mm512_sub_ps(x, x0);
    y = _mm512_sub_ps(y, y0);
  }
}

// Rows become columns, of 16 by 16 pairs: one form of a tile becomes the other.
ISINGLASS_AMX void turn(std::uint16_t* tile) {
  __m512i r[16], t[16];
  for (int i = 0; i < 16; ++i) r[i] = _mm512_load_si512(tile + 32 * i);
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4)
    for (int h = 0; h < 2; ++h) {
      r[i + 2 * h] = _mm512_unpacklo_epi64(t[i + h], t[i + h + 2]);
      r[i + 2 * h + 1] = _mm512_unpackhi_epi64(t[i + h], t[i + h + 2]);
    }
  for (int i = 0; i < 4; ++i) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
  for (int i = 0; i < 4; ++i) {
    _mm512_store_si512(tile + 32 * i, _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88));
    _mm512_store_si512(tile + 32 * (i + 4), _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88));
    _mm512_store_si512(tile + 32 * (i + 8), _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd));
    _mm512_store_si512(tile + 32 * (i + 12), _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd));
  }
}

struct TileUnit {
  // Neighbours in memory are packed one after the other: 16 lines in all their steps, or 32 steps of all lines.
  template <int kParts>
  static void pack(const Lines& x, Index lines, Index steps, TileForm form, std::uint16_t* tiles) {
    const Index depth = depth_in_tiles(steps);
    const auto pack_one = [&](Index line, Index p) {
      pack_tile<kParts>(at(x, line, p), std::min(kTileLines, lines - line), std::min(kTileSteps, steps - p), form,
                        tiles + tile_place(line / kTileLines, p / kTileSteps, 0, kParts, depth));
    };
    if (x.step_stride == 1)
      for (Index line = 0; line < lines; line += kTileLines)
        for (Index p = 0; p < steps; p += kTileSteps) pack_one(line, p);
    else
      for (Index p = 0; p < steps; p += kTileSteps)
        for (Index line = 0; line < lines; line += kTileLines) pack_one(line, p);
    settle_memory();
  }

  template <int kParts>
  ISINGLASS_AMX static void pack_tile(const Lines& x, Index lines, Index steps, TileForm form, std::uint16_t* tile) {
    const bool along_steps = x.step_stride == 1;
    if (along_steps)
      for (Index i = 0; i < kTileLines; ++i) {
        const float* row = x.data + std::min(i, lines - 1) * x.line_stride;
        const Index take = i < lines ? steps : 0;
        split<kParts, false>(load(row, take), load(row + (take > 16 ? 16 : 0), take - 16), tile + i * kTileSteps);
      }
    else
      for (Index q = 0; q < kTileSteps; q += 2) {
        const float* even = x.data + std::min(q, steps - 1) * x.step_stride;
        const float* odd = x.data + std::min(q + 1, steps - 1) * x.step_stride;
        split<kParts, true>(load(even, q < steps ? lines : 0), load(odd, q + 1 < steps ? lines : 0),
                            tile + q / 2 * kTileSteps);
      }
    if (along_steps != (form == TileForm::kRows))
      for (int part = 0; part < kParts; ++part) turn(tile + part * 2 * kTileSize);
  }

  template <int kParts, bool kTwoRows, bool kTwoCols>
  ISINGLASS_AMX static void compute(const Tiles& x) {
    const Index row_bytes = x.c_stride * static_cast<Index>(sizeof(float));
    float* const below = x.c + kTileLines * x.c_stride;
    if (x.resume) {
      _tile_loadd(0, x.c, row_bytes);
      if constexpr (kTwoCols) _tile_loadd(1, x.c + 16, row_bytes);
      if constexpr (kTwoRows) _tile_loadd(2, below, row_bytes);
      if constexpr (kTwoRows && kTwoCols) _tile_loadd(3, below + 16, row_bytes);
    } else {
      _tile_zero(0);
      _tile_zero(1);
      _tile_zero(2);
      _tile_zero(3);
    }
    const std::uint16_t *a = x.a, *b = x.b;
    const auto load_a = [&](int part) ISINGLASS_AMX {
      _tile_loadd(4, a + part * 2 * kTileSize, 64);
      if constexpr (kTwoRows) _tile_loadd(5, a + (part * 2 + 1) * kTileSize, 64);
    };
    const auto load_b = [&](int part) ISINGLASS_AMX {
      _tile_loadd(6, b + part * 2 * kTileSize, 64);
      if constexpr (kTwoCols) _tile_loadd(7, b + (part * 2 + 1) * kTileSize, 64);
    };
    const auto add = []() ISINGLASS_AMX {
      _tile_dpbf16ps(0, 4, 6);
      if constexpr (kTwoCols) _tile_dpbf16ps(1, 4, 7);
      if constexpr (kTwoRows) _tile_dpbf16ps(2, 5, 6);
      if constexpr (kTwoRows && kTwoCols) _tile_dpbf16ps(3, 5, 7);
    };
    for (Index p = 0; p < x.depth; ++p, a += 2 * kParts * kTileSize, b += 2 * kParts * kTileSize) {
      load_a(0);
      if constexpr (kParts == 3) {
        load_b(2), add();
        load_b(1), add();
      }
      load_b(0), add();
      if constexpr (kParts == 3) {
        load_a(1), add();
        load_b(1), add();
        load_a(2), load_b(0), add();
      }
    }
    _tile_stored(0, x.c, row_bytes);
    if constexpr (kTwoCols) _tile_stored(1, x.c + 16, row_bytes);
    if constexpr (kTwoRows) _tile_stored(2, below, row_bytes);
    if constexpr (kTwoRows && kTwoCols) _tile_stored(3, below + 16, row_bytes);
    settle_memory();
  }

  template <int kParts>
  static void compute(const Tiles& x) {
    if (x.rows == 2)
      x.cols == 2 ? compute<kParts, true, true>(x) : compute<kParts, true, false>(x);
    else
      x.cols == 2 ? compute<kParts, false, true>(x) : compute<kParts, false, false>(x);
  }
};

}  // namespace

ISINGLASS_AMX void multiply_with_amx(Products how, const NarrowProduct& x, NarrowWorkspace& workspace) {
  settle_memory();
  _tile_loadconfig(&kConfiguration);
  if (how == Products::kSplit)
    multiply_by_tiles<3, TileUnit>(x, workspace);
  else
    multiply_by_tiles<1, TileUnit>(x, workspace);
  _tile_release();
}

}  // namespace isinglass::kernels::detail

#endif  // __x86_64__
