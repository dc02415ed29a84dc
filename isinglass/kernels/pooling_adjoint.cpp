// isinglass/kernels/pooling_adjoint.cpp - gradients back to the numbers of their windows.
//
// Windows of two columns that pave the plane, the usual case, write each number of dx once, in vectors. All others add
// to zeros.
#include <algorithm>
#include <cstdint>

#include "isinglass/kernels/highway_targets.h"
#include "isinglass/kernels/pooling.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/pooling_adjoint.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/pooling-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// The windows whose tap j lies within the image.
Range windows_of_tap(const Axis& axis, Index j) {
  const Index missing = axis.before - j, room = axis.in - 1 + missing;
  return {missing <= 0 ? 0 : (missing + axis.stride - 1) / axis.stride,
          room < 0 ? 0 : std::min(room / axis.stride + 1, axis.out)};
}

#if HWY_TARGET != HWY_SCALAR
template <bool kWhole, class T>
HWY_INLINE void store_pair(hn::Vec<Many<T>> even, hn::Vec<Many<T>> odd, T* to, std::size_t count) {
  const Many<T> d;
  if constexpr (kWhole) {
    hn::StoreInterleaved2(even, odd, d, to);
  } else {
    const std::size_t lanes = hn::Lanes(d), low = std::min(2 * count, lanes);
    HWY_ALIGN T numbers[2 * hn::MaxLanes(Many<T>())];
    hn::StoreInterleaved2(even, odd, d, numbers);
    store_first(hn::Load(d, numbers), d, to, low);
    store_first(hn::Load(d, numbers + lanes), d, to + lanes, 2 * count - low);
  }
}
#endif

template <class Part, class T>
HWY_INLINE void write_pairs(const Part& part, Index place, Index tap, Index count, T* dx) {
#if HWY_TARGET == HWY_SCALAR
  const One<T> d;
  for (Index s = 0; s < count; ++s)
    for (Index j = 0; j < 2; ++j) hn::StoreU(part.template part<true>(d, place + s, tap + j, 1), d, dx + (2 * s + j));
#else
  const Many<T> d;
  const Index lanes = static_cast<Index>(hn::Lanes(d));
  Index s = 0;
  for (; s + lanes <= count; s += lanes)
    store_pair<true>(part.template part<true>(d, place + s, tap, 0), part.template part<true>(d, place + s, tap + 1, 0),
                     dx + 2 * s, 0);
  if (s == count) return;
  const std::size_t left = static_cast<std::size_t>(count - s);
  store_pair<false>(part.template part<false>(d, place + s, tap, left),
                    part.template part<false>(d, place + s, tap + 1, left), dx + 2 * s, left);
#endif
}

// A strip of windows below each other has one mask. Everything is written in vectors, however short a row is.
template <class Part, class T>
HWY_INLINE void write_paved_strip(const Part& part, const Window& w, Index s, T* dx) {
  const Many<T> d;
  const Index lanes = static_cast<Index>(hn::Lanes(d)), count = std::min(lanes, w.cols.out - s);
  const FirstLanes<Many<T>> low(2 * count), high(2 * count - lanes);
  hn::TFromD<hn::RebindToSigned<Many<T>>> first[hn::MaxLanes(Many<T>())], second[hn::MaxLanes(Many<T>())];
  for (Index i = 0; i < lanes; ++i) {
    using Lane = hn::TFromD<hn::RebindToSigned<Many<T>>>;
    first[i] = static_cast<Lane>(i / 2);
    second[i] = static_cast<Lane>((lanes + i) / 2);
  }
  const auto to_first = hn::SetTableIndices(d, first), to_second = hn::SetTableIndices(d, second);
  T* row = dx + 2 * s;
  for (Index r = 0; r < w.rows.out; ++r)
    for (Index i = 0; i < w.rows.kernel; ++i, row += w.cols.in) {
      const auto even = part.template part<false>(d, r * w.cols.out + s, 2 * i, static_cast<std::size_t>(count));
      const auto odd = part.template part<false>(d, r * w.cols.out + s, 2 * i + 1, static_cast<std::size_t>(count));
      low.store(hn::OddEven(hn::TableLookupLanes(odd, to_first), hn::TableLookupLanes(even, to_first)), row);
      if (2 * count > lanes)
        high.store(hn::OddEven(hn::TableLookupLanes(odd, to_second), hn::TableLookupLanes(even, to_second)),
                   row + lanes);
    }
}

// dx of windows that pave the plane: each number is written once.
template <class Part, class T>
HWY_INLINE void write_paved_plane(const Part& part, const Window& w, T* dx) {
  if constexpr (kMasksMemory) {
    for (Index s = 0; s < w.cols.out; s += static_cast<Index>(hn::Lanes(Many<T>()))) write_paved_strip(part, w, s, dx);
    const Index rows = w.rows.out * w.rows.kernel, covered = 2 * w.cols.out;
    for (Index u = 0; u < rows && covered < w.cols.in; ++u)
      std::fill(dx + u * w.cols.in + covered, dx + (u + 1) * w.cols.in, T{0});
    std::fill(dx + rows * w.cols.in, dx + w.in_size(), T{0});
    return;
  }
  for (Index r = 0; r < w.rows.out; ++r)
    for (Index i = 0; i < w.rows.kernel; ++i, dx += w.cols.in) {
      write_pairs(part, r * w.cols.out, i * 2, w.cols.out, dx);
      std::fill(dx + 2 * w.cols.out, dx + w.cols.in, T{0});
    }
  std::fill_n(dx, (w.rows.in - w.rows.out * w.rows.kernel) * w.cols.in, T{0});
}

template <class T>
HWY_INLINE void add_parts(const MaximumPart<T>& part, const Window& w, T* dx) {
  const std::uint32_t taps = static_cast<std::uint32_t>(w.cols.kernel);
  for (Index r = 0; r < w.rows.out; ++r)
    for (Index s = 0; s < w.cols.out; ++s) {
      const Index place = r * w.cols.out + s;
      const std::uint32_t tap = static_cast<std::uint32_t>(part.winner[place]);
      dx[w.rows.place(r, tap / taps) * w.cols.in + w.cols.place(s, tap % taps)] += part.dy[place];
    }
}

// Tap by tap, so that neighbouring windows of stride 1 are added in vectors; the last tap first, so that a place gets
// the shares of its windows in their order.
template <class T>
HWY_INLINE void add_parts(const AveragePart<T>& part, const Window& w, T* dx) {
  const T* dy = part.dy;
  constexpr Index kBlock = 64;
  T shares[kBlock];
  for (Index r = 0; r < w.rows.out; ++r, dy += w.cols.out) {
    const Range rows = taps_inside(w.rows, r);
    for (Index begin = 0; begin < w.cols.out; begin += kBlock) {
      const Index end = std::min(begin + kBlock, w.cols.out);
      for (Index s = begin; s < end; ++s) shares[s - begin] = dy[s] / part.share.taps;
      for (Index i = rows.first; i < rows.last; ++i) {
        T* row = dx + w.rows.place(r, i) * w.cols.in;
        for (Index j = w.cols.kernel; j-- > 0;) {
          const Range inside = windows_of_tap(w.cols, j);
          const Index first = std::max(begin, inside.first), count = std::min(end, inside.last) - first;
          if (count <= 0) continue;
          T* to = row + w.cols.place(first, j);
          const T* share = shares + (first - begin);
          if (w.cols.stride == 1)
            for (Index s = 0; s < count; ++s) to[s] += share[s];
          else
            for (Index s = 0; s < count; ++s) to[s * w.cols.stride] += share[s];
        }
      }
    }
  }
}

// All planes: part_at(n, j) belongs to the plane whose outputs begin at (n, j).
template <class T, class PartAt>
HWY_INLINE void write_planes(const Window& w, const View<T>& dx, PartAt part_at) {
  const bool is_paved = is_paved_by_pairs(w);
  for (Index n = 0; n < dx.rows; ++n)
    for (Index c = 0; c * w.in_size() < dx.cols; ++c) {
      T* plane = &dx(n, c * w.in_size());
      if (is_paved) {
        write_paved_plane(part_at(n, c * w.out_size()), w, plane);
      } else {
        std::fill_n(plane, w.in_size(), T{0});
        add_parts(part_at(n, c * w.out_size()), w, plane);
      }
    }
}

template <class T>
HWY_INLINE void pool_max_adjoint_of(const Window& w, View<const T> dy, View<const T> winner, View<T> dx) {
  write_planes(w, dx, [&](Index n, Index j) { return MaximumPart<T>{&dy(n, j), &winner(n, j)}; });
}
template <class T>
HWY_INLINE void pool_average_adjoint_of(const Window& w, View<const T> dy, View<T> dx) {
  write_planes(w, dx, [&](Index n, Index j) { return AveragePart<T>{&dy(n, j), Share<T>(w.taps())}; });
}

void pool_max_adjoint_float(const Window& w, View<const float> dy, View<const float> winner, View<float> dx) {
  pool_max_adjoint_of(w, dy, winner, dx);
}
void pool_max_adjoint_double(const Window& w, View<const double> dy, View<const double> winner, View<double> dx) {
  pool_max_adjoint_of(w, dy, winner, dx);
}
void pool_average_adjoint_float(const Window& w, View<const float> dy, View<float> dx) {
  pool_average_adjoint_of(w, dy, dx);
}
void pool_average_adjoint_double(const Window& w, View<const double> dy, View<double> dx) {
  pool_average_adjoint_of(w, dy, dx);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(pool_max_adjoint_float);
HWY_EXPORT(pool_max_adjoint_double);
HWY_EXPORT(pool_average_adjoint_float);
HWY_EXPORT(pool_average_adjoint_double);

void pool_max_adjoint(const Window& window, View<const float> dy, View<const float> winner, View<float> dx) {
  HWY_DYNAMIC_DISPATCH(pool_max_adjoint_float)(window, dy, winner, dx);
}
void pool_max_adjoint(const Window& window, View<const double> dy, View<const double> winner, View<double> dx) {
  HWY_DYNAMIC_DISPATCH(pool_max_adjoint_double)(window, dy, winner, dx);
}
void pool_average_adjoint(const Window& window, View<const float> dy, View<float> dx) {
  HWY_DYNAMIC_DISPATCH(pool_average_adjoint_float)(window, dy, dx);
}
void pool_average_adjoint(const Window& window, View<const double> dy, View<double> dx) {
  HWY_DYNAMIC_DISPATCH(pool_average_adjoint_double)(window, dy, dx);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
