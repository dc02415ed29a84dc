// isinglass/kernels/lane_pooling.cpp - one window of a vector of samples after the other.
#include "isinglass/kernels/lane_pooling.h"

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/lane_pooling.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/pooling-inl.h"
#include "isinglass/kernels/sample_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Calls f(n, channel) for each plane of each vector of samples in whole blocks. Returns how many samples these are.
template <class T, class F>
HWY_INLINE Index for_planes(const Window& w, const View<T>& x, F f) {
  const Index samples = in_blocks(x.rows);
  for (Index n = 0; n < samples; n += kLanes<std::remove_const_t<T>>)
    for (Index c = 0; c * w.in_size() < x.cols; ++c) f(n, c);
  return samples;
}

// A plane of y, or of winners, of the vector of samples from n on: where it lies in lanes, else in working memory.
template <class T>
HWY_INLINE T* plane_to_write(const Window& w, const View<T>& y, Index n, Index c, bool in_lanes, T* scratch) {
  if (!in_lanes) return scratch;
  return sample_vector(y, n, kLanes<T>, true).lanes + c * w.out_size() * kLaneSamples;
}
template <class T>
HWY_INLINE void write_plane(const Window& w, const View<T>& y, Index n, Index c, bool in_lanes, const T* scratch) {
  if (!in_lanes) store_samples(scratch, y.middle_rows(n, kLanes<T>), c * w.out_size(), w.out_size());
}
template <class T>
HWY_INLINE const T* plane_to_read(const Window& w, const View<const T>& y, Index n, Index c, bool in_lanes,
                                  T* scratch) {
  const SampleVector<const T> samples = sample_vector(y, n, kLanes<T>, in_lanes);
  if (in_lanes) return samples.lanes + c * w.out_size() * kLaneSamples;
  load_vector(samples, c * w.out_size(), w.out_size(), scratch);
  return scratch;
}

// Windows of a row that lie within it.
HWY_INLINE Range windows_inside(const Axis& axis) {
  const Index first = std::min((axis.before + axis.stride - 1) / axis.stride, axis.out);
  const Index fits = (axis.in + axis.before - axis.kernel) / axis.stride + 1;
  return {first, std::clamp(axis.in + axis.before < axis.kernel ? 0 : fits, first, axis.out)};
}

// Windows of a row with all of their columns, which are kCols: loops over few taps unroll.
template <int kCols, class Pool, class T>
HWY_INLINE void pool_inside(const Pool& pool, const Window& w, const T* plane, Index r, const Range& windows,
                            Index y_step) {
  const Many<T> d;
  const Range rows = taps_inside(w.rows, r);
  const Index row_step = w.cols.in * kLaneSamples, window_step = w.cols.stride * kLaneSamples;
  const T* from = plane + (w.rows.place(r, rows.first) * w.cols.in + w.cols.place(windows.first, 0)) * kLaneSamples;
  for (Index s = windows.first; s < windows.last; ++s, from += window_step) {
    typename Pool::template Running<Many<T>> running(rows.first * kCols);
    const T* row = from;
    for (Index i = rows.first; i < rows.last; ++i, row += row_step) {
      ISINGLASS_UNROLL
      for (int j = 0; j < kCols; ++j) running.take(hn::LoadU(d, row + j * kLaneSamples), i * kCols + j);
    }
    pool.template store<true>(running, (r * w.cols.out + s) * y_step, 1);
  }
}

template <class Pool, class T>
HWY_INLINE void pool_lanes(const Pool& pool, const Window& w, const View<const T>& x, Index n, Index c, Index y_step) {
  const T* const plane = sample_vector(x, n, kLanes<T>, true).lanes + c * w.in_size() * kLaneSamples;
  const Range inside = w.cols.kernel == 2 || w.cols.kernel == 3 ? windows_inside(w.cols) : Range{0, 0};
  for (Index r = 0; r < w.rows.out; ++r) {
    for (Index s = 0; s < inside.first; ++s) pool_one<Many<T>>(pool, w, plane, r, s, kLaneSamples, y_step);
    if (w.cols.kernel == 2)
      pool_inside<2>(pool, w, plane, r, inside, y_step);
    else
      pool_inside<3>(pool, w, plane, r, inside, y_step);
    for (Index s = inside.last; s < w.cols.out; ++s) pool_one<Many<T>>(pool, w, plane, r, s, kLaneSamples, y_step);
  }
}

// A window that nobody shares numbers with, two columns wide, writes what it sends.
template <class Part, class T>
HWY_INLINE void send_pairs(const Part& part, const Window& w, T* plane, Index y_step) {
  const Many<T> d;
  const Index row_step = w.cols.in * kLaneSamples;
  for (Index r = 0; r < w.rows.out; ++r) {
    T* to = plane + w.rows.place(r, 0) * row_step;
    for (Index s = 0; s < w.cols.out; ++s, to += 2 * kLaneSamples)
      for (Index i = 0; i < w.rows.kernel; ++i) {
        const Index place = (r * w.cols.out + s) * y_step;
        hn::StoreU(part.template part<true>(d, place, 2 * i, hn::Lanes(d)), d, to + i * row_step);
        hn::StoreU(part.template part<true>(d, place, 2 * i + 1, hn::Lanes(d)), d, to + i * row_step + kLaneSamples);
      }
  }
}

// Each window sends to its taps: windows that pave the plane write, others add to zeros.
template <class Part, class T>
HWY_INLINE void send_lanes(const Part& part, const Window& w, const View<T>& dx, Index n, Index c, Index y_step) {
  const Many<T> d;
  const bool is_paved = is_paved_by_pairs(w);
  T* const plane = sample_vector(dx, n, kLanes<T>, true).lanes + c * w.in_size() * kLaneSamples;
  for (Index e = 0; e < w.in_size() && !(is_paved && w.out_size() * w.taps() == w.in_size()); ++e)
    hn::StoreU(hn::Zero(d), d, plane + e * kLaneSamples);
  if (is_paved) return send_pairs(part, w, plane, y_step);
  for (Index r = 0; r < w.rows.out; ++r) {
    const Range rows = taps_inside(w.rows, r);
    for (Index s = 0; s < w.cols.out; ++s) {
      const Range cols = taps_inside(w.cols, s);
      for (Index i = rows.first; i < rows.last; ++i)
        for (Index j = cols.first; j < cols.last; ++j) {
          T* const to = plane + (w.rows.place(r, i) * w.cols.in + w.cols.place(s, j)) * kLaneSamples;
          const auto sent =
              part.template part<true>(d, (r * w.cols.out + s) * y_step, i * w.cols.kernel + j, hn::Lanes(d));
          hn::StoreU(hn::Add(hn::LoadU(d, to), sent), d, to);
        }
    }
  }
}

template <class T>
Index step_of(bool in_lanes) {
  return in_lanes ? kLaneSamples : kLanes<T>;
}

Index pool_max_float(const Window& w, View<const float> x, View<float> y, View<float> winner, bool in_lanes,
                     float* scratch) {
  float* const winners = scratch + w.out_size() * kLaneSamples;
  return for_planes(w, x, [&](Index n, Index c) {
    pool_lanes(Maximum<float>{plane_to_write(w, y, n, c, in_lanes, scratch),
                              plane_to_write(w, winner, n, c, in_lanes, winners)},
               w, x, n, c, step_of<float>(in_lanes));
    write_plane(w, y, n, c, in_lanes, scratch);
    write_plane(w, winner, n, c, in_lanes, winners);
  });
}
Index pool_average_float(const Window& w, View<const float> x, View<float> y, bool in_lanes, float* scratch) {
  return for_planes(w, x, [&](Index n, Index c) {
    pool_lanes(Average<float>{plane_to_write(w, y, n, c, in_lanes, scratch), Share<float>(w.taps())}, w, x, n, c,
               step_of<float>(in_lanes));
    write_plane(w, y, n, c, in_lanes, scratch);
  });
}
Index pool_max_adjoint_float(const Window& w, View<const float> dy, View<const float> winner, View<float> dx,
                             bool in_lanes, float* scratch) {
  return for_planes(w, dx, [&](Index n, Index c) {
    const MaximumPart<float> part{plane_to_read(w, dy, n, c, in_lanes, scratch),
                                  plane_to_read(w, winner, n, c, in_lanes, scratch + w.out_size() * kLaneSamples)};
    send_lanes(part, w, dx, n, c, step_of<float>(in_lanes));
  });
}
Index pool_average_adjoint_float(const Window& w, View<const float> dy, View<float> dx, bool in_lanes, float* scratch) {
  return for_planes(w, dx, [&](Index n, Index c) {
    const AveragePart<float> part{plane_to_read(w, dy, n, c, in_lanes, scratch), Share<float>(w.taps())};
    send_lanes(part, w, dx, n, c, step_of<float>(in_lanes));
  });
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(pool_max_float);
HWY_EXPORT(pool_average_float);
HWY_EXPORT(pool_max_adjoint_float);
HWY_EXPORT(pool_average_adjoint_float);

Index pool_max_in_lanes(const Window& window, View<const float> x, View<float> y, View<float> winner, bool y_in_lanes,
                        float* scratch) {
  return HWY_DYNAMIC_DISPATCH(pool_max_float)(window, x, y, winner, y_in_lanes, scratch);
}
Index pool_average_in_lanes(const Window& window, View<const float> x, View<float> y, bool y_in_lanes, float* scratch) {
  return HWY_DYNAMIC_DISPATCH(pool_average_float)(window, x, y, y_in_lanes, scratch);
}
Index pool_max_adjoint_in_lanes(const Window& window, View<const float> dy, View<const float> winner, View<float> dx,
                                bool y_in_lanes, float* scratch) {
  return HWY_DYNAMIC_DISPATCH(pool_max_adjoint_float)(window, dy, winner, dx, y_in_lanes, scratch);
}
Index pool_average_adjoint_in_lanes(const Window& window, View<const float> dy, View<float> dx, bool y_in_lanes,
                                    float* scratch) {
  return HWY_DYNAMIC_DISPATCH(pool_average_adjoint_float)(window, dy, dx, y_in_lanes, scratch);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
