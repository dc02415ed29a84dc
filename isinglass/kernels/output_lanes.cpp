// isinglass/kernels/output_lanes.cpp - tiles of places by a vector of outputs.
//
// Neighbours in a row of y read neighbours in x, so that a tile needs one address for all of its places.
#include "isinglass/kernels/output_lanes.h"

#include <array>
#include <utility>

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/output_lanes.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/sample_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

constexpr Index kMostSteps = 1024;  // of a chain

// A tile of fewer places waits for its sums; a short chain does not pay for transposing its result.
template <class T>
HWY_INLINE bool outputs_pay_of(const Planes<T>& planes, Index outputs) {
  constexpr Index kLeastPlaces = 8, kLeastSteps = 32;
  const Index steps = planes.channels * static_cast<Index>(planes.taps.size());
  if (kLanes<T> == 1 || steps < kLeastSteps || steps > kMostSteps) return false;
  const Index height = tile_height(planes.cols, kTallRows), tiles = (planes.cols + height - 1) / height;
  const Index by_outputs = vectors_for<T>(outputs) * planes.rows * tiles * std::max(height, kLeastPlaces);
  const Index by_places = outputs * vectors_for<T>((planes.rows - 1) * planes.pitch + planes.cols);
  return 8 * by_outputs <= 7 * by_places;
}

// What the tiles of a vector of outputs share.
template <class T>
struct OutputTile {
  std::span<const Index> steps;  // of the chains, from the first place
  const T* w;                    // the factors of the first step
  Index w_stride;                // to those of the next
  FirstLanes<Lanes<T>> outputs;
  hn::Vec<Lanes<T>> bias;
  bool has_bias;
};

// kR places from x on, a vector each.
template <int kR, class T>
ISINGLASS_QUIET void sums_of_outputs(const OutputTile<T>& tile, const T* HWY_RESTRICT x, T* HWY_RESTRICT to) {
  const Lanes<T> d;
  using V = hn::Vec<Lanes<T>>;
  V sums[kR];
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) sums[r] = hn::Zero(d);
  const FirstLanes<Lanes<T>> outputs = tile.outputs;
  const T* w = tile.w;
  const Index w_stride = tile.w_stride;
  for (const Index step : tile.steps) {
    const V f = outputs.load(w);
    const T* from = x + step;
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) sums[r] = hn::MulAdd(f, hn::Set(d, from[r]), sums[r]);
    w += w_stride;
  }
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) hn::StoreU(tile.has_bias ? hn::Add(sums[r], tile.bias) : sums[r], d, to + r * kLanes<T>);
}

template <class T>
using SumsOfOutputs = void (*)(const OutputTile<T>&, const T*, T*);
template <class T, std::size_t... kR>
constexpr auto tile_heights(std::index_sequence<kR...>) {
  return std::array<SumsOfOutputs<T>, sizeof...(kR)>{&sums_of_outputs<static_cast<int>(kR) + 1, T>...};
}
// By places, from 1.
template <class T>
constexpr auto kSumsOfOutputs = tile_heights<T>(std::make_index_sequence<kTallRows>());

// Places wait in lanes until there are some vectors of them to transpose.
template <class T>
HWY_INLINE void correlate_outputs_of(const Planes<T>& planes, const View<const T>& w, const T* bias, T* y,
                                     Index y_plane) {
  constexpr Index kL = kLanes<T>, kBlock = 128;
  alignas(64) T lanes[kBlock * kL];
  std::array<Index, kMostSteps> steps;
  std::size_t links = 0;
  for (Index c = 0; c < planes.channels; ++c)
    for (const Index tap : planes.taps) steps[links++] = c * planes.plane + tap;
  for (Index m = 0; m < w.cols; m += kL) {
    const Index outputs = std::min(kL, w.cols - m);
    const FirstLanes<Lanes<T>> first(outputs);
    const OutputTile<T> tile{.steps = std::span<const Index>(steps).first(links),
                             .w = w.data + m,
                             .w_stride = w.stride,
                             .outputs = first,
                             .bias = bias == nullptr ? hn::Zero(Lanes<T>()) : first.load(bias + m),
                             .has_bias = bias != nullptr};
    const View<T> to(y + m * y_plane, outputs, planes.rows * planes.cols, y_plane);
    Index begin = 0, place = 0;  // what waits: places begin .. place - 1
    for (Index r = 0; r < planes.rows; ++r)
      for (Index s = 0; s < planes.cols;) {
        const Index height = tile_height(planes.cols - s, kTallRows);
        if (place + height - begin > kBlock) {
          store_samples(lanes, to, begin, place - begin);
          begin = place;
        }
        kSumsOfOutputs<T>[static_cast<std::size_t>(height - 1)](tile, planes.x + r * planes.pitch + s,
                                                                lanes + (place - begin) * kL);
        place += height;
        s += height;
      }
    store_samples(lanes, to, begin, place - begin);
  }
}

bool outputs_pay_float(const Planes<float>& planes, Index outputs) {
  return outputs_pay_of(planes, outputs);
}
bool outputs_pay_double(const Planes<double>& planes, Index outputs) {
  return outputs_pay_of(planes, outputs);
}
void correlate_outputs_float(const Planes<float>& planes, View<const float> w, const float* bias, float* y,
                             Index y_plane) {
  correlate_outputs_of(planes, w, bias, y, y_plane);
}
void correlate_outputs_double(const Planes<double>& planes, View<const double> w, const double* bias, double* y,
                              Index y_plane) {
  correlate_outputs_of(planes, w, bias, y, y_plane);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(outputs_pay_float);
HWY_EXPORT(outputs_pay_double);
HWY_EXPORT(correlate_outputs_float);
HWY_EXPORT(correlate_outputs_double);

bool outputs_pay(const Planes<float>& planes, Index outputs) {
  return HWY_DYNAMIC_DISPATCH(outputs_pay_float)(planes, outputs);
}
bool outputs_pay(const Planes<double>& planes, Index outputs) {
  return HWY_DYNAMIC_DISPATCH(outputs_pay_double)(planes, outputs);
}

void correlate_outputs(const Planes<float>& planes, View<const float> w, const float* bias, float* y, Index y_plane) {
  HWY_DYNAMIC_DISPATCH(correlate_outputs_float)(planes, w, bias, y, y_plane);
}
void correlate_outputs(const Planes<double>& planes, View<const double> w, const double* bias, double* y,
                       Index y_plane) {
  HWY_DYNAMIC_DISPATCH(correlate_outputs_double)(planes, w, bias, y, y_plane);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
