// isinglass/kernels/instruction_set.cpp - asks Highway, and overrules it.
#include "isinglass/kernels/instruction_set.h"

#if defined(__x86_64__) && defined(__linux__)
#  include <cpuid.h>
#  include <immintrin.h>
#  include <sys/syscall.h>
#  include <unistd.h>
#endif

#include <array>
#include <cstdlib>

#include "isinglass/base/error.h"
#include "isinglass/kernels/highway_targets.h"
#include "isinglass/kernels/widened.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/instruction_set.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

std::int64_t target() {
  return HWY_TARGET;
}

// (1 + e)^2 - (1 + 2 e) is e^2 with one rounding and 0 with two.
bool fuses() {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::CappedTag<float, 1> d;
  const float e = 0x1p-12f;
  volatile float factor = 1 + e;
  const auto x = hn::Set(d, factor);
  return hn::GetLane(hn::MulSub(x, x, hn::Set(d, 1 + 2 * e))) != 0;
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(target);
HWY_EXPORT(fuses);

// Asked once: Highway's answer also resets its choice.
static const std::vector<std::int64_t>& available_targets() {
  static const std::vector<std::int64_t> targets = hwy::SupportedAndGeneratedTargets();
  return targets;
}

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
  for (const std::int64_t one : available_targets()) names.emplace_back(hwy::TargetName(one));
  return names;
}

std::string instruction_set() {
  return hwy::TargetName(HWY_DYNAMIC_DISPATCH(target)());
}

void use_instruction_set(std::string_view name) {
  for (const std::int64_t one : available_targets())
    if (hwy::TargetName(one) == name) return hwy::GetChosenTarget().Update(one);
  throw OptionError("instruction set '" + std::string(name) + "' is not available here" +
                    did_you_mean(name, instruction_sets()));
}

void use_instruction_set_of_environment() {
  if (const char* name = std::getenv("ISINGLASS_INSTRUCTION_SET"); name != nullptr && *name != 0) try {
      use_instruction_set(name);
    } catch (const OptionError& error) {
      throw OptionError(std::string("ISINGLASS_INSTRUCTION_SET: ") + error.what());
    }
}

VectorWidth vector_width() {
  const std::int64_t in_use = HWY_DYNAMIC_DISPATCH(target)();
  return in_use == HWY_AVX3 ? VectorWidth::kAvx512 : in_use == HWY_AVX2 ? VectorWidth::kAvx2 : VectorWidth::kBaseline;
}

bool fuses_multiply_add() {
  return HWY_DYNAMIC_DISPATCH(fuses)();
}

#  if defined(__x86_64__) && defined(__linux__)
__attribute__((target("xsave"))) static std::uint64_t saved_state() {
  return static_cast<std::uint64_t>(_xgetbv(0));
}

static bool ask_for_amx() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kSavesState = 1u << 27, kAmx = 1u << 22 | 1u << 24;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kSavesState) == 0) return false;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kAmx) != kAmx) return false;
  constexpr std::uint64_t kVectorsAndTiles = 0xe6 | 3 << 17;  // what the system keeps for each thread
  if ((saved_state() & kVectorsAndTiles) != kVectorsAndTiles) return false;
  constexpr long kAskForState = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM of Linux 5.16
  return syscall(SYS_arch_prctl, kAskForState, kTileData) == 0;
}

// Whether a dot product adds the product of the upper numbers, then that of the lower ones, each rounded, as the order of
// sums in narrow_matmul.h needs it: 1 + 2^24 - 2^24 is then 0, and 1 + 2^-24 + 2^-24 is 1.
__attribute__((target("avx512f,avx512vl,avx512bf16"))) static bool adds_upper_products_first() {
  constexpr int kLarge = 0x45804580, kSmall = 0x39803980, kLowerNegative = 0x8000;  // pairs of 2^12 and of 2^-12
  const __m128i pairs = _mm_setr_epi32(kLarge, kSmall, 0, 0), signs = _mm_setr_epi32(kLowerNegative, 0, 0, 0);
  alignas(16) float sums[4];
  _mm_store_ps(sums, _mm_dpbf16_ps(_mm_set1_ps(1), reinterpret_cast<__m128bh>(pairs),
                                   reinterpret_cast<__m128bh>(_mm_xor_si128(pairs, signs))));
  return sums[0] == 0 && sums[1] == 1;
}

static bool find_bf16_unit(Bf16Unit unit) {
  if (unit == Bf16Unit::kMultiplyAdds) return true;
  if (!__builtin_cpu_supports("avx512bf16")) return false;
  return unit == Bf16Unit::kTiles ? ask_for_amx() : adds_upper_products_first();
}
#  else
static bool find_bf16_unit(Bf16Unit unit) {
  return unit == Bf16Unit::kMultiplyAdds;
}
#  endif

static Bf16Unit bf16_limit = Bf16Unit::kTiles;

const char* name_of(Bf16Unit unit) {
  static constexpr std::array kNames = {"floats", "AVX512_BF16", "AMX"};
  return kNames[static_cast<std::size_t>(unit)];
}

bool has_bf16_unit(Bf16Unit unit) {
  static const std::array has = {find_bf16_unit(Bf16Unit::kMultiplyAdds), find_bf16_unit(Bf16Unit::kDotProducts),
                                 find_bf16_unit(Bf16Unit::kTiles)};
  return has[static_cast<std::size_t>(unit)];
}
Bf16Unit bf16_unit() {
  if (vector_width() != VectorWidth::kAvx512) return Bf16Unit::kMultiplyAdds;
  for (const Bf16Unit unit : {Bf16Unit::kTiles, Bf16Unit::kDotProducts})
    if (unit <= bf16_limit && has_bf16_unit(unit)) return unit;
  return Bf16Unit::kMultiplyAdds;
}
void limit_bf16_unit(Bf16Unit most) {
  bf16_limit = most;
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
