// isinglass/kernels/narrow_matmul_amx.cpp - narrow products on the tile unit of x86-64 (AMX).
//
// A tile product multiplies 16 by 32 with 32 by 16 numbers of bf16 and adds to 16 by 16 floats in 16 cycles. Four
// tiles of sums, two of a and two of b fill the unit's eight. Packing reads floats and splits them in registers, so that
// memory traffic stays four bytes a number; in the shadow of tile products it takes hardly any time.
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
  // A unit of work is a row of a tile in all its parts. Neighbours in memory are packed one after the other: a line in
  // 32 of its steps, then the next line; or two steps of 16 lines, then of the next 16.
  template <int kParts>
  class Packer {
   public:
    Packer() = default;
    Packer(const Lines& x, Index lines, Index steps, TileForm form, std::uint16_t* tiles)
        : x_(x),
          lines_(lines),
          steps_(steps),
          depth_(depth_in_tiles(steps)),
          units_(tiles_for(lines) * depth_ * kTileLines),
          tiles_(tiles),
          along_steps_(x.step_stride == 1),
          turned_(along_steps_ != (form == TileForm::kRows)) {}

    Index units() const { return units_; }
    [[gnu::noinline]] ISINGLASS_AMX void advance(Index units) {
      units = std::min(units, units_);
      units_ -= units;
      if (along_steps_)
        for (; units > 0; --units) pack_line();
      else
        for (; units > 0; --units) pack_steps();
    }
    void finish() {
      advance(units_);
      settle_memory();
    }

   private:
    static constexpr Index kVector = 16, kStepsAhead = 2 * kTileSteps, kRowsAhead = 4;  // to fetch memory in time

    std::uint16_t* tile() const { return tiles_ + tile_place(tile_line_, tile_step_, 0, kParts, depth_); }

    ISINGLASS_AMX void end_tile() {
      if (turned_)
        for (int part = 0; part < kParts; ++part) turn(tile() + part * 2 * kTileSize);
    }
    ISINGLASS_AMX void pack_line() {
      const Index line = tile_line_ * kTileLines + row_, take = line < lines_ ? steps_ - tile_step_ * kTileSteps : 0;
      const float* from = x_.data + std::min(line, lines_ - 1) * x_.line_stride + tile_step_ * kTileSteps;
      _mm_prefetch(from + kStepsAhead, _MM_HINT_T0);
      _mm_prefetch(from + kStepsAhead + kVector, _MM_HINT_T0);
      split<kParts, false>(load(from, take), load(from + (take > kVector ? kVector : 0), take - kVector),
                           tile() + row_ * kTileSteps);
      if (++row_ < kTileLines) return;
      end_tile();
      row_ = 0;
      if (++tile_step_ < depth_) return;
      tile_step_ = 0;
      ++tile_line_;
    }
    ISINGLASS_AMX void pack_steps() {
      const Index step = tile_step_ * kTileSteps + 2 * row_, count = lines_ - tile_line_ * kTileLines;
      const auto row = [&](Index q) {
        return x_.data + std::min(q, steps_ - 1) * x_.step_stride + tile_line_ * kTileLines;
      };
      const float *even = row(step), *odd = row(step + 1);
      _mm_prefetch(even + kRowsAhead * x_.step_stride, _MM_HINT_T0);
      _mm_prefetch(odd + kRowsAhead * x_.step_stride, _MM_HINT_T0);
      split<kParts, true>(load(even, step < steps_ ? count : 0), load(odd, step + 1 < steps_ ? count : 0),
                          tile() + row_ * kTileSteps);
      if (row_ == kTileLines - 1) end_tile();
      if (++tile_line_ < tiles_for(lines_)) return;
      tile_line_ = 0;
      if (++row_ < kTileLines) return;
      row_ = 0;
      ++tile_step_;
    }

    Lines x_ = {};
    Index lines_ = 0, steps_ = 0, depth_ = 0, units_ = 0;
    std::uint16_t* tiles_ = nullptr;
    bool along_steps_ = false, turned_ = false;
    Index tile_line_ = 0, tile_step_ = 0, row_ = 0;  // of the next unit
  };

  template <int kParts, bool kTwoRows, bool kTwoCols>
  ISINGLASS_AMX static void compute(const Tiles& x, Packer<kParts>& packer) {
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
    constexpr Index kRows = 2 * kTileLines;  // of the next sums, fetched in even pieces
    const Index rows_a_step = (kRows + x.depth - 1) / x.depth;
    Index row = 0;
    const auto prepare = [&]() ISINGLASS_AMX {
      if (packer.units() > 0) packer.advance(x.units);
      for (const Index end = std::min(kRows, row + rows_a_step); row < end; ++row) {
        _mm_prefetch(x.next_c + row * x.c_stride, _MM_HINT_T0);
        _mm_prefetch(x.next_c + row * x.c_stride + kTileLines, _MM_HINT_T0);
      }
    };
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
      prepare();
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
  static void compute(const Tiles& x, Packer<kParts>& packer) {
    if (x.rows == 2)
      x.cols == 2 ? compute<kParts, true, true>(x, packer) : compute<kParts, true, false>(x, packer);
    else
      x.cols == 2 ? compute<kParts, false, true>(x, packer) : compute<kParts, false, false>(x, packer);
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
