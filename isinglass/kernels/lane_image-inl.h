// isinglass/kernels/lane_image-inl.h - the image of a vector of samples as convolutions in lanes read it.
//
// Compiled once for each instruction set: include it from a .cpp file after hwy/foreach_target.h.
#include <algorithm>

#include "isinglass/kernels/lane_sizes.h"
#include "isinglass/kernels/sample_lanes-inl.h"

#if defined(ISINGLASS_KERNELS_LANE_IMAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#  ifdef ISINGLASS_KERNELS_LANE_IMAGE_INL_H_
#    undef ISINGLASS_KERNELS_LANE_IMAGE_INL_H_
#  else
#    define ISINGLASS_KERNELS_LANE_IMAGE_INL_H_
#  endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// Writes `value` around `rows` rows of `cols` numbers in planes of (plane_rows, plane_cols), from (top, left) on.
template <class T>
void surround(Index planes, Index plane_rows, Index plane_cols, const Index (&top_left)[2], Index rows, Index cols,
              T value, T* lanes) {
  constexpr Index kL = kLanes<T>;
  for (Index u = 0; u < planes * plane_rows; ++u, lanes += plane_cols * kL) {
    const Index row = u % plane_rows - top_left[0];
    const Index begin = row < 0 || row >= rows ? plane_cols : top_left[1];
    std::fill_n(lanes, begin * kL, value);
    if (begin < plane_cols) std::fill(lanes + (begin + cols) * kL, lanes + plane_cols * kL, value);
  }
}

// Copies what stands outside of a padded plane from within it, where the padding repeats numbers.
template <class T>
void repeat_in_lanes(const Window& w, const LaneSizes& sizes, T* plane) {
  constexpr Index kL = kLanes<T>;
  for (Index u = 0; u < sizes.rows; ++u)
    for (Index v = 0; v < sizes.cols; ++v) {
      const Index row = source(w.padding, u - w.rows.before, w.rows.in) + w.rows.before;
      const Index col = source(w.padding, v - w.cols.before, w.cols.in) + w.cols.before;
      if (row != u || col != v)
        std::copy_n(plane + (row * sizes.cols + col) * kL, kL, plane + (u * sizes.cols + v) * kL);
    }
}

// Padded planes of a vector of samples; neighbouring numbers of a sample are `unit` apart.
template <class T>
struct LaneImage {
  const T* x;
  Index unit;
};

// Samples without padding around them, where they lie in lanes, or from memory.
template <class T>
HWY_INLINE LaneImage<T> bare_image(const SampleVector<const T>& samples, T* memory) {
  if (samples.lanes != nullptr) return {samples.lanes, kLaneSamples};
  load_vector(samples, 0, samples.rows.cols, memory);
  return {memory, kLanes<T>};
}

template <class T>
HWY_INLINE LaneImage<T> padded_image(const Convolution& k, const LaneSizes& sizes, const SampleVector<const T>& x,
                                     T* padded) {
  const Window& w = k.window;
  surround(k.channels_in, sizes.rows, sizes.cols, {w.rows.before, w.cols.before}, w.rows.in, w.cols.in,
           w.padding == Padding::kConstant ? static_cast<T>(w.constant) : T{0}, padded);
  const bool repeats = w.padding == Padding::kNearest || w.padding == Padding::kReflect;
  for (Index c = 0; c < k.channels_in; ++c) {
    T* const plane = padded + c * sizes.rows * sizes.cols * kLanes<T>;
    for (Index u = 0; u < w.rows.in; ++u)
      load_vector(x, (c * w.rows.in + u) * w.cols.in, w.cols.in,
                  plane + ((u + w.rows.before) * sizes.cols + w.cols.before) * kLanes<T>);
    if (repeats) repeat_in_lanes(w, sizes, plane);
  }
  return {padded, kLanes<T>};
}

// y with zeros around it, as the adjoint reads it.
template <class T>
HWY_INLINE LaneImage<T> wide_image(const Convolution& k, const Layout& layout, const SampleVector<const T>& y,
                                   T* wide) {
  const Window& w = k.window;
  const Index cols = layout.wide_cols(), top = layout.rows.reach(), left = layout.cols.reach();
  surround(k.channels_out, layout.wide_rows(), cols, {top, left}, w.rows.out, w.cols.out, T{0}, wide);
  for (Index o = 0; o < k.channels_out; ++o)
    for (Index r = 0; r < w.rows.out; ++r)
      load_vector(y, (o * w.rows.out + r) * w.cols.out, w.cols.out,
                  wide + ((o * layout.wide_rows() + top + r) * cols + left) * kLanes<T>);
  return {wide, kLanes<T>};
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
