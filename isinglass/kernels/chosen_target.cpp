// isinglass/kernels/chosen_target.cpp - what Highway's library tells its headers, without loading it.
//
// The headers of Highway ask for two functions. The library that has them also measures the resolution of a clock when it
// is loaded, which took a quarter of the time in which `isinglass --version` ran. With these, the linker leaves it out
// (--as-needed), unless a version of the headers asks for more.
#if defined(__x86_64__) && defined(__GNUC__)

#  include <cpuid.h>

#  include "isinglass/kernels/highway_targets.h"
// Highway asks for this order.
#  include <hwy/targets.h>

namespace hwy {
namespace {

// Not all compilers know these names.
bool counts_leading_zeros_and_has_halves() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  const bool counts = __get_cpuid(0x80000001, &a, &b, &c, &d) != 0 && (c & 1u << 5) != 0;  // LZCNT
  return counts && __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & 1u << 29) != 0;             // F16C
}

// Each with what Highway compiles for it.
std::int64_t find_targets() {
  const bool sse4 =
      __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("aes");
  const bool avx2 = sse4 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                    counts_leading_zeros_and_has_halves();
  const bool avx3 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512cd");
  return HWY_SCALAR | (sse4 ? HWY_SSE4 : 0) | (avx2 ? HWY_AVX2 : 0) | (avx3 ? HWY_AVX3 : 0);
}

constinit ChosenTarget chosen;

}  // namespace

std::int64_t SupportedTargets() {
  static const std::int64_t targets = find_targets();
  return targets;
}

ChosenTarget& GetChosenTarget() {
  return chosen;
}

}  // namespace hwy

#endif
