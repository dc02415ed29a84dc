// isinglass/kernels/partial_vector-inl.h - loads and stores of the first few lanes of a vector.
//
// Memory beyond these lanes is not touched. Compiled once for each instruction set: include it from a .cpp file
// after hwy/foreach_target.h.
#include <hwy/highway.h>

#include <algorithm>

#include "isinglass/base/shape.h"

#if defined(ISINGLASS_KERNELS_PARTIAL_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#  ifdef ISINGLASS_KERNELS_PARTIAL_VECTOR_INL_H_
#    undef ISINGLASS_KERNELS_PARTIAL_VECTOR_INL_H_
#  else
#    define ISINGLASS_KERNELS_PARTIAL_VECTOR_INL_H_
#  endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// AVX2 and AVX-512 have masked instructions; elsewhere a vector is so short that copying lanes is as quick.
inline constexpr bool kMasksMemory = HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL;

// The lanes p[0 .. count-1], then zeros; count at most Lanes(d).
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_first(D d, const T* HWY_RESTRICT p, std::size_t count) {
  if constexpr (kMasksMemory) {
    return hn::MaskedLoad(hn::FirstN(d, count), d, p);
  } else {
    HWY_ALIGN T lanes[hn::MaxLanes(d)] = {};
    for (std::size_t i = 0; i < count; ++i) lanes[i] = p[i];
    return hn::Load(d, lanes);
  }
}

// p[0 .. count-1] = the first lanes of v.
template <class D, class T = hn::TFromD<D>>
HWY_INLINE void store_first(hn::Vec<D> v, D d, T* HWY_RESTRICT p, std::size_t count) {
  if constexpr (kMasksMemory) {
    hn::BlendedStore(v, hn::FirstN(d, count), d, p);
  } else {
    HWY_ALIGN T lanes[hn::MaxLanes(d)];
    hn::Store(v, d, lanes);
    for (std::size_t i = 0; i < count; ++i) p[i] = lanes[i];
  }
}

// The same for many vectors, with a mask that is reckoned once: none to all lanes, whatever `lanes` is.
template <class D>
struct FirstLanes {
  using T = hn::TFromD<D>;

  explicit FirstLanes(Index lanes)
      : count(static_cast<std::size_t>(std::clamp<Index>(lanes, 0, static_cast<Index>(hn::Lanes(D()))))),
        mask(hn::FirstN(D(), count)) {}

  std::size_t count;
  hn::Mask<D> mask;

  HWY_INLINE hn::Vec<D> load(const T* p) const {
    if constexpr (kMasksMemory)
      return hn::MaskedLoad(mask, D(), p);
    else
      return load_first(D(), p, count);
  }
  HWY_INLINE void store(const hn::Vec<D>& v, T* p) const {
    if constexpr (kMasksMemory)
      hn::BlendedStore(v, mask, D(), p);
    else
      store_first(v, D(), p, count);
  }
};

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
