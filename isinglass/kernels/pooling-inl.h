// isinglass/kernels/pooling-inl.h - what pooling and its adjoint share.
//
// Compiled once for each instruction set: include it from a .cpp file after hwy/foreach_target.h.
#include <algorithm>

#include "isinglass/kernels/partial_vector-inl.h"
#include "isinglass/kernels/window.h"

#if defined(ISINGLASS_KERNELS_POOLING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#  ifdef ISINGLASS_KERNELS_POOLING_INL_H_
#    undef ISINGLASS_KERNELS_POOLING_INL_H_
#  else
#    define ISINGLASS_KERNELS_POOLING_INL_H_
#  endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

template <class T>
using One = hn::CappedTag<T, 1>;
template <class T>
using Many = hn::ScalableTag<T>;

// A range of taps, or of windows: first .. last - 1.
struct Range {
  Index first, last;
};
// The taps of a window that lie within the image.
HWY_INLINE Range taps_inside(const Axis& axis, Index window) {
  const Index begin = axis.place(window, 0);
  return {std::max<Index>(-begin, 0), std::min(axis.kernel, axis.in - begin)};
}

// Whether each number of the image lies in one window, or behind the last, and each window is two columns wide.
HWY_INLINE bool is_paved_by_pairs(const Window& w) {
  const auto is_paved = [](const Axis& axis) {
    return axis.stride == axis.kernel && axis.before == 0 && axis.out * axis.kernel <= axis.in;
  };
  return is_paved(w.rows) && is_paved(w.cols) && w.cols.kernel == 2;
}

// Numbers divided by how many taps a window has. A power of two has an exact inverse: a product is the same number, sooner.
template <class T>
struct Share {
  explicit Share(Index of) : taps(static_cast<T>(of)), inverse(1 / taps), is_exact((of & (of - 1)) == 0) {}
  T taps, inverse;
  bool is_exact;

  template <class D>
  HWY_INLINE hn::Vec<D> of(D d, hn::Vec<D> v) const {
    return is_exact ? hn::Mul(v, hn::Set(d, inverse)) : hn::Div(v, hn::Set(d, taps));
  }
};

// A vector of numbers side by side: the first `count` lanes, or with kWhole all.
template <bool kWhole, class D, class T = hn::TFromD<D>>
HWY_INLINE void store_lanes(hn::Vec<D> v, D d, T* to, std::size_t count) {
  if constexpr (kWhole)
    hn::StoreU(v, d, to);
  else
    store_first(v, d, to, count);
}
template <bool kWhole, class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> load_lanes(D d, const T* from, std::size_t count) {
  if constexpr (kWhole)
    return hn::LoadU(d, from);
  else
    return load_first(d, from, count);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
