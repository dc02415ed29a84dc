// isinglass/kernels/pooling.cpp - the lanes of a vector are windows side by side; a tap is one load for all.
//
// With stride 2 a load of two vectors serves two taps: its even and its odd numbers. Windows that reach beyond the
// image, and those of larger strides, run through the same code one at a time, in vectors of one lane.
#include "isinglass/kernels/pooling.h"

#include <algorithm>

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/pooling.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/pooling-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// The windows all of whose taps lie within the image.
Range windows_inside(const Axis& axis) {
  const Index first = std::min((axis.before + axis.stride - 1) / axis.stride, axis.out);
  const Index room = axis.in + axis.before - axis.kernel;
  return {first, room < 0 ? first : std::clamp(room / axis.stride + 1, first, axis.out)};
}

#if HWY_TARGET != HWY_SCALAR
template <class T>
struct Pair {
  hn::Vec<Many<T>> even, odd;
};
// The even and the odd ones of 2 count numbers.
template <bool kWhole, class T>
HWY_INLINE Pair<T> load_pair(const T* from, std::size_t count) {
  const Many<T> d;
  const std::size_t lanes = hn::Lanes(d), numbers = 2 * count;
  const auto low = load_lanes<kWhole>(d, from, std::min(numbers, lanes));
  const auto high = load_lanes<kWhole>(d, from + lanes, numbers - std::min(numbers, lanes));
  return {hn::ConcatEven(d, high, low), hn::ConcatOdd(d, high, low)};
}

// The windows (r, s) .. (r, s + count - 1), all of them within the columns of the image. kStride is that of the
// columns: 1, or 2 for at least two taps in a row; kTaps the number of these, or 0.
template <int kStride, int kTaps, bool kWhole, class Pool, class T>
HWY_INLINE void pool_many(const Pool& pool, const Window& w, const T* x, Index r, Index s, std::size_t count) {
  const Many<T> d;
  const Range rows = taps_inside(w.rows, r);
  const Index taps = kTaps > 0 ? kTaps : w.cols.kernel;
  typename Pool::template Running<Many<T>> running(rows.first * taps);
  const T* row = x + w.rows.place(r, rows.first) * w.cols.in + w.cols.place(s, 0);
  for (Index i = rows.first; i < rows.last; ++i, row += w.cols.in) {
    Index j = 0;
    if constexpr (kStride == 2)
      for (; j + 2 <= taps; j += 2) {
        const Pair<T> pair = load_pair<kWhole>(row + j, count);
        running.take(pair.even, i * taps + j);
        running.take(pair.odd, i * taps + j + 1);
      }
    for (; j < taps; ++j)  // after pairs the last one, as an odd number: there may be nothing behind it
      running.take(kStride == 2 ? load_pair<kWhole>(row + j - 1, count).odd : load_lanes<kWhole>(d, row + j, count),
                   i * taps + j);
  }
  pool.template store<kWhole>(running, r * w.cols.out + s, count);
}

template <int kStride, int kTaps, class Pool, class T>
HWY_INLINE void pool_row(const Pool& pool, const Window& w, const T* x, Index r, const Range& inside) {
  const Index lanes = static_cast<Index>(hn::Lanes(Many<T>()));
  Index s = inside.first;
  for (; s + lanes <= inside.last; s += lanes)
    pool_many<kStride, kTaps, true>(pool, w, x, r, s, static_cast<std::size_t>(lanes));
  if (s < inside.last) pool_many<kStride, kTaps, false>(pool, w, x, r, s, static_cast<std::size_t>(inside.last - s));
}
#endif

#if HWY_TARGET != HWY_SCALAR
// Windows that pave the plane, in strips below each other with one mask: short rows pay for little else than their sums.
template <class Pool, class T>
HWY_INLINE void pool_paved_plane(const Pool& pool, const Window& w, const T* x) {
  const Many<T> d;
  const Index lanes = static_cast<Index>(hn::Lanes(d));
  for (Index s = 0; s < w.cols.out; s += lanes) {
    const Index count = std::min(lanes, w.cols.out - s);
    const FirstLanes<Many<T>> low(2 * count), high(2 * count - lanes);
    const T* row = x + 2 * s;
    for (Index r = 0; r < w.rows.out; ++r) {
      typename Pool::template Running<Many<T>> running(0);
      for (Index i = 0; i < w.rows.kernel; ++i, row += w.cols.in) {
        const auto left = low.load(row), right = high.load(row + lanes);
        running.take(hn::ConcatEven(d, right, left), 2 * i);
        running.take(hn::ConcatOdd(d, right, left), 2 * i + 1);
      }
      pool.template store<false>(running, r * w.cols.out + s, static_cast<std::size_t>(count));
    }
  }
}
#endif

template <class Pool, class T>
HWY_INLINE void pool_plane(const Pool& pool, const Window& w, const T* x) {
#if HWY_TARGET != HWY_SCALAR
  if (kMasksMemory && is_paved_by_pairs(w)) return pool_paved_plane(pool, w, x);
#endif
  Range inside = windows_inside(w.cols);
#if HWY_TARGET == HWY_SCALAR
  const bool in_vectors = false;
#else
  const bool in_vectors = w.cols.stride == 1 || (w.cols.stride == 2 && w.cols.kernel >= 2);
#endif
  if (!in_vectors) inside = {w.cols.out, w.cols.out};
  for (Index r = 0; r < w.rows.out; ++r) {
    for (Index s = 0; s < inside.first; ++s) pool_one<One<T>>(pool, w, x, r, s);
#if HWY_TARGET != HWY_SCALAR
    if (w.cols.stride == 1)
      pool_row<1, 0>(pool, w, x, r, inside);
    else if (in_vectors && w.cols.kernel == 2)
      pool_row<2, 2>(pool, w, x, r, inside);
    else if (in_vectors)
      pool_row<2, 0>(pool, w, x, r, inside);
#endif
    for (Index s = inside.last; s < w.cols.out; ++s) pool_one<One<T>>(pool, w, x, r, s);
  }
}

// All planes: pool_at(n, j) belongs to the plane whose outputs begin at (n, j).
template <class T, class PoolAt>
HWY_INLINE void pool_planes(const Window& w, const View<const T>& x, PoolAt pool_at) {
  for (Index n = 0; n < x.rows; ++n)
    for (Index c = 0; c * w.in_size() < x.cols; ++c)
      pool_plane(pool_at(n, c * w.out_size()), w, &x(n, c * w.in_size()));
}
template <class T>
HWY_INLINE void pool_max_of(const Window& w, View<const T> x, View<T> y, View<T> winner) {
  pool_planes(w, x, [&](Index n, Index j) { return Maximum<T>{&y(n, j), &winner(n, j)}; });
}
template <class T>
HWY_INLINE void pool_average_of(const Window& w, View<const T> x, View<T> y) {
  pool_planes(w, x, [&](Index n, Index j) { return Average<T>{&y(n, j), Share<T>(w.taps())}; });
}

void pool_max_float(const Window& w, View<const float> x, View<float> y, View<float> winner) {
  pool_max_of(w, x, y, winner);
}
void pool_max_double(const Window& w, View<const double> x, View<double> y, View<double> winner) {
  pool_max_of(w, x, y, winner);
}
void pool_average_float(const Window& w, View<const float> x, View<float> y) {
  pool_average_of(w, x, y);
}
void pool_average_double(const Window& w, View<const double> x, View<double> y) {
  pool_average_of(w, x, y);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(pool_max_float);
HWY_EXPORT(pool_max_double);
HWY_EXPORT(pool_average_float);
HWY_EXPORT(pool_average_double);

void pool_max(const Window& window, View<const float> x, View<float> y, View<float> winner) {
  HWY_DYNAMIC_DISPATCH(pool_max_float)(window, x, y, winner);
}
void pool_max(const Window& window, View<const double> x, View<double> y, View<double> winner) {
  HWY_DYNAMIC_DISPATCH(pool_max_double)(window, x, y, winner);
}
void pool_average(const Window& window, View<const float> x, View<float> y) {
  HWY_DYNAMIC_DISPATCH(pool_average_float)(window, x, y);
}
void pool_average(const Window& window, View<const double> x, View<double> y) {
  HWY_DYNAMIC_DISPATCH(pool_average_double)(window, x, y);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
