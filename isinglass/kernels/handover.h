// isinglass/kernels/handover.h - the sums of a product, given away piece by piece while they are in cache.
#pragma once
#include "isinglass/base/view.h"

namespace isinglass::kernels {

// Who takes them: take(self, place, sums) gets each element once, on the thread that computes it. `place` is the part of
// c where the sums belong; they may lie there already, or c holds nothing of them.
template <class T>
struct Handover {
  void (*take)(const void* self, View<T> place, View<const T> sums) = nullptr;
  const void* self = nullptr;
};

}  // namespace isinglass::kernels
