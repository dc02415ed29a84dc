// isinglass/kernels/correlation.cpp - correlation in tiles of sums that stay in registers.
//
// Forward, a tile is some outputs by some vectors of a plane. Rows of a plane are read as if they followed each other
// without end: where y is narrower than the rows of x, some lanes compute numbers that belong to nobody and are not
// stored. So x needs no copy for each tap, and short rows still fill vectors. Where many lanes would be idle, a vector in
// which a row ends goes on with the next row of y: it is joined from two loads.
#include "isinglass/kernels/correlation.h"

#include <hwy/cache_control.h>

#include <utility>

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/correlation.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/correlation-inl.h"
#include "isinglass/kernels/panel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Some lanes of a vector that go to consecutive places of y.
template <class T>
struct Run {
  Index to;  // place in the plane of y of what lane 0 would be
  std::size_t first, count;
};

// The vectors of a strip, and where their lanes belong.
template <class T>
struct Strip {
  std::size_t last = 0;                // lanes of the last vector that may be read
  std::span<const Index> steps;        // where x stands for each link of the chains, in this part of them
  bool resume = false, finish = true;  // go on from these sums; the chains end with this part
  std::array<Index, kVectors + 1> run_begin{};
  std::array<Run<T>, kVectors * kLanes<T>> runs;
  // Where each vector stands in x, relative to a tap, and how many lanes do; the others are `gap` further.
  std::array<Index, kVectors> at{};
  std::array<std::size_t, kVectors> joint{};
  Index gap = 0;
};

// Whether joints, one for each end of a row within a vector, cost less than lanes that are idle: a joint takes about as
// long as the multiply-adds of one output.
template <class T>
HWY_INLINE bool is_joined(const Planes<T>& planes) {
  const Index idle = planes.pitch - planes.cols;
  return planes.cols >= kLanes<T> && idle * planes.cols * kRows > planes.pitch * (kLanes<T> - 1);
}

template <class T>
Strip<T> joined_strip_at(const Planes<T>& planes, Index begin, Index columns) {
  Strip<T> strip;
  strip.last = last_lanes<T>(columns);
  strip.gap = planes.pitch - planes.cols;
  const Index vectors = vectors_for<T>(columns);
  for (Index v = 0; v < vectors; ++v) {
    const auto i = static_cast<std::size_t>(v);
    const Index place = begin + v * kLanes<T>, col = place % planes.cols;
    const std::size_t lanes = v + 1 < vectors ? static_cast<std::size_t>(kLanes<T>) : strip.last;
    strip.at[i] = place + place / planes.cols * strip.gap;
    strip.joint[i] = std::min(lanes, static_cast<std::size_t>(planes.cols - col));
    strip.runs[i] = {place, 0, lanes};
    strip.run_begin[i + 1] = v + 1;
  }
  return strip;
}

template <class T>
Strip<T> strip_at(const Planes<T>& planes, Index begin, Index columns) {
  Strip<T> strip;
  strip.last = last_lanes<T>(columns);
  Index row = begin / planes.pitch, col = begin % planes.pitch, runs = 0;
  const Index vectors = vectors_for<T>(columns);
  for (Index v = 0; v < vectors; ++v) {
    const Index lanes = v + 1 < vectors ? kLanes<T> : static_cast<Index>(strip.last);
    strip.at[static_cast<std::size_t>(v)] = begin + v * kLanes<T>;
    strip.joint[static_cast<std::size_t>(v)] = static_cast<std::size_t>(lanes);
    for (Index lane = 0; lane < lanes;) {
      const Index count = std::min(lanes - lane, planes.pitch - col), inside = std::min(count, planes.cols - col);
      if (inside > 0)
        strip.runs[static_cast<std::size_t>(runs++)] = {row * planes.cols + col - lane, static_cast<std::size_t>(lane),
                                                        static_cast<std::size_t>(inside)};
      lane += count;
      col += count;
      if (col == planes.pitch) col = 0, ++row;
    }
    strip.run_begin[static_cast<std::size_t>(v + 1)] = runs;
  }
  return strip;
}

// The same lanes of several vectors, to rows of y that lie y_plane apart.
template <class T>
struct RunStore {
  using V = hn::Vec<Lanes<T>>;
  explicit RunStore(const Run<T>& of) : run(of) {}

  Run<T> run;  // a copy, which a store to y cannot change
  hn::Mask<Lanes<T>> mask =
      hn::AndNot(hn::FirstN(Lanes<T>(), run.first), hn::FirstN(Lanes<T>(), run.first + run.count));

  HWY_INLINE void store(V v, T* HWY_RESTRICT y) const {
    const Lanes<T> d;
    if constexpr (kMasksMemory) {
      hn::BlendedStore(v, mask, d, y + run.to);
    } else {
      HWY_ALIGN T lanes[kLanes<T>];
      hn::Store(v, d, lanes);
      for (std::size_t i = run.first; i < run.first + run.count; ++i) y[run.to + static_cast<Index>(i)] = lanes[i];
    }
  }
};

// kR outputs for the kV vectors of a strip. `a` has their factors, kR for each step; y, bias and sums begin with them.
template <int kR, int kV, class T>
ISINGLASS_QUIET void sums_of_strip(const Strip<T>& strip, const T* base, const T* HWY_RESTRICT a, const T* bias,
                                   T* HWY_RESTRICT saved, T* y, Index y_plane) {
  const Lanes<T> d;
  using V = hn::Vec<Lanes<T>>;
  constexpr Index kL = kLanes<T>;
  const bool is_whole = strip.last == static_cast<std::size_t>(kL);
  const auto mask = hn::FirstN(d, strip.last);
  const auto load_last = [&](const T* p) HWY_ATTR {
    if constexpr (kMasksMemory)
      return hn::MaskedLoad(mask, d, p);
    else
      return is_whole ? hn::LoadU(d, p) : load_first(d, p, strip.last);
  };
  V sums[kR][kV];
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v) sums[r][v] = strip.resume ? hn::Load(d, saved + (r * kVectors + v) * kL) : hn::Zero(d);
  }
  // y is seldom in a near cache, and a store that waits for its line stops the sums of the next tile.
  if (strip.finish) {
    const Index from = strip.run_begin[0] < strip.run_begin[kV] ? strip.runs[0].to : 0;
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) {
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) hwy::Prefetch(y + r * y_plane + from + v * kL);
    }
  }
  for (const Index step : strip.steps) {
    const T* x = base + step;
    const auto load = [&](auto from_x, int v, std::size_t lanes) HWY_ATTR {
      const auto i = static_cast<std::size_t>(v);
      const V start = from_x(x + strip.at[i]);
      if (strip.joint[i] == lanes) return start;
      return hn::IfThenElse(hn::FirstN(d, strip.joint[i]), start, from_x(x + strip.at[i] + strip.gap));
    };
    const auto load_whole = [&](const T* p) HWY_ATTR { return hn::LoadU(d, p); };
    V row[kV];
    ISINGLASS_UNROLL
    for (int v = 0; v + 1 < kV; ++v) row[v] = load(load_whole, v, kL);
    row[kV - 1] = load(load_last, kV - 1, strip.last);
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) {
      const V f = hn::Set(d, a[r]);
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) sums[r][v] = hn::MulAdd(f, row[v], sums[r][v]);
    }
    a += kR;
  }
  if (!strip.finish) {
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) {
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) hn::Store(sums[r][v], d, saved + (r * kVectors + v) * kL);
    }
    return;
  }
  if (bias != nullptr) {
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) {
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) sums[r][v] = hn::Add(sums[r][v], hn::Set(d, bias[r]));
    }
  }
  ISINGLASS_UNROLL
  for (int v = 0; v < kV; ++v)
    for (Index i = strip.run_begin[v]; i < strip.run_begin[v + 1]; ++i) {
      const RunStore<T> run(strip.runs[static_cast<std::size_t>(i)]);
      ISINGLASS_UNROLL
      for (int r = 0; r < kR; ++r) run.store(sums[r][v], y + r * y_plane);
    }
}

template <class T>
using SumsOfStrip = void (*)(const Strip<T>&, const T*, const T*, const T*, T*, T*, Index);
template <int kR, class T, std::size_t... kV>
constexpr auto widths(std::index_sequence<kV...>) {
  return std::array<SumsOfStrip<T>, sizeof...(kV)>{&sums_of_strip<kR, static_cast<int>(kV) + 1, T>...};
}
template <class T, std::size_t... kR>
constexpr auto heights(std::index_sequence<kR...>) {
  return std::array{widths<static_cast<int>(kR) + 1, T>(std::make_index_sequence<kVectors>())...};
}
// By height and number of vectors, from 1.
template <class T>
constexpr auto kSums = heights<T>(std::make_index_sequence<kRows>());

// A strip goes through the chains in parts whose numbers of x and of the factors stay in a first level cache while
// all outputs use them; between the parts the sums wait in memory.
template <class T>
HWY_INLINE void correlate_planes(Planes<T> planes, Index outputs, const T* packed, const T* bias, T* y, Index y_plane) {
  constexpr Index kWidth = kVectors * kLanes<T>, kOutputs = 60, kDepth = 384;
  alignas(64) T sums[(kOutputs + kRows - 1) * kWidth];
  std::array<Index, kMostTaps + kDepth> steps;
  if (planes.pitch == planes.cols) planes.pitch = planes.cols = planes.cols * planes.rows, planes.rows = 1;
  const bool joined = is_joined(planes);
  const Index end = joined ? planes.rows * planes.cols : (planes.rows - 1) * planes.pitch + planes.cols;
  const Index taps = static_cast<Index>(planes.taps.size());
  const Index most = std::max<Index>(1, kDepth / taps);  // channels of a part
  const auto steps_of = [&](Index first, Index last) {
    std::size_t count = 0;
    for (Index c = first; c < last; ++c)
      for (const Index tap : planes.taps) steps[count++] = c * planes.plane + tap;
    return std::span<const Index>(steps).first(count);
  };
  const bool in_one = most >= planes.channels;
  const std::span<const Index> all = in_one ? steps_of(0, planes.channels) : std::span<const Index>();
  for (Index begin = 0; begin < end; begin += kWidth) {
    const Index columns = std::min(kWidth, end - begin);
    Strip<T> strip = joined ? joined_strip_at(planes, begin, columns) : strip_at(planes, begin, columns);
    const auto vectors = static_cast<std::size_t>(vectors_for<T>(columns) - 1);
    for (Index first = 0, next = 0; first < outputs; first = next)
      for (Index c = 0; c < planes.channels; c += most) {
        const Index last = std::min(c + most, planes.channels);
        strip.steps = in_one ? all : steps_of(c, last);
        strip.resume = c > 0;
        strip.finish = last == planes.channels;
        next = for_tiles(first, std::min(first + kOutputs, outputs), outputs, kRows, [&](Index m, Index height) {
          kSums<T>[static_cast<std::size_t>(height - 1)][vectors](
              strip, planes.x, packed + m * planes.channels * taps + c * taps * height,
              bias == nullptr ? nullptr : bias + m, sums + (m - first) * kWidth, y + m * y_plane, y_plane);
        });
      }
  }
}

void correlate_float(const Planes<float>& planes, Index outputs, const float* packed, const float* bias, float* y,
                     Index y_plane) {
  correlate_planes(planes, outputs, packed, bias, y, y_plane);
}
void correlate_double(const Planes<double>& planes, Index outputs, const double* packed, const double* bias, double* y,
                      Index y_plane) {
  correlate_planes(planes, outputs, packed, bias, y, y_plane);
}
}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(correlate_float);
HWY_EXPORT(correlate_double);

void correlate(const Planes<float>& planes, Index outputs, const float* packed, const float* bias, float* y,
               Index y_plane) {
  HWY_DYNAMIC_DISPATCH(correlate_float)(planes, outputs, packed, bias, y, y_plane);
}
void correlate(const Planes<double>& planes, Index outputs, const double* packed, const double* bias, double* y,
               Index y_plane) {
  HWY_DYNAMIC_DISPATCH(correlate_double)(planes, outputs, packed, bias, y, y_plane);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
