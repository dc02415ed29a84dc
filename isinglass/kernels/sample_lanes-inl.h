// isinglass/kernels/sample_lanes-inl.h - rows of numbers into the lanes of vectors, and back.
//
// Compiled once for each instruction set: include it from a .cpp file after hwy/foreach_target.h.
#include "isinglass/base/view.h"
#include "isinglass/kernels/panel-inl.h"
#include "isinglass/kernels/sample_lanes.h"

#if defined(ISINGLASS_KERNELS_SAMPLE_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#  ifdef ISINGLASS_KERNELS_SAMPLE_LANES_INL_H_
#    undef ISINGLASS_KERNELS_SAMPLE_LANES_INL_H_
#  else
#    define ISINGLASS_KERNELS_SAMPLE_LANES_INL_H_
#  endif

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

// `count` numbers of each sample from column `first` on; lanes beyond the last sample repeat it.
template <class T>
HWY_INLINE void load_samples(const View<const T>& x, Index first, Index count, T* lanes) {
  const T* const begin = x.data + first;
  const Index stride = x.stride, last = x.rows - 1;
  if (x.rows == kLanes<T>)
    transpose_rows([=](Index j) { return begin + j * stride; }, count, kLanes<T>, lanes);
  else
    transpose_rows([=](Index j) { return begin + std::min(j, last) * stride; }, count, kLanes<T>, lanes);
}

// Back to columns first .. first + count - 1 of each sample.
template <class T>
HWY_INLINE void store_samples(const T* lanes, const View<T>& y, Index first, Index count) {
  constexpr Index kL = kLanes<T>;
  const Lanes<T> d;
  if (count < kL) {
    HWY_ALIGN T turned[kL * kL];
    transpose_rows([=](Index j) { return lanes + std::min(j, count - 1) * kL; }, y.rows, kL, turned);
    for (Index n = 0; n < y.rows; ++n)
      store_first(hn::Load(d, turned + n * kL), d, &y(n, first), static_cast<std::size_t>(count));
    return;
  }
  for (Index p = 0; p < count; p += kL) {
    const Index begin = std::min(p, count - kL);
    const T* const block = lanes + begin * kL;
    transpose_rows([=](Index j) { return block + j * kL; }, y.rows, y.stride, y.data + (first + begin));
  }
}

// A vector of samples of a batch, which are rows, or in lanes.
template <class T>
struct SampleVector {
  View<T> rows;
  T* lanes = nullptr;  // number 0 of these samples in lanes; the next number is kLaneSamples away
};
template <class T>
HWY_INLINE SampleVector<T> sample_vector(const View<T>& batch, Index n, Index count, bool in_lanes) {
  SampleVector<T> samples{batch.middle_rows(n, count)};
  if (in_lanes && n < in_blocks(batch.rows)) samples.lanes = batch.data + in_blocks(n) * batch.cols + n % kLaneSamples;
  return samples;
}

// load_samples() from either layout.
template <class T>
HWY_INLINE void load_vector(const SampleVector<const T>& samples, Index first, Index count, T* lanes) {
  if (samples.lanes == nullptr) return load_samples(samples.rows, first, count, lanes);
  const Lanes<T> d;
  const T* from = samples.lanes + first * kLaneSamples;
  for (Index j = 0; j < count; ++j, from += kLaneSamples, lanes += kLanes<T>) hn::StoreU(hn::LoadU(d, from), d, lanes);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
