// isinglass/kernels/correlation-inl.h - how correlation and its gradient cut their rows into tiles.
//
// Compiled once for each instruction set: include it from a .cpp file after hwy/foreach_target.h.
#include <hwy/highway.h>

#include "isinglass/kernels/correlation.h"

#if defined(ISINGLASS_KERNELS_CORRELATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#  ifdef ISINGLASS_KERNELS_CORRELATION_INL_H_
#    undef ISINGLASS_KERNELS_CORRELATION_INL_H_
#  else
#    define ISINGLASS_KERNELS_CORRELATION_INL_H_
#  endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Calls f(first, height) for the tiles that begin below `end`, of `count` rows in all; returns where the next begins.
template <class F>
HWY_INLINE Index for_tiles(Index begin, Index end, Index count, Index most, F f) {
  while (begin < end) {
    const Index height = tile_height(count - begin, most);
    f(begin, height);
    begin += height;
  }
  return begin;
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
