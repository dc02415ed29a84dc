// isinglass/kernels/matmul_choice-inl.h - which way a product of matmul.h is computed, by its shape.
//
// Compiled once for each instruction set: include it from a .cpp file after hwy/foreach_target.h.
#include "isinglass/kernels/matmul.h"
#include "isinglass/kernels/panel-inl.h"

#if defined(ISINGLASS_KERNELS_MATMUL_CHOICE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#  ifdef ISINGLASS_KERNELS_MATMUL_CHOICE_INL_H_
#    undef ISINGLASS_KERNELS_MATMUL_CHOICE_INL_H_
#  else
#    define ISINGLASS_KERNELS_MATMUL_CHOICE_INL_H_
#  endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

inline constexpr Index kRowsWorthStrips = 384;

enum class Way { kSingly, kInPlace, kPanels, kStrips };
// The way of all columns but the last ones, which are computed as rows.
struct Choice {
  Way way;
  Index columns_as_rows;
};

// A copy of b pays when enough rows use it and b does not lie in the first level cache anyway. Strips, which copy a as
// well, pay when still more rows do: up to 360 of them panels took 4 % more to 11 % less time, from 512 on up to 8 % more.
template <class T>
HWY_INLINE Way way_of(const detail::Product<T>& x, Index n) {
  constexpr Index kRowsWorthACopy = 24, kLargeBytes = 1 << 20;  // of a and c; beyond, they leave the second level cache
  const Index size = static_cast<Index>(sizeof(T));
  if (x.m >= kRowsWorthStrips && x.m * (n + x.k) * size > kLargeBytes) return Way::kStrips;
  const bool pays = x.m >= kRowsWorthACopy && x.k * n * size > static_cast<Index>(kPanelBytes);
  return x.b_transposed || pays ? Way::kPanels : Way::kInPlace;
}

// Whether sums are handed over some rows at a time: as many panels as all steps of k need are to fit where those of a
// strip do, and a piece is to be worth a call.
template <class T>
HWY_INLINE bool hands_over_rows(const detail::Product<T>& x) {
  constexpr Index kMostSteps = 512;
  const Index size = static_cast<Index>(sizeof(T));
  return x.m >= kRowsWorthStrips && x.k <= kMostSteps && x.k * x.n * size > static_cast<Index>(kPanelBytes);
}

// Of a product that has elements and terms.
template <class T>
HWY_INLINE Choice choose(const detail::Product<T>& x) {
  constexpr Index kFew = 32;
  if (x.m <= kFew && x.n <= kFew && x.k <= kFew && x.m * x.n * x.k <= kFew) return {Way::kSingly, 0};
  // The last columns, where they fill but a part of a vector; to turn them costs more where a must be transposed.
  constexpr Index kQuarter = kLanes<T> / 4;
  const Index left = x.n % kLanes<T>;
  const bool stays = left > (x.a_step == 1 ? 1 : 3) * kQuarter || x.m < kLanes<T>;
  const Index as_rows = stays ? 0 : left;
  return {way_of(x, x.n - as_rows), as_rows};
}

template <class T>
const char* name_of_choice(const detail::Product<T>& x) {
  constexpr const char* kNames[] = {"number by number", "read in place", "packed panels", "packed panels and rows"};
  const Choice choice = choose(x);
  return choice.columns_as_rows == x.n ? "few columns as rows" : kNames[static_cast<std::size_t>(choice.way)];
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
