#include "isinglass/lab/window_walk.h"

#include <algorithm>

#include "isinglass/base/error.h"
#include "isinglass/nn/average_pool.h"
#include "isinglass/nn/conv.h"
#include "isinglass/nn/layer_rig.h"
#include "isinglass/nn/max_pool.h"

namespace isinglass {
namespace {

Shape shape_of(const Plane& plane) {
  return {plane.rows, plane.cols};
}

// One number for both axes; a signal has no second one.
Sizes sizes(const Plane& image, Index size, Index of_signal) {
  return {image.rows == 1 ? of_signal : size, size};
}

template <class Pool>
Pool pool_of(const Plane& image, const WalkSettings& s) {
  if (s.padding.name != "none" && s.padding.name != "zero")
    throw OptionError("padding: pooling knows none and zero, got '" + s.padding.name + "'");
  if (s.dilation != 1) throw OptionError("dilation: windows of pooling have none, got " + std::to_string(s.dilation));
  const Index pad = s.padding.name == "none" ? 0 : s.pad.value_or((s.pool_size - 1) / 2);
  Pool pool;
  pool.pool_size = sizes(image, s.pool_size, 1);
  pool.stride = sizes(image, s.stride, 1);
  pool.pad = sizes(image, pad, 0);
  return pool;
}

Conv2d convolution_of(const Plane& image, const Plane& kernel, const WalkSettings& s) {
  Conv2d layer;
  layer.kernel_size = {kernel.rows, kernel.cols};
  layer.stride = sizes(image, s.stride, 1);
  layer.dilation = sizes(image, s.dilation, 1);
  layer.padding = s.padding;
  if (s.pad && s.padding.name != "none" && s.padding.name != "same") layer.pad = sizes(image, *s.pad, 0);
  layer.padding_value = s.padding_value;
  layer.use_bias = false;
  return layer;
}

}  // namespace

WindowWalk::WindowWalk(Plane image, const WalkSettings& s)
    : image_(std::move(image)),
      kernel_(s.kind != WalkSettings::kConvolution ? Plane(image_.rows == 1 ? 1 : s.pool_size, s.pool_size, {})
                                                   : (s.is_true ? flipped(s.kernel) : s.kernel)),
      kind_(s.kind),
      layer_(kind_ == WalkSettings::kMaxPool       ? Layer(pool_of<MaxPool2d>(image_, s))
             : kind_ == WalkSettings::kAveragePool ? Layer(pool_of<AveragePool2d>(image_, s))
                                                   : Layer(convolution_of(image_, kernel_, s))) {
  const Shapes in{shape_of(image_)};
  if (kind_ == WalkSettings::kConvolution)
    window_ = convolution_of(image_, kernel_, s).convolution(in[0]).window;
  else
    window_ = pool_of<MaxPool2d>(image_, s).window(in[0]);
  arithmetic_ = image_.rows == 1 ? isinglass::arithmetic({.rows = window_.cols, .cols = window_.cols}, 1)
                                 : isinglass::arithmetic(window_, 2);
  LayerRig<double> rig(layer_, in, 1);
  std::ranges::copy(image_.values, rig.x().row(0).begin());
  if (kind_ == WalkSettings::kConvolution) std::ranges::copy(kernel_.values, rig.param(0).data);
  rig.forward();
  output_ = {window_.rows.out, window_.cols.out, {rig.y().row(0).begin(), rig.y().row(0).end()}};
}

WindowWalk::Tap WindowWalk::tap(Index row, Index col, Index i, Index j) const {
  Tap tap{.row = window_.rows.place(row, i), .col = window_.cols.place(col, j)};
  const Index u = source(window_.padding, tap.row, window_.rows.in);
  const Index v = source(window_.padding, tap.col, window_.cols.in);
  if (u >= 0 && v >= 0) {
    tap.source_row = u;
    tap.source_col = v;
    tap.x = image_(u, v);
  } else {
    tap.x = window_.padding == kernels::Padding::kConstant ? window_.constant : 0;
    tap.is_read = kind_ != WalkSettings::kMaxPool;
  }
  return tap;
}

std::vector<WindowWalk::Tap> WindowWalk::taps(Index row, Index col) const {
  std::vector<Tap> taps;
  for (Index i = 0; i < window_.rows.kernel; ++i)
    for (Index j = 0; j < window_.cols.kernel; ++j) {
      Tap& tap = taps.emplace_back(this->tap(row, col, i, j));
      if (kind_ == WalkSettings::kConvolution) tap.weight = kernel_(i, j);
      if (kind_ == WalkSettings::kAveragePool) tap.weight = 1.0 / static_cast<double>(window_.taps());
    }
  if (kind_ == WalkSettings::kMaxPool)
    std::ranges::find_if(taps, [&](const Tap& t) { return t.is_read && t.x == output_(row, col); })->weight = 1;
  for (Tap& tap : taps) tap.product = tap.weight * tap.x;
  return taps;
}

Plane WindowWalk::kernel_gradient(const Plane& upstream) const {
  LayerRig<double> rig(layer_, {shape_of(image_)}, 1);
  std::ranges::copy(image_.values, rig.x().row(0).begin());
  std::ranges::copy(upstream.values, rig.dy().row(0).begin());
  rig.gradient();
  const double* gradient = rig.dparam(0).data;
  return {kernel_.rows, kernel_.cols, {gradient, gradient + kernel_.values.size()}};
}

Plane WindowWalk::gradient_terms(const Plane& upstream, Index i, Index j) const {
  Plane terms = upstream;
  for (Index r = 0; r < terms.rows; ++r)
    for (Index s = 0; s < terms.cols; ++s)
      terms.values[static_cast<std::size_t>(r * terms.cols + s)] *= tap(r, s, i, j).x;
  return terms;
}

}  // namespace isinglass
