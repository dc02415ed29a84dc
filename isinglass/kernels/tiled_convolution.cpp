#include "isinglass/kernels/tiled_convolution.h"

#include <algorithm>

#include "isinglass/kernels/unfolding.h"
#include "isinglass/kernels/winograd.h"

namespace isinglass::kernels {
namespace {

Index aligned(Index count) {
  return (count + 15) / 16 * 16;
}

// One group of a convolution after the other, with what all three functions need.
struct Tiled {
  explicit Tiled(const Convolution& c)
      : convolution(c),
        layout(c.window),
        channels_in(c.channels_in / c.groups),
        channels_out(c.channels_out / c.groups),
        in_size(c.window.in_size()),
        out_size(c.window.out_size()) {}

  const Convolution& convolution;
  Layout layout;
  Index channels_in, channels_out;  // of a group
  Index in_size, out_size;          // of a plane

  Index wide_size() const { return layout.wide_rows() * layout.wide_cols(); }
  Index unfolded_size() const { return layout.is_trivial() ? 0 : aligned(convolution.channels_in * layout.plane()); }

  WinogradFactors factors(const float* u, Index k) const {
    WinogradFactors factors{channels_in, channels_out, u};
    factors.u += k * factors.size();
    return factors;
  }
  Index factors_size() const { return convolution.groups * factors(nullptr, 0).size(); }
  void write_factors(const View<const float>& w, float* u) const {
    for (Index k = 0; k < convolution.groups; ++k) {
      const WinogradFactors group = factors(u, k);
      winograd_factors(group, w.middle_cols(k * channels_out, channels_out), u + k * group.size());
    }
  }
  // The planes of a convolution's input: the image itself or its unfolding.
  Planes<float> inputs(const float* x, float* unfolded) const {
    if (x != nullptr && !layout.is_trivial()) {
      unfold(layout, convolution.channels_in, x, unfolded);
      x = unfolded;
    }
    return {.channels = channels_in,
            .plane = layout.plane(),
            .pitch = layout.cols.length(),
            .rows = convolution.window.rows.out,
            .cols = convolution.window.cols.out,
            .taps = {},
            .x = x};
  }
  // The planes of its adjoint's: y with zeros around it.
  Planes<float> widened(const float* wide) const {
    const Window& window = convolution.window;
    const bool crops = layout.can_crop();
    return {.channels = channels_out,
            .plane = wide_size(),
            .pitch = layout.wide_cols(),
            .rows = crops ? window.rows.in : layout.rows.length(),
            .cols = crops ? window.cols.in : layout.cols.length(),
            .taps = {},
            .x = crops ? wide + window.rows.before * layout.wide_cols() + window.cols.before : wide};
  }
};

}  // namespace

bool takes_tiles(const Convolution& convolution) {
  constexpr Index kFewChannels = 16, kFewProducts = 512, kFewPlaces = 100;
  const auto suits = [](const Axis& axis) { return axis.kernel == 3 && axis.stride == 1 && axis.dilation == 1; };
  const Index inputs = convolution.channels_in / convolution.groups;
  const Index outputs = convolution.channels_out / convolution.groups;
  return suits(convolution.window.rows) && suits(convolution.window.cols) &&
         std::min(inputs, outputs) >= kFewChannels && inputs * outputs >= kFewProducts &&
         convolution.window.out_size() >= kFewPlaces;
}

Index tiled_scratch(const Convolution& convolution) {
  const Tiled tiled(convolution);
  static const float nothing = 0;
  const Planes<float> inputs = tiled.inputs(nullptr, nullptr), outputs = tiled.widened(&nothing);
  const Index forward = tiled.unfolded_size() + std::max(winograd_scratch(inputs, tiled.channels_out),
                                                         winograd_gradient_scratch(inputs, tiled.channels_out));
  const Index folded = tiled.layout.can_crop() ? 0 : aligned(tiled.channels_in * tiled.layout.plane());
  const Index adjoint =
      aligned(convolution.channels_out * tiled.wide_size()) + folded + winograd_scratch(outputs, tiled.channels_in);
  return tiled.factors_size() + std::max(forward, adjoint);
}

void convolve_by_tiles(const Convolution& convolution, View<const float> x, View<const float> w, const float* b,
                       View<float> y, float* scratch) {
  const Tiled tiled(convolution);
  float* const unfolded = scratch + tiled.factors_size();
  float* const work = unfolded + tiled.unfolded_size();
  tiled.write_factors(w, scratch);
  if (!tiled.layout.is_trivial()) prepare_unfolded(tiled.layout, convolution.channels_in, unfolded);
  for (Index n = 0; n < x.rows; ++n) {
    Planes<float> planes = tiled.inputs(x.row(n).data(), unfolded);
    for (Index k = 0; k < convolution.groups; ++k, planes.x += planes.channels * planes.plane)
      winograd_correlate(planes, tiled.factors(scratch, k), false, b == nullptr ? nullptr : b + k * tiled.channels_out,
                         y.row(n).data() + k * tiled.channels_out * tiled.out_size, tiled.out_size, work);
  }
}

void convolve_adjoint_by_tiles(const Convolution& convolution, View<const float> y, View<const float> w, const float* b,
                               View<float> x, float* scratch) {
  const Tiled tiled(convolution);
  const Layout& layout = tiled.layout;
  float* const wide = scratch + tiled.factors_size();
  float* const folded = wide + aligned(convolution.channels_out * tiled.wide_size());
  float* const work = folded + (layout.can_crop() ? 0 : aligned(tiled.channels_in * layout.plane()));
  tiled.write_factors(w, scratch);
  std::fill_n(wide, convolution.channels_out * tiled.wide_size(), 0.0F);
  for (Index n = 0; n < y.rows; ++n) {
    widen(layout, convolution.channels_out, y.row(n).data(), wide);
    Planes<float> planes = tiled.widened(wide);
    for (Index k = 0; k < convolution.groups; ++k, planes.x += planes.channels * planes.plane) {
      float* const to = x.row(n).data() + k * tiled.channels_in * tiled.in_size;
      const float* const bias = b == nullptr ? nullptr : b + k * tiled.channels_in;
      if (layout.can_crop()) {
        winograd_correlate(planes, tiled.factors(scratch, k), true, bias, to, tiled.in_size, work);
      } else {
        winograd_correlate(planes, tiled.factors(scratch, k), true, nullptr, folded, layout.plane(), work);
        fold(layout, tiled.channels_in, folded, bias, to);
      }
    }
  }
}

void gradient_by_tiles(const Convolution& convolution, View<const float> x, View<const float> y, Index first,
                       View<float> g, float* scratch, bool resumes) {
  const Tiled tiled(convolution);
  float* const work = scratch + tiled.unfolded_size();
  if (!tiled.layout.is_trivial()) prepare_unfolded(tiled.layout, convolution.channels_in, scratch);
  for (Index row = 0; row < g.rows && !resumes; ++row) std::fill_n(g.row(row).data(), g.cols, 0.0F);
  for (Index n = 0; n < x.rows; ++n) {
    Planes<float> planes = tiled.inputs(x.row(n).data(), scratch);
    for (Index k = 0; k < convolution.groups; ++k, planes.x += planes.channels * planes.plane)
      winograd_gradient(planes, y.row(n).data() + k * tiled.channels_out * tiled.out_size, tiled.out_size, first,
                        g.middle_cols(k * tiled.channels_out, tiled.channels_out), work);
  }
}

}  // namespace isinglass::kernels
