// isinglass/kernels/narrow_packer.h - packs floats into tiles of bf16 with the conversions of AVX512_BF16.
//
// Reads floats and splits them in registers, so that memory traffic stays four bytes a number. Only for functions that
// are compiled for these instructions (ISINGLASS_BF16) and called where the processor has them.
#pragma once
#if defined(__x86_64__)
// g++ 12 warns of its own undefined vectors.
#  if !defined(__clang__)
#    pragma GCC diagnostic ignored "-Wuninitialized"
#    pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#  endif
#  include <immintrin.h>

#  include "isinglass/kernels/narrow_blocks.h"

#  define ISINGLASS_BF16 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma")))

namespace isinglass::kernels::detail {

// bf16(x) as a float.
ISINGLASS_BF16 inline __m512 rounded(__m512 x) {
  const __m256i narrow = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(narrow), 16));
}

ISINGLASS_BF16 inline __m512 load(const float* from, Index count) {
  if (count >= 16) return _mm512_loadu_ps(from);
  const unsigned mask = count <= 0 ? 0u : (1u << count) - 1;
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask), from);
}

// Rows become columns, of 16 by 16 pairs: one form of a tile becomes the other.
ISINGLASS_BF16 inline void turn(std::uint16_t* tile) {
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

// Fetches the sums that are computed next, in even pieces: one at each step of depth.
class SumFetcher {
 public:
  explicit SumFetcher(const Tiles& x)
      : next_(x.next_c), stride_(x.c_stride), rows_a_step_((kRows + x.depth - 1) / x.depth) {}
  ISINGLASS_BF16 void advance() {
    for (const Index end = std::min(kRows, row_ + rows_a_step_); row_ < end; ++row_) {
      _mm_prefetch(next_ + row_ * stride_, _MM_HINT_T0);
      _mm_prefetch(next_ + row_ * stride_ + kTileLines, _MM_HINT_T0);
    }
  }

 private:
  static constexpr Index kRows = 2 * kTileLines;
  const float* next_;
  Index stride_, rows_a_step_, row_ = 0;
};

// A unit of work is a row of a tile in all its parts. Neighbours in memory are packed one after the other: a line in
// 32 of its steps, then the next line; or two steps of 16 lines, then of the next 16.
//
// Order says which of a tile's 32 steps are pair r of its 16: low(r) and high(r), in the lower and upper half of 32 bits.
template <int kParts, class Order>
class TilePacker {
 public:
  TilePacker() = default;
  TilePacker(const Lines& x, Index lines, Index steps, TileForm form, std::uint16_t* tiles)
      : x_(x),
        lines_(lines),
        steps_(steps),
        depth_(depth_in_tiles(steps)),
        units_(tiles_for(lines) * depth_ * kTileLines),
        tiles_(tiles),
        along_steps_(x.step_stride == 1),
        turned_(along_steps_ != (form == TileForm::kRows)) {}

  Index units() const { return units_; }
  [[gnu::noinline]] ISINGLASS_BF16 void advance(Index units) {
    units = std::min(units, units_);
    units_ -= units;
    if (along_steps_)
      for (; units > 0; --units) pack_line();
    else
      for (; units > 0; --units) pack_steps();
  }
  // Also settles memory: the compiler does not know what tile instructions read.
  void finish() {
    advance(units_);
    asm volatile("" ::: "memory");
  }

 private:
  static constexpr Index kVector = 16, kStepsAhead = 2 * kTileSteps, kRowsAhead = 4;  // to fetch memory in time

  struct alignas(64) Positions {
    std::uint16_t of_step[kTileSteps];
  };
  static constexpr Positions positions() {
    Positions all = {};
    for (Index r = 0; r < kTileSteps / 2; ++r) {
      all.of_step[2 * r] = static_cast<std::uint16_t>(Order::low(r));
      all.of_step[2 * r + 1] = static_cast<std::uint16_t>(Order::high(r));
    }
    return all;
  }
  static constexpr Positions kPositions = positions();

  // Two vectors as the kParts rows of a tile that belong to them; neighbours in a row: of the same vector, or (`paired`)
  // one of x and one of y.
  template <bool paired>
  ISINGLASS_BF16 static void split(__m512 x, __m512 y, std::uint16_t* row) {
    for (int part = 0; part < kParts; ++part) {
      const __m512 x0 = rounded(x), y0 = rounded(y);
      __m512i both;
      if constexpr (paired) {
        const __m512i low = _mm512_srli_epi32(_mm512_castps_si512(x0), 16);
        both = _mm512_or_si512(low, _mm512_castps_si512(y0));
      } else {
        both = reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(y0, x0));
        if constexpr (Order::kMoves) both = _mm512_permutexvar_epi16(_mm512_load_si512(kPositions.of_step), both);
      }
      _mm512_store_si512(row + part * 2 * kTileSize, both);
      x = _mm512_sub_ps(x, x0);
      y = _mm512_sub_ps(y, y0);
    }
  }

  std::uint16_t* tile() const { return tiles_ + tile_place(tile_line_, tile_step_, 0, kParts, depth_); }

  ISINGLASS_BF16 void end_tile() {
    if (turned_)
      for (int part = 0; part < kParts; ++part) turn(tile() + part * 2 * kTileSize);
  }
  ISINGLASS_BF16 void pack_line() {
    const Index line = tile_line_ * kTileLines + row_, take = line < lines_ ? steps_ - tile_step_ * kTileSteps : 0;
    const float* from = x_.data + std::min(line, lines_ - 1) * x_.line_stride + tile_step_ * kTileSteps;
    _mm_prefetch(from + kStepsAhead, _MM_HINT_T0);
    _mm_prefetch(from + kStepsAhead + kVector, _MM_HINT_T0);
    split<false>(load(from, take), load(from + (take > kVector ? kVector : 0), take - kVector),
                 tile() + row_ * kTileSteps);
    if (++row_ < kTileLines) return;
    end_tile();
    row_ = 0;
    if (++tile_step_ < depth_) return;
    tile_step_ = 0;
    ++tile_line_;
  }
  ISINGLASS_BF16 void pack_steps() {
    const Index low = tile_step_ * kTileSteps + Order::low(row_), high = tile_step_ * kTileSteps + Order::high(row_);
    const Index count = lines_ - tile_line_ * kTileLines;
    const auto row = [&](Index q) {
      return x_.data + std::min(q, steps_ - 1) * x_.step_stride + tile_line_ * kTileLines;
    };
    const float *at_low = row(low), *at_high = row(high);
    _mm_prefetch(at_low + kRowsAhead * x_.step_stride, _MM_HINT_T0);
    _mm_prefetch(at_high + kRowsAhead * x_.step_stride, _MM_HINT_T0);
    split<true>(load(at_low, low < steps_ ? count : 0), load(at_high, high < steps_ ? count : 0),
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

}  // namespace isinglass::kernels::detail

#endif  // __x86_64__
