// isinglass/nn/draws.h - the random numbers of a layer: one of 32 bits for each element of its output.
//
// Element (n, j) of the batch has number e = n n_out + j, however the batch was split. It takes half e mod 2 (0: the
// low one) of draw e / 2 of the layer's stream.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "isinglass/nn/layer.h"

namespace isinglass {

// The bits of element (n, j). `call` is the Forward or the Backward of a layer.
template <class Call>
std::uint32_t draw_of(const Call& call, Index n, Index j) {
  const std::uint64_t element = call.draw_index(n, j), pair = call.random.bits(element / 2);
  return static_cast<std::uint32_t>(element % 2 == 0 ? pair : pair >> 32);
}

// The same for many: calls f(n, j, bits) for runs of elements (n, j), (n, j + 1), ... with the bits of each.
template <class Call, class F>
void for_each_draws(const Call& call, F f) {
  constexpr std::size_t kPairs = 128;
  std::array<std::uint64_t, kPairs> pairs;
  std::array<std::uint32_t, 2 * kPairs> bits;
  for (Index n = 0; n < call.y.rows; ++n)
    for (Index j = 0; j < call.y.cols;) {
      const std::uint64_t element = call.draw_index(n, j);
      const std::size_t skipped = element % 2, left = static_cast<std::size_t>(call.y.cols - j);
      const std::size_t count = std::min(left, bits.size() - skipped), used = (skipped + count + 1) / 2;
      call.random.fill_bits(element / 2, std::span(pairs).first(used));
      for (std::size_t i = 0; i < used; ++i) {
        bits[2 * i] = static_cast<std::uint32_t>(pairs[i]);
        bits[2 * i + 1] = static_cast<std::uint32_t>(pairs[i] >> 32);
      }
      f(n, j, std::span<const std::uint32_t>(bits).subspan(skipped, count));
      j += static_cast<Index>(count);
    }
}

}  // namespace isinglass
