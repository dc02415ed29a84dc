// isinglass/kernels/pooling-inl.h - what pooling and its adjoint share.
//
// Compiled once for each instruction set: include it from a .cpp file after hwy/foreach_target.h.
#include <algorithm>
#include <limits>

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

template <class T>
struct Maximum {
  T *y, *winner;

  template <class D>
  struct Running {
    D d;
    hn::Vec<D> best = hn::Set(D(), -std::numeric_limits<T>::infinity()), winner;

    HWY_INLINE Running(Index first_tap) : winner(hn::Set(D(), static_cast<T>(first_tap))) {}
    HWY_INLINE void take(hn::Vec<D> x, Index tap) {
      const auto wins = hn::Or(hn::Gt(x, best), hn::IsNaN(x));
      best = hn::IfThenElse(wins, x, best);
      winner = hn::IfThenElse(wins, hn::Set(d, static_cast<T>(tap)), winner);
    }
  };
  template <bool kWhole, class D>
  HWY_INLINE void store(const Running<D>& result, Index place, std::size_t count) const {
    store_lanes<kWhole>(result.best, D(), y + place, count);
    store_lanes<kWhole>(result.winner, D(), winner + place, count);
  }
};

template <class T>
struct Average {
  T* y;
  Share<T> share;

  template <class D>
  struct Running {
    hn::Vec<D> sum = hn::Zero(D());

    HWY_INLINE Running(Index) {}
    HWY_INLINE void take(hn::Vec<D> x, Index) { sum = hn::Add(sum, x); }
  };
  template <bool kWhole, class D>
  HWY_INLINE void store(const Running<D>& result, Index place, std::size_t count) const {
    store_lanes<kWhole>(share.of(D(), result.sum), D(), y + place, count);
  }
};

// Window (r, s), with those of its taps that exist, of as many planes as D has lanes. Numbers of a plane are x_step apart,
// in the results y_step.
template <class D, class Pool, class T>
HWY_INLINE void pool_one(const Pool& pool, const Window& w, const T* x, Index r, Index s, Index x_step = 1,
                         Index y_step = 1) {
  const D d;
  const Range rows = taps_inside(w.rows, r), cols = taps_inside(w.cols, s);
  typename Pool::template Running<D> running(rows.first * w.cols.kernel + cols.first);
  const Index col = w.cols.place(s, 0);
  for (Index i = rows.first; i < rows.last; ++i) {
    const T* row = x + w.rows.place(r, i) * w.cols.in * x_step;
    for (Index j = cols.first; j < cols.last; ++j)
      running.take(hn::LoadU(d, row + (col + j) * x_step), i * w.cols.kernel + j);
  }
  pool.template store<true>(running, (r * w.cols.out + s) * y_step, 1);
}

// The part of dy that tap `tap` of a window gets.
template <class T>
struct MaximumPart {
  const T *dy, *winner;

  template <bool kWhole, class D>
  HWY_INLINE hn::Vec<D> part(D d, Index place, Index tap, std::size_t count) const {
    const auto wins = hn::Eq(load_lanes<kWhole>(d, winner + place, count), hn::Set(d, static_cast<T>(tap)));
    return hn::IfThenElseZero(wins, load_lanes<kWhole>(d, dy + place, count));
  }
};
template <class T>
struct AveragePart {
  const T* dy;
  Share<T> share;

  template <bool kWhole, class D>
  HWY_INLINE hn::Vec<D> part(D d, Index place, Index, std::size_t count) const {
    return share.of(d, load_lanes<kWhole>(d, dy + place, count));
  }
};

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
