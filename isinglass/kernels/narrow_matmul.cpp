// isinglass/kernels/narrow_matmul.cpp - chooses the unit for narrow products, and makes them without AMX.
//
// The unit of plain vectors computes 16 by 16 sums with the same tiles: a pair of b, 16 columns wide, is widened to
// floats and meets four rows of a.
#include "isinglass/kernels/narrow_matmul.h"

#include <algorithm>
#include <array>
#include <bit>

#include "isinglass/kernels/highway_targets.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/narrow_blocks.h"
#include "isinglass/kernels/narrow_matmul_amx.h"
#include "isinglass/kernels/narrow_matmul_dots.h"
#include "isinglass/kernels/narrow_number.h"
#include "isinglass/kernels/widened.h"

#if defined(__x86_64__)
#  include <xmmintrin.h>
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/narrow_matmul.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using namespace detail;  // the blocks

struct VectorUnit {
  // Packs all at once. Three passes over a tile, each a loop that compilers vectorise: collect its numbers, split them,
  // store the parts.
  template <int kParts>
  class Packer {
   public:
    Packer() = default;
    Packer(const Lines& x, Index lines, Index steps, TileForm form, std::uint16_t* tiles)
        : x_(x), lines_(lines), steps_(steps), form_(form), tiles_(tiles) {}
    Index units() const { return 0; }
    void finish() const {
      for (Index line = 0; line < lines_; line += kTileLines)
        for (Index p = 0; p < steps_; p += kTileSteps) pack_tile(line, p);
    }

   private:
    void pack_tile(Index line, Index p) const {
      float rest[kTileSize];
      std::uint16_t part_of[kTileSize];
      collect(at(x_, line, p), std::min(kTileLines, lines_ - line), std::min(kTileSteps, steps_ - p), rest);
      for (int part = 0; part < kParts; ++part) {
        for (Index i = 0; i < kTileSize; ++i) {
          const float narrow = to_bf16(rest[i]);
          part_of[i] = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(narrow) >> 16);
          rest[i] -= narrow;
        }
        std::uint16_t* tile =
            tiles_ + tile_place(line / kTileLines, p / kTileSteps, part, kParts, depth_in_tiles(steps_));
        if (form_ == TileForm::kRows) {
          std::copy_n(part_of, kTileSize, tile);
          continue;
        }
        for (Index q = 0; q < kTileSteps; ++q)
          for (Index i = 0; i < kTileLines; ++i) tile[q / 2 * kTileSteps + 2 * i + q % 2] = part_of[i * kTileSteps + q];
      }
    }

    Lines x_ = {};
    Index lines_ = 0, steps_ = 0;
    TileForm form_ = TileForm::kRows;
    std::uint16_t* tiles_ = nullptr;
  };

  // Row by row, a line each, zeros behind what there is.
  static void collect(const Lines& x, Index lines, Index steps, float* numbers) {
    std::fill_n(numbers, kTileSize, 0.0f);
    for (Index i = 0; i < lines; ++i)
      for (Index q = 0; q < steps; ++q) numbers[i * kTileSteps + q] = x.data[i * x.line_stride + q * x.step_stride];
  }

  template <int kParts>
  static void compute(const Tiles& x, const Packer<kParts>&) {
    for (Index r = 0; r < x.rows; ++r)
      for (Index s = 0; s < x.cols; ++s) {
        float* c = x.c + r * kTileLines * x.c_stride + s * kTileLines;
        for (Index i = 0; !x.resume && i < kTileLines; ++i) std::fill_n(c + i * x.c_stride, kTileLines, 0.0f);
        for (Index p = 0; p < x.depth; ++p)
          for (const PartPair& parts : kPartPairs<kParts>)
            add_tile(x.a + tile_place(r, p, parts.of_a, kParts, x.depth),
                     x.b + tile_place(s, p, parts.of_b, kParts, x.depth), c, x.c_stride);
      }
  }

  static void add_tile(const std::uint16_t* a, const std::uint16_t* b, float* c, Index c_stride) {
    constexpr int kAtOnce = 4;
    const hn::CappedTag<float, kTileLines> d;
    const hn::Rebind<std::uint32_t, decltype(d)> bits;
    const auto widened = [&](std::uint16_t x)
                             HWY_ATTR { return hn::Set(d, std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16)); };
    for (Index i = 0; i < kTileLines; i += kAtOnce)
      for (Index j = 0; j < kTileLines; j += static_cast<Index>(hn::Lanes(d))) {
        auto e0 = hn::Zero(d), e1 = e0, e2 = e0, e3 = e0, o0 = e0, o1 = e0, o2 = e0, o3 = e0;
        const std::uint16_t* row = a + i * kTileSteps;
        for (Index q = 0; q < kTileSteps; q += 2) {
          std::uint32_t pairs[kTileLines];  // loaded as bytes: the tile holds 16-bit numbers
          hwy::CopyBytes<sizeof(pairs)>(b + q / 2 * kTileSteps, pairs);
          const auto pair = hn::LoadU(bits, pairs + j);
          const auto even = hn::BitCast(d, hn::ShiftLeft<16>(pair));
          const auto odd = hn::BitCast(d, hn::And(pair, hn::Set(bits, 0xffff0000u)));
          const std::uint16_t* x = row + q;
          e0 = hn::MulAdd(widened(x[0]), even, e0);
          o0 = hn::MulAdd(widened(x[1]), odd, o0);
          e1 = hn::MulAdd(widened(x[kTileSteps]), even, e1);
          o1 = hn::MulAdd(widened(x[kTileSteps + 1]), odd, o1);
          e2 = hn::MulAdd(widened(x[2 * kTileSteps]), even, e2);
          o2 = hn::MulAdd(widened(x[2 * kTileSteps + 1]), odd, o2);
          e3 = hn::MulAdd(widened(x[3 * kTileSteps]), even, e3);
          o3 = hn::MulAdd(widened(x[3 * kTileSteps + 1]), odd, o3);
        }
        float* to = c + i * c_stride + j;
        const auto add = [&](auto sum) HWY_ATTR {
          hn::StoreU(hn::Add(hn::LoadU(d, to), sum), d, to);
          to += c_stride;
        };
        add(hn::Add(e0, o0));
        add(hn::Add(e1, o1));
        add(hn::Add(e2, o2));
        add(hn::Add(e3, o3));
      }
  }
};

void multiply_with_vectors(Products how, const NarrowProduct& x, NarrowWorkspace& workspace) {
  multiply_by_tiles<VectorUnit>(how, x, workspace);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {
namespace {

HWY_EXPORT(multiply_with_vectors);

// Takes denormals as zeros on this thread while it lives, as tile products do anyway.
class WithoutDenormals {
 public:
#  if defined(__x86_64__)
  WithoutDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | kFlushToZero | kDenormalsAreZero); }
  ~WithoutDenormals() { _mm_setcsr(before_); }
  WithoutDenormals(const WithoutDenormals&) = delete;
  WithoutDenormals& operator=(const WithoutDenormals&) = delete;

 private:
  static constexpr unsigned kFlushToZero = 1 << 15, kDenormalsAreZero = 1 << 6;
  unsigned before_;
#  endif
};

template <class T>
std::string_view method_by_shape(Transposed which, Index m, Index n, Index k) {
  return detail::method(detail::Product<T>{.m = m,
                                           .n = n,
                                           .k = k,
                                           .a = nullptr,
                                           .a_row = 0,
                                           .a_step = which == Transposed::kFirst ? m : 1,
                                           .b = nullptr,
                                           .b_stride = 0,
                                           .b_transposed = which == Transposed::kSecond,
                                           .c = nullptr,
                                           .c_stride = 0,
                                           .ending = {}});
}

}  // namespace

std::string_view matmul_method(Products how, Transposed which, Index m, Index n, Index k, std::size_t number) {
  if (number != sizeof(float)) return method_by_shape<double>(which, m, n, k);
  const auto unit = static_cast<std::size_t>(bf16_unit());
  switch (how) {
    case Products::kBf16:
      return std::array{"tiles of bf16 in vectors", "tiles of bf16 in dot products", "tiles of bf16 on AMX"}[unit];
    case Products::kSplit:
      return std::array{"tiles of split floats in vectors", "tiles of split floats in dot products",
                        "tiles of split floats on AMX"}[unit];
    case Products::kFloat:
      break;
  }
  return method_by_shape<float>(which, m, n, k);
}

void detail::multiply(Products how, const NarrowProduct& x) {
  if (x.m == 0 || x.n == 0) return;
  if (x.k == 0) {
    for (Index i = 0; i < x.m; ++i)
      for (Index j = 0; j < x.n; ++j) x.c[i * x.c_stride + j] = x.bias == nullptr ? 0 : x.bias[j];
    return;
  }
  static thread_local NarrowWorkspace workspace;
  [[maybe_unused]] const WithoutDenormals flush;
#  if defined(__x86_64__)
  switch (bf16_unit()) {
    case Bf16Unit::kTiles:
      return multiply_with_amx(how, x, workspace);
    case Bf16Unit::kDotProducts:
      return multiply_with_dots(how, x, workspace);
    case Bf16Unit::kMultiplyAdds:
      break;
  }
#  endif
  HWY_DYNAMIC_DISPATCH(multiply_with_vectors)(how, x, workspace);
}

void detail::end(const Ending<float>& ending, View<float> c) {
  if (!ending.rectify && ending.gate.data == nullptr) return;
  const bool rectify = ending.rectify;
  widened([&] {
    for (Index i = 0; i < c.rows; ++i) {
      const std::span<float> sums = c.row(i);
      for (float& sum : sums) sum = rectify ? std::max(sum, 0.0F) : sum;
      if (ending.gate.data == nullptr) continue;
      const float* gate = ending.gate.row(i).data();
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] *= gate[j] > 0 ? 1.0F : 0.0F;
    }
  });
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
