// isinglass/kernels/narrow_matmul_amx.cpp - narrow products on the tile unit of x86-64 (AMX).
//
// A tile product multiplies 16 by 32 with 32 by 16 numbers of bf16 and adds to 16 by 16 floats in 16 cycles. Four
// tiles of sums, two of a and two of b fill the unit's eight. Packing reads floats and splits them in registers, so that
// memory traffic stays four bytes a number; in the shadow of tile products it takes hardly any time.
#include "isinglass/kernels/narrow_matmul_amx.h"

#if defined(__x86_64__)
#  include "isinglass/kernels/narrow_packer.h"

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

// A tile product adds up even and odd steps by itself.
struct NeighboursInPairs {
  static constexpr bool kMoves = false;
  static constexpr Index low(Index pair) { return 2 * pair; }
  static constexpr Index high(Index pair) { return 2 * pair + 1; }
};

struct TileUnit {
  template <int kParts>
  using Packer = TilePacker<kParts, NeighboursInPairs>;

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
    SumFetcher next_sums(x);
    const auto prepare = [&]() ISINGLASS_AMX {
      if (packer.units() > 0) packer.advance(x.units);
      next_sums.advance();
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
  multiply_by_tiles<TileUnit>(how, x, workspace);
  _tile_release();
}

}  // namespace isinglass::kernels::detail

#endif  // __x86_64__
