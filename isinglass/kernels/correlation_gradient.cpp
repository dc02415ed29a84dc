// isinglass/kernels/correlation_gradient.cpp - the gradient of a correlation, in tiles of sums that stay in registers.
//
// The outputs are in the lanes: dy is transposed into a panel, numbers of x broadcast.
#include "isinglass/kernels/correlation.h"
#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/correlation_gradient.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/correlation-inl.h"
#include "isinglass/kernels/panel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Rows of g by vectors of outputs, over some places of dy.
template <class T>
struct GradientTile {
  std::array<const T*, kTallRows> x;  // for each row of g, the number that meets the first place
  Index col, cols, gap;               // of the first place; of a row; from the end of a row to the next
  Index count;                        // places
  const T* panel;                     // (count, vectors)
  T* g;
  Index g_stride;
  std::size_t last;  // lanes of the last vector that are outputs
};

template <int kR, int kV, class T>
ISINGLASS_QUIET void add_to_gradient(const GradientTile<T>& tile) {
  const Lanes<T> d;
  using V = hn::Vec<Lanes<T>>;
  constexpr Index kL = kLanes<T>;
  V sums[kR][kV];
  const T* x[kR];
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    x[r] = tile.x[static_cast<std::size_t>(r)];
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v) {
      const T* g = tile.g + r * tile.g_stride + v * kL;
      sums[r][v] = v + 1 < kV ? hn::LoadU(d, g) : load_first(d, g, tile.last);
    }
  }
  const T* panel = tile.panel;
  for (Index left = tile.count, col = tile.col; left > 0; col = 0) {
    const Index run = std::min(left, tile.cols - col);
    for (Index s = 0; s < run; ++s, panel += kV * kL) {
      V row[kV];
      ISINGLASS_UNROLL
      for (int v = 0; v < kV; ++v) row[v] = hn::Load(d, panel + v * kL);
      ISINGLASS_UNROLL
      for (int r = 0; r < kR; ++r) {
        const V f = hn::Set(d, x[r][s]);
        ISINGLASS_UNROLL
        for (int v = 0; v < kV; ++v) sums[r][v] = hn::MulAdd(f, row[v], sums[r][v]);
      }
    }
    left -= run;
    ISINGLASS_UNROLL
    for (int r = 0; r < kR; ++r) x[r] += run + tile.gap;
  }
  ISINGLASS_UNROLL
  for (int r = 0; r < kR; ++r) {
    ISINGLASS_UNROLL
    for (int v = 0; v < kV; ++v) {
      T* g = tile.g + r * tile.g_stride + v * kL;
      if (v + 1 < kV)
        hn::StoreU(sums[r][v], d, g);
      else
        store_first(sums[r][v], d, g, tile.last);
    }
  }
}

template <class T>
using AddToGradient = void (*)(const GradientTile<T>&);
template <int kR, class T, std::size_t... kV>
constexpr auto gradient_widths(std::index_sequence<kV...>) {
  return std::array<AddToGradient<T>, sizeof...(kV)>{&add_to_gradient<kR, static_cast<int>(kV) + 1, T>...};
}
template <class T, std::size_t... kR>
constexpr auto gradient_heights(std::index_sequence<kR...>) {
  return std::array{gradient_widths<static_cast<int>(kR) + 1, T>(std::make_index_sequence<kVectors>())...};
}
template <class T, std::size_t... kR>
constexpr auto tall_gradients(std::index_sequence<kR...>) {
  return std::array<AddToGradient<T>, sizeof...(kR)>{&add_to_gradient<static_cast<int>(kR) + 1, 1, T>...};
}
template <class T>
constexpr auto kGradients = gradient_heights<T>(std::make_index_sequence<kRows>());
template <class T>
constexpr auto kTallGradients = tall_gradients<T>(std::make_index_sequence<kTallRows>());  // of one vector

template <class T>
HWY_INLINE void gradient_of_planes(const Planes<T>& planes, const T* dy, Index dy_plane, Index first, View<T> g) {
  alignas(64) T panel[kPanelBytes / sizeof(T)];
  constexpr Index kWidth = kVectors * kLanes<T>;
  const Index places = planes.rows * planes.cols, taps = static_cast<Index>(planes.taps.size());
  for (Index m = 0; m < g.cols; m += kWidth) {
    const Index outputs = std::min(kWidth, g.cols - m), vectors = vectors_for<T>(outputs);
    const Index most = kPanelDepth<T> * kVectors / vectors;
    for (Index begin = 0; begin < places; begin += most) {
      const Index count = std::min(most, places - begin);
      transpose_panel(dy + m * dy_plane + begin, dy_plane, count, outputs, vectors, panel);
      GradientTile<T> tile{.x = {},
                           .col = begin % planes.cols,
                           .cols = planes.cols,
                           .gap = planes.pitch - planes.cols,
                           .count = count,
                           .panel = panel,
                           .g = nullptr,
                           .g_stride = g.stride,
                           .last = last_lanes<T>(outputs)};
      const T* x = planes.x + begin / planes.cols * planes.pitch + tile.col;
      for_tiles(0, g.rows, g.rows, vectors == 1 ? kTallRows : kRows, [&](Index row, Index height) {
        for (Index r = 0; r < height; ++r) {
          const Index ct = first + row + r;
          tile.x[static_cast<std::size_t>(r)] =
              x + ct / taps * planes.plane + planes.taps[static_cast<std::size_t>(ct % taps)];
        }
        tile.g = g.data + row * g.stride + m;
        const auto which = static_cast<std::size_t>(height - 1);
        (vectors == 1 ? kTallGradients<T>[which] : kGradients<T>[which][static_cast<std::size_t>(vectors - 1)])(tile);
      });
    }
  }
}

void gradient_float(const Planes<float>& planes, const float* dy, Index dy_plane, Index first, View<float> g) {
  gradient_of_planes(planes, dy, dy_plane, first, g);
}
void gradient_double(const Planes<double>& planes, const double* dy, Index dy_plane, Index first, View<double> g) {
  gradient_of_planes(planes, dy, dy_plane, first, g);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(gradient_float);
HWY_EXPORT(gradient_double);

void correlate_gradient(const Planes<float>& planes, const float* dy, Index dy_plane, Index first, View<float> g) {
  HWY_DYNAMIC_DISPATCH(gradient_float)(planes, dy, dy_plane, first, g);
}
void correlate_gradient(const Planes<double>& planes, const double* dy, Index dy_plane, Index first, View<double> g) {
  HWY_DYNAMIC_DISPATCH(gradient_double)(planes, dy, dy_plane, first, g);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
