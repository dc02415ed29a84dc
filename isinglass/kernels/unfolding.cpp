// isinglass/kernels/unfolding.cpp - rows of images to rows of phases and back, a vector at a time.
#include "isinglass/kernels/unfolding.h"

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/unfolding.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

template <class T>
using Many = hn::ScalableTag<T>;
template <class T>
constexpr Index kMany = static_cast<Index>(hn::MaxLanes(Many<T>()));

template <class T>
HWY_INLINE void copy_row(const T* HWY_RESTRICT from, Index count, T* HWY_RESTRICT to) {
  const Many<T> d;
  for (; count >= kMany<T>; count -= kMany<T>, from += kMany<T>, to += kMany<T>) hn::StoreU(hn::LoadU(d, from), d, to);
  if (count > 0)
    store_first(load_first(d, from, static_cast<std::size_t>(count)), d, to, static_cast<std::size_t>(count));
}

// to[i] = from[2 i]
template <class T>
HWY_INLINE void take_every_other(const T* HWY_RESTRICT from, Index count, T* HWY_RESTRICT to) {
#if HWY_TARGET == HWY_SCALAR
  for (Index i = 0; i < count; ++i) to[i] = from[2 * i];
#else
  const Many<T> d;
  constexpr Index kL = kMany<T>;
  for (; count > kL; count -= kL, from += 2 * kL, to += kL)
    hn::StoreU(hn::ConcatEven(d, hn::LoadU(d, from + kL), hn::LoadU(d, from)), d, to);
  const Index numbers = 2 * count - 1;  // nothing may lie behind them
  if (count <= 0) return;
  const auto low = load_first(d, from, static_cast<std::size_t>(std::min(numbers, kL)));
  const auto high = load_first(d, from + kL, static_cast<std::size_t>(std::max<Index>(numbers - kL, 0)));
  store_first(hn::ConcatEven(d, high, low), d, to, static_cast<std::size_t>(count));
#endif
}

// to[2 i] = a + even[i], to[2 i + 1] = a + odd[i]
template <class T>
HWY_INLINE void interleave(const T* HWY_RESTRICT even, const T* HWY_RESTRICT odd, T a, Index count,
                           T* HWY_RESTRICT to) {
  Index i = 0;
#if HWY_TARGET != HWY_SCALAR
  const Many<T> d;
  constexpr Index kL = kMany<T>;
  const auto add = hn::Set(d, a);
  for (; i + kL <= count; i += kL)
    hn::StoreInterleaved2(hn::Add(add, hn::LoadU(d, even + i)), hn::Add(add, hn::LoadU(d, odd + i)), d, to + 2 * i);
  if (i < count) {
    const auto left = static_cast<std::size_t>(count - i);
    HWY_ALIGN T lanes[2 * kL];
    hn::StoreInterleaved2(hn::Add(add, load_first(d, even + i, left)), hn::Add(add, load_first(d, odd + i, left)), d,
                          lanes);
    copy_row(lanes, 2 * (count - i), to + 2 * i);
  }
#else
  for (; i < count; ++i) {
    to[2 * i] = a + even[i];
    to[2 * i + 1] = a + odd[i];
  }
#endif
}

// The elements begin .. end - 1 of a row of a phase lie within the image, from place `place` on.
struct Inside {
  Index begin, end, place;
};
inline Inside inside_of(const Unfolded& cols, Index phase) {
  const Axis& axis = cols.axis;
  const Index begin = std::clamp<Index>((axis.before - phase + axis.stride - 1) / axis.stride, 0, cols.length());
  const Index end =
      std::clamp<Index>((axis.in + axis.before - phase + axis.stride - 1) / axis.stride, begin, cols.length());
  return {begin, end, cols.place(phase, begin)};
}

// The place that an element stands for, or -1.
HWY_INLINE Index source_outside(const Layout& layout, const Axis& axis, Index place) {
  return place < axis.in + axis.after ? source(layout.window.padding, place, axis.in) : -1;
}

// One row of a phase from a row of the image; what stands for no number of it is there already.
template <class T>
HWY_INLINE void unfold_row(const Layout& layout, Index phase, const Inside& inside, const T* x, T* out) {
  const Axis& axis = layout.window.cols;
  const T* from = x + inside.place;
  T* to = out + inside.begin;
  const Index count = inside.end - inside.begin;
  if (axis.stride == 1)
    copy_row(from, count, to);
  else if (axis.stride == 2)
    take_every_other(from, count, to);
  else
    for (Index i = 0; i < count; ++i) to[i] = from[i * axis.stride];
  if (!layout.repeats_numbers()) return;
  const auto outside = [&](Index v) {
    const Index col = source_outside(layout, axis, layout.cols.place(phase, v));
    if (col >= 0) out[v] = x[col];
  };
  for (Index v = 0; v < inside.begin; ++v) outside(v);
  for (Index v = inside.end; v < layout.cols.length(); ++v) outside(v);
}

template <class T>
HWY_INLINE void unfold_image(const Layout& layout, Index channels, const T* x, T* out) {
  for (Index q = 0; q < layout.cols.phases(); ++q) {
    const Inside inside = inside_of(layout.cols, q);
    for (Index p = 0; p < layout.rows.phases(); ++p)
      for (Index c = 0; c < channels; ++c) {
        T* to = out + c * layout.plane() + (p * layout.cols.phases() + q) * layout.phase_size();
        for (Index u = 0; u < layout.rows.length(); ++u, to += layout.cols.length()) {
          const Index row = source_outside(layout, layout.window.rows, layout.rows.place(p, u));
          if (row >= 0)
            unfold_row(layout, q, inside, x + c * layout.window.in_size() + row * layout.window.cols.in, to);
        }
      }
  }
}

template <class T>
HWY_INLINE void widen_planes(const Layout& layout, Index channels, const T* y, T* out) {
  const Index rows = layout.window.rows.out, cols = layout.window.cols.out;
  const Index pitch = layout.wide_cols(), plane = layout.wide_rows() * pitch;
  out += layout.rows.reach() * pitch + layout.cols.reach();
  for (Index c = 0; c < channels; ++c, out += plane)
    for (Index r = 0; r < rows; ++r, y += cols) copy_row(y, cols, out + r * pitch);
}

// Adds every number of phase (p, q) of one channel to where it came from.
template <class T>
HWY_INLINE void add_phase(const Layout& layout, Index p, Index q, const T* folded, T* x) {
  const Inside inside = inside_of(layout.cols, q);
  for (Index u = 0; u < layout.rows.length(); ++u, folded += layout.cols.length()) {
    const Index row = source_outside(layout, layout.window.rows, layout.rows.place(p, u));
    if (row < 0) continue;
    T* const to = x + row * layout.window.cols.in;
    const auto add_outside = [&](Index v) {
      const Index col = source_outside(layout, layout.window.cols, layout.cols.place(q, v));
      if (col >= 0) to[col] += folded[v];
    };
    for (Index v = 0; v < inside.begin; ++v) add_outside(v);
    for (Index v = inside.begin; v < inside.end; ++v)
      to[inside.place + (v - inside.begin) * layout.window.cols.stride] += folded[v];
    for (Index v = inside.end; v < layout.cols.length(); ++v) add_outside(v);
  }
}

// One row of the image from its two phases, rows `even` and `odd` of padded places 0, 2, .. and 1, 3, ..
template <class T>
HWY_INLINE void join_row(const Layout& layout, const T* even, const T* odd, T bias, T* x) {
  const Axis& axis = layout.window.cols;
  const Index first = axis.before / 2;
  const T* from[2] = {even + first, odd + first};
  Index v = 0;
  if (axis.before % 2 == 1) {
    if (first < layout.cols.length()) x[v++] = bias + *from[1];
    ++from[0], ++from[1];
  }
  const Index left = layout.cols.length() - first - axis.before % 2;
  const Index pairs = std::max<Index>(std::min(left, (axis.in - v) / 2), 0);
  interleave(from[0], from[1], bias, pairs, x + v);
  v += 2 * pairs;
  if (v < axis.in && pairs < left) x[v++] = bias + from[0][pairs];
  std::fill(x + v, x + axis.in, bias);
}

template <class T>
HWY_INLINE void fold_image(const Layout& layout, Index channels, const T* folded, const T* bias, T* x) {
  const Window& window = layout.window;
  const Index phase = channels * layout.phase_size(), phases = layout.cols.phases();
  const bool joins = !layout.repeats_numbers() && window.cols.stride == 2 && phases == 2;
  for (Index c = 0; c < channels; ++c, folded += layout.phase_size(), x += window.in_size()) {
    const T b = bias == nullptr ? T{0} : bias[c];
    if (!joins) {
      std::fill_n(x, window.in_size(), b);
      for (Index p = 0; p < layout.rows.phases(); ++p)
        for (Index q = 0; q < phases; ++q) add_phase(layout, p, q, folded + (p * phases + q) * phase, x);
      continue;
    }
    for (Index row = 0; row < window.rows.in; ++row) {
      const Index place = row + window.rows.before, p = place % window.rows.stride, u = place / window.rows.stride;
      T* const to = x + row * window.cols.in;
      const T* const even = folded + 2 * p * phase + u * layout.cols.length();
      if (p < layout.rows.phases() && u < layout.rows.length())
        join_row(layout, even, even + phase, b, to);
      else
        std::fill_n(to, window.cols.in, b);
    }
  }
}

void unfold_float(const Layout& layout, Index channels, const float* x, float* out) {
  unfold_image(layout, channels, x, out);
}
void unfold_double(const Layout& layout, Index channels, const double* x, double* out) {
  unfold_image(layout, channels, x, out);
}
void widen_float(const Layout& layout, Index channels, const float* y, float* out) {
  widen_planes(layout, channels, y, out);
}
void widen_double(const Layout& layout, Index channels, const double* y, double* out) {
  widen_planes(layout, channels, y, out);
}
void fold_float(const Layout& layout, Index channels, const float* folded, const float* bias, float* x) {
  fold_image(layout, channels, folded, bias, x);
}
void fold_double(const Layout& layout, Index channels, const double* folded, const double* bias, double* x) {
  fold_image(layout, channels, folded, bias, x);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(unfold_float);
HWY_EXPORT(unfold_double);
HWY_EXPORT(widen_float);
HWY_EXPORT(widen_double);
HWY_EXPORT(fold_float);
HWY_EXPORT(fold_double);

template <class T>
static void prepare(const Layout& layout, Index channels, T* unfolded) {
  const T constant = layout.window.padding == Padding::kConstant ? static_cast<T>(layout.window.constant) : T{0};
  std::fill_n(unfolded, channels * layout.plane(), constant);
}
void prepare_unfolded(const Layout& layout, Index channels, float* unfolded) {
  prepare(layout, channels, unfolded);
}
void prepare_unfolded(const Layout& layout, Index channels, double* unfolded) {
  prepare(layout, channels, unfolded);
}
void unfold(const Layout& layout, Index channels, const float* x, float* unfolded) {
  HWY_DYNAMIC_DISPATCH(unfold_float)(layout, channels, x, unfolded);
}
void unfold(const Layout& layout, Index channels, const double* x, double* unfolded) {
  HWY_DYNAMIC_DISPATCH(unfold_double)(layout, channels, x, unfolded);
}
void widen(const Layout& layout, Index channels, const float* y, float* wide) {
  HWY_DYNAMIC_DISPATCH(widen_float)(layout, channels, y, wide);
}
void widen(const Layout& layout, Index channels, const double* y, double* wide) {
  HWY_DYNAMIC_DISPATCH(widen_double)(layout, channels, y, wide);
}
void fold(const Layout& layout, Index channels, const float* folded, const float* bias, float* x) {
  HWY_DYNAMIC_DISPATCH(fold_float)(layout, channels, folded, bias, x);
}
void fold(const Layout& layout, Index channels, const double* folded, const double* bias, double* x) {
  HWY_DYNAMIC_DISPATCH(fold_double)(layout, channels, folded, bias, x);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
