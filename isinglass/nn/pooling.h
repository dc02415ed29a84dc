// isinglass/nn/pooling.h - what the pooling layers share: a window that slides over each channel.
//
// Along an axis of n numbers, with `pad` more at each side,
//
//     n_out = floor((n + 2 pad - pool_size)/stride) + 1          (1)  spec C5
//
// windows fit; those that do not fit are dropped.
#pragma once
#include <string>
#include <string_view>

#include "isinglass/kernels/lane_pooling.h"
#include "isinglass/nn/layer.h"
#include "isinglass/nn/spatial.h"

namespace isinglass {

// A stride that is not given is the pool_size. Throws ShapeError, with the numbers in (1), when no window fits or when
// one could lie wholly in the padding; OptionError when a setting has too few or too many numbers.
kernels::Window pooling_window(std::string_view layer, int dimensions, const Shape& in, const Sizes& pool_size,
                               const Sizes& stride, const Sizes& pad);

// The common part of pooling layer L, which has the members pool_size, stride and pad.
template <class L, int kDimensions>
struct Pooling {
  static void options(auto& v) {
    v("pool_size", &L::pool_size, "extent of a window", at_least(1));
    v("stride", &L::stride, "steps from one window to the next; auto: pool_size", at_least(1));
    v("pad", &L::pad, "how far windows reach beyond each side; auto: so far that stride 1 keeps the size", at_least(0));
  }
  kernels::Window window(const Shape& in) const {
    const L& layer = static_cast<const L&>(*this);
    return pooling_window(L::kName, kDimensions, in, layer.pool_size, layer.stride, layer.pad);
  }
  Shape output_shape(const Shape& in) const {
    const kernels::Window w = window(in);
    return Image{channels(in), w.rows.out, w.cols.out}.shape(kDimensions);
  }
  std::string arithmetic(const Shape& in) const { return isinglass::arithmetic(window(in), kDimensions); }
  // Upsampling by the stride, where that leads back.
  Value mirror(const Shape& in, bool) const {
    const kernels::Window w = window(in);
    const auto leads_back = [](const kernels::Axis& axis) { return axis.out * axis.stride == axis.in; };
    if (in.size() != kDimensions + 1 || !leads_back(w.rows) || !leads_back(w.cols)) return {};
    const Sizes factor = kDimensions == 1 ? Sizes(w.cols.stride) : Sizes(w.rows.stride, w.cols.stride);
    Value mirror = Value::Table{};
    mirror.set("kind", "upsample");
    mirror.set("factor", OptionType<Sizes>::write(factor));
    return mirror;
  }
  SampleLanes sample_lanes(const Shape&, std::size_t number) const {
    return number == sizeof(float) ? SampleLanes::kFromLanes : SampleLanes::kNever;
  }
  Index scratch(const Shape& in) const { return kernels::lane_pooling_scratch(window(in)); }
  double operations(const Shape& in) const {
    const kernels::Window w = window(in);
    return static_cast<double>(channels(in)) * static_cast<double>(w.out_size()) * static_cast<double>(w.taps());
  }

 private:
  static Index channels(const Shape& in) { return Image::of(in, kDimensions, L::kName).channels; }
};

}  // namespace isinglass
