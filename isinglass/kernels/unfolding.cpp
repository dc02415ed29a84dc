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

// Some rows of numbers, `pitch` from one to the next.
template <class T>
struct Rows {
  T* data;
  Index pitch;
};
#if HWY_TARGET == HWY_SCALAR
template <class T>
HWY_INLINE void copy_rows(Rows<const T> from, Index rows, Index count, Rows<T> to) {
  for (; rows > 0; --rows, from.data += from.pitch, to.data += to.pitch) std::copy_n(from.data, count, to.data);
}
template <class T>
HWY_INLINE void take_every_other(Rows<const T> from, Index rows, Index count, Rows<T> to) {
  for (; rows > 0; --rows, from.data += from.pitch, to.data += to.pitch)
    for (Index i = 0; i < count; ++i) to.data[i] = from.data[2 * i];
}
template <class T>
HWY_INLINE void interleave(const T* even, const T* odd, T a, Index count, T* to) {
  for (Index i = 0; i < count; ++i) {
    to[2 * i] = a + even[i];
    to[2 * i + 1] = a + odd[i];
  }
}
#else
// Calls f(i, count) for vectors of a row from element i on: whole ones, then some lanes.
template <class T, class F>
HWY_INLINE void for_vectors(Index count, F f) {
  Index i = 0;
  for (; i + kMany<T> < count; i += kMany<T>) f(i, kMany<T>);
  if (i < count) f(i, count - i);
}

// Columns first: rows are short, and what depends on their length is known once for all of them.
template <class T>
HWY_INLINE void copy_rows(Rows<const T> from, Index rows, Index count, Rows<T> to) {
  const Many<T> d;
  for_vectors<T>(count, [&](Index i, Index some) HWY_ATTR {
    const T* HWY_RESTRICT in = from.data + i;
    T* HWY_RESTRICT out = to.data + i;
    const auto lanes = static_cast<std::size_t>(some);
    for (Index r = 0; r < rows; ++r, in += from.pitch, out += to.pitch)
      store_first(load_first(d, in, lanes), d, out, lanes);
  });
}

// to(r, i) = from(r, 2 i)
template <class T>
HWY_INLINE void take_every_other(Rows<const T> from, Index rows, Index count, Rows<T> to) {
  const Many<T> d;
  for_vectors<T>(count, [&](Index i, Index some) HWY_ATTR {
    const T* HWY_RESTRICT in = from.data + 2 * i;
    T* HWY_RESTRICT out = to.data + i;
    const Index numbers = 2 * some - 1;  // nothing may lie behind them
    const auto lanes = static_cast<std::size_t>(some);
    const auto low = static_cast<std::size_t>(std::min(numbers, kMany<T>));
    const auto high = static_cast<std::size_t>(std::max<Index>(numbers - kMany<T>, 0));
    for (Index r = 0; r < rows; ++r, in += from.pitch, out += to.pitch)
      store_first(hn::ConcatEven(d, load_first(d, in + kMany<T>, high), load_first(d, in, low)), d, out, lanes);
  });
}

// to[2 i] = a + even[i], to[2 i + 1] = a + odd[i]
template <class T>
HWY_INLINE void interleave(const T* HWY_RESTRICT even, const T* HWY_RESTRICT odd, T a, Index count,
                           T* HWY_RESTRICT to) {
  const Many<T> d;
  const auto add = hn::Set(d, a);
  for_vectors<T>(count, [&](Index i, Index some) HWY_ATTR {
    const auto lanes = static_cast<std::size_t>(some);
    HWY_ALIGN T pairs[2 * kMany<T>];
    hn::StoreInterleaved2(hn::Add(add, load_first(d, even + i, lanes)), hn::Add(add, load_first(d, odd + i, lanes)), d,
                          pairs);
    const Index low = std::min(2 * some, kMany<T>), high = 2 * some - low;
    store_first(hn::Load(d, pairs), d, to + 2 * i, static_cast<std::size_t>(low));
    store_first(hn::Load(d, pairs + kMany<T>), d, to + 2 * i + kMany<T>, static_cast<std::size_t>(high));
  });
}
#endif

// Elements begin .. end - 1 of an axis of a phase lie within the image, from place `place` on.
struct Inside {
  Index begin, end, place;
};
inline Inside inside_of(const Unfolded& unfolded, Index phase) {
  const Axis& axis = unfolded.axis;
  const auto from = [&](Index place) { return (place - phase + axis.stride - 1) / axis.stride; };
  const Index begin = std::clamp<Index>(from(axis.before), 0, unfolded.length());
  const Index end = std::clamp<Index>(from(axis.in + axis.before), begin, unfolded.length());
  return {begin, end, unfolded.place(phase, begin)};
}

// The place that an element stands for, or -1.
HWY_INLINE Index source_outside(const Layout& layout, const Axis& axis, Index place) {
  return place < axis.in + axis.after ? source(layout.window.padding, place, axis.in) : -1;
}

// The elements of phase (p, q) that repeat a number of the image from outside of it.
template <class T>
void repeat_numbers(const Layout& layout, Index p, Index q, const T* x, T* out) {
  const Inside rows = inside_of(layout.rows, p), cols = inside_of(layout.cols, q);
  for (Index u = 0; u < layout.rows.length(); ++u, out += layout.cols.length()) {
    const Index row = source_outside(layout, layout.window.rows, layout.rows.place(p, u));
    if (row < 0) continue;
    const auto repeat = [&](Index begin, Index end) {
      for (Index v = begin; v < end; ++v) {
        const Index col = source_outside(layout, layout.window.cols, layout.cols.place(q, v));
        if (col >= 0) out[v] = x[row * layout.window.cols.in + col];
      }
    };
    const bool is_inside = u >= rows.begin && u < rows.end;
    repeat(0, is_inside ? cols.begin : layout.cols.length());
    if (is_inside) repeat(cols.end, layout.cols.length());
  }
}

// Phase (p, q) of all channels; what stands for no number of the image is there already.
template <class T>
HWY_INLINE void unfold_phase(const Layout& layout, Index channels, Index p, Index q, const T* x, T* out) {
  const Window& window = layout.window;
  const Inside rows = inside_of(layout.rows, p), cols = inside_of(layout.cols, q);
  const Index length = layout.cols.length(), count = cols.end - cols.begin, stride = window.cols.stride;
  Rows<const T> from{x + rows.place * window.cols.in + cols.place, window.rows.stride * window.cols.in};
  Rows<T> to{out + rows.begin * length + cols.begin, length};
  for (Index c = 0; c < channels; ++c, from.data += window.in_size(), to.data += layout.plane()) {
    if (stride == 1)
      copy_rows(from, rows.end - rows.begin, count, to);
    else if (stride == 2)
      take_every_other(from, rows.end - rows.begin, count, to);
    else
      for (Index u = 0; u < rows.end - rows.begin; ++u)
        for (Index i = 0; i < count; ++i) to.data[u * to.pitch + i] = from.data[u * from.pitch + i * stride];
    if (layout.repeats_numbers()) repeat_numbers(layout, p, q, x + c * window.in_size(), out + c * layout.plane());
  }
}

template <class T>
HWY_INLINE void unfold_image(const Layout& layout, Index channels, const T* x, T* out) {
  for (Index p = 0; p < layout.rows.phases(); ++p)
    for (Index q = 0; q < layout.cols.phases(); ++q, out += layout.phase_size())
      unfold_phase(layout, channels, p, q, x, out);
}

template <class T>
HWY_INLINE void widen_planes(const Layout& layout, Index channels, const T* y, T* out) {
  const Index rows = layout.window.rows.out, cols = layout.window.cols.out;
  const Index pitch = layout.wide_cols(), plane = layout.wide_rows() * pitch;
  out += layout.rows.reach() * pitch + layout.cols.reach();
  for (Index c = 0; c < channels; ++c, y += rows * cols, out += plane)
    copy_rows<T>({y, cols}, rows, cols, {out, pitch});
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

// Both column phases of stride 2 at once, for images none of whose numbers is repeated.
template <class T>
HWY_INLINE void join_phases(const Layout& layout, Index channels, const T* folded, const T* bias, T* x) {
  const Window& window = layout.window;
  const Index length = layout.cols.length(), phase = channels * layout.phase_size();
  for (Index p = 0; p < layout.rows.phases(); ++p) {
    const Inside rows = inside_of(layout.rows, p);
    const T* even = folded + 2 * p * phase + rows.begin * length;
    for (Index c = 0; c < channels; ++c, even += layout.phase_size()) {
      T* to = x + c * window.in_size() + rows.place * window.cols.in;
      const T b = bias == nullptr ? T{0} : bias[c];
      for (Index u = 0; u < rows.end - rows.begin; ++u, to += window.rows.stride * window.cols.in)
        join_row(layout, even + u * length, even + u * length + phase, b, to);
    }
  }
}

template <class T>
HWY_INLINE void fold_image(const Layout& layout, Index channels, const T* folded, const T* bias, T* x) {
  const Window& window = layout.window;
  const bool joins = !layout.repeats_numbers() && window.cols.stride == 2 && layout.cols.phases() == 2;
  if (!joins || !layout.reaches_all_rows())
    for (Index c = 0; c < channels; ++c)
      std::fill_n(x + c * window.in_size(), window.in_size(), bias == nullptr ? T{0} : bias[c]);
  if (joins) return join_phases(layout, channels, folded, bias, x);
  for (Index p = 0; p < layout.rows.phases(); ++p)
    for (Index q = 0; q < layout.cols.phases(); ++q)
      for (Index c = 0; c < channels; ++c, folded += layout.phase_size())
        add_phase(layout, p, q, folded, x + c * window.in_size());
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
