// isinglass/kernels/narrow_number.h - a float rounded to bf16: 8 bits of mantissa instead of 24.
#pragma once
#include <bit>
#include <cstdint>

namespace isinglass::kernels {

// The nearest number of bf16, as a float; ties to even, beyond 3.39e38 infinity. A denormal becomes a zero of its sign.
inline float to_bf16(float x) {
  constexpr std::uint32_t kExponent = 0x7f800000, kSign = 0x80000000, kKept = 0xffff0000, kQuiet = 0x00400000;
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t nearest = (bits + 0x7fff + (bits >> 16 & 1)) & kKept;
  const std::uint32_t number = x != x ? (bits & kKept) | kQuiet : nearest;
  return std::bit_cast<float>((bits & kExponent) == 0 ? bits & kSign : number);
}

}  // namespace isinglass::kernels
