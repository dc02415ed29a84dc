#include "isinglass/kernels/tiny_dense.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/tiny_dense.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

#include "isinglass/kernels/partial_vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {

template <class T>
using Four = hn::CappedTag<T, 4>;  // fewer where a vector is shorter
template <class T>
constexpr std::array<T, kTinyColumns<T>> kOnes = [] {
  std::array<T, kTinyColumns<T>> ones;
  ones.fill(1);
  return ones;
}();
template <class T>
constexpr Index kFour = static_cast<Index>(hn::MaxLanes(Four<T>()));

// use(first, constant n) for 0 <= first < count in groups of n <= 4
template <class Use>
HWY_INLINE void for_groups(Index count, Use use) {
  for (Index first = 0; first < count; first += 4) switch (std::min<Index>(count - first, 4)) {
      case 1:
        use(first, std::integral_constant<Index, 1>());
        break;
      case 2:
        use(first, std::integral_constant<Index, 2>());
        break;
      case 3:
        use(first, std::integral_constant<Index, 3>());
        break;
      default:
        use(first, std::integral_constant<Index, 4>());
    }
}

// use(d, first, constant n) for blocks of n <= 4 vectors, which cover the columns.
template <class T, class Use>
HWY_INLINE void for_blocks(Index columns, Use use) {
  const auto with = [&](auto d) {
    const Index lanes = static_cast<Index>(hn::Lanes(d));
    for_groups(columns / lanes, [&](Index v, auto n) { use(d, v * lanes, n); });
  };
  const hn::ScalableTag<T> whole;
  if (columns % static_cast<Index>(hn::Lanes(whole)) == 0)
    with(whole);
  else
    with(Four<T>());
}

// sums[v] = sum over k < count of row k of x, from column `first` on, times weight(k)
template <Index n, class D, class T, class WeightAt>
HWY_INLINE void add_rows(D d, const T* x, Index columns, Index count, WeightAt weight, hn::Vec<D> (&sums)[n]) {
  const Index lanes = static_cast<Index>(hn::Lanes(d));
  for (Index v = 0; v < n; ++v) sums[v] = hn::Zero(d);
  for (Index k = 0; k < count; ++k, x += columns) {
    const auto w = hn::Set(d, weight(k));
    for (Index v = 0; v < n; ++v) sums[v] = hn::MulAdd(hn::LoadU(d, x + v * lanes), w, sums[v]);
  }
}

template <class T>
HWY_INLINE void forward(const TinyDense<T>& s, Index columns) {
  for_blocks<T>(columns, [&](auto d, Index first, auto n) {
    const Index lanes = static_cast<Index>(hn::Lanes(d));
    for (Index j = 0; j < s.n_out; ++j) {
      hn::Vec<decltype(d)> sums[n];
      add_rows(
          d, s.x + first, columns, s.n_in, [&](Index i) { return s.kernel[i * s.n_out + j]; }, sums);
      for (Index v = 0; v < n; ++v) {
        const auto sum = s.bias == nullptr ? sums[v] : hn::Add(sums[v], hn::Set(d, s.bias[j]));
        hn::StoreU(sum, d, s.in + j * columns + first + v * lanes);
      }
    }
  });
}

template <class T>
HWY_INLINE void backward(const TinyDense<T>& s, const TinyDense<T>& below, Index columns) {
  for_blocks<T>(columns, [&](auto d, Index first, auto n) {
    const Index lanes = static_cast<Index>(hn::Lanes(d));
    for (Index i = 0; i < s.n_in; ++i) {
      hn::Vec<decltype(d)> sums[n];
      add_rows(
          d, s.d + first, columns, s.n_out, [&](Index j) { return s.kernel[i * s.n_out + j]; }, sums);
      for (Index v = 0; v < n; ++v) {
        const Index at = i * columns + first + v * lanes;
        hn::StoreU(sums[v], d, below.d_out + at);
        hn::StoreU(hn::Mul(sums[v], hn::LoadU(d, below.slope + at)), d, below.d + at);
      }
    }
  });
}

// A few rows, column by column; rows that there are not are zero.
template <class T>
struct Turned {
  HWY_ALIGN std::array<T, kTinyColumns<T> * kFour<T>> numbers;

  HWY_INLINE void turn(const T* const (&rows)[kFour<T>], Index count, Index columns) {
    for (Index l = 0; l < columns; l += 4) {
      T* const to = &numbers[static_cast<std::size_t>(l * kFour<T>)];
#if HWY_TARGET != HWY_SCALAR
      if constexpr (kFour<T> == 4) {
        const Four<T> d;
        const auto row = [&](Index j) { return j < count ? hn::LoadU(d, rows[j] + l) : hn::Zero(d); };
        const auto a = row(0), b = row(1), c = row(2), e = row(3);
        const auto low = hn::InterleaveLower(d, a, b), low_rest = hn::InterleaveLower(d, c, e);
        const auto high = hn::InterleaveUpper(d, a, b), high_rest = hn::InterleaveUpper(d, c, e);
        // Both halves of a vector of doubles are interleaved by themselves.
        constexpr Index kSecond = sizeof(T) == 8 ? 2 : 1, kThird = 3 - kSecond;
        hn::Store(hn::ConcatLowerLower(d, low_rest, low), d, to);
        hn::Store(hn::ConcatUpperUpper(d, low_rest, low), d, to + kSecond * 4);
        hn::Store(hn::ConcatLowerLower(d, high_rest, high), d, to + kThird * 4);
        hn::Store(hn::ConcatUpperUpper(d, high_rest, high), d, to + 3 * 4);
        continue;
      }
#endif
      for (Index n = 0; n < 4; ++n)
        for (Index j = 0; j < kFour<T>; ++j) to[n * kFour<T> + j] = j < count ? rows[j][l + n] : T{0};
    }
  }
};

// Sums that go on over the columns, the other factors being n rows.
template <Index n, class T>
HWY_INLINE void add_columns(const Turned<T>& turned, const T* const (&rows)[n], Index count,
                            hn::Vec<Four<T>> (&sums)[n]) {
  const Four<T> d;
  for (Index l = 0; l < count; ++l) {
    const auto column = hn::Load(d, &turned.numbers[static_cast<std::size_t>(l * kFour<T>)]);
    for (Index r = 0; r < n; ++r) sums[r] = hn::MulAdd(hn::Set(d, rows[r][l]), column, sums[r]);
  }
}

// The gradients of a layer. That of the bias is a row more, whose input is 1.
template <class T>
class Gradients {
 public:
  HWY_INLINE Gradients(const TinyDense<T>& s, const TinyPart& part)
      : s_(s), part_(part), inputs_(s.n_in + (s.bias != nullptr)) {}

  HWY_INLINE void add() {
    const auto groups = [](Index n) { return (n + kFour<T> - 1) / kFour<T>; };
    if (inputs_ * groups(s_.n_out) < s_.n_out * groups(inputs_))
      over_outputs();
    else
      over_inputs();
  }

 private:
  HWY_INLINE const T* input(Index i) const { return i < s_.n_in ? s_.x + i * part_.columns : kOnes<T>.data(); }
  HWY_INLINE T* row(Index i) const { return i < s_.n_in ? s_.kernel_gradient + i * s_.n_out : s_.bias_gradient; }

  HWY_INLINE void over_outputs() {
    const Four<T> d;
    for (Index first = 0; first < s_.n_out; first += kFour<T>) {
      const Index together = std::min(kFour<T>, s_.n_out - first);
      const T* rows[kFour<T>];
      for (Index j = 0; j < together; ++j) rows[j] = s_.d + (first + j) * part_.columns;
      turned_.turn(rows, together, part_.columns);
      for_groups(inputs_, [&](Index i, auto n) {
        hn::Vec<Four<T>> sums[n];
        const T* with[n];
        T* to[n];
        for (Index r = 0; r < n; ++r) {
          with[r] = input(i + r), to[r] = row(i + r) + first;
          sums[r] = part_.is_first ? hn::Zero(d) : load_first(d, to[r], static_cast<std::size_t>(together));
        }
        add_columns<n>(turned_, with, part_.count, sums);
        for (Index r = 0; r < n; ++r) store_first(sums[r], d, to[r], static_cast<std::size_t>(together));
      });
    }
  }

  HWY_INLINE void over_inputs() {
    const Four<T> d;
    for (Index first = 0; first < inputs_; first += kFour<T>) {
      const Index together = std::min(kFour<T>, inputs_ - first);
      const T* rows[kFour<T>];
      T* to[kFour<T>];
      for (Index i = 0; i < together; ++i) rows[i] = input(first + i), to[i] = row(first + i);
      turned_.turn(rows, together, part_.columns);
      for_groups(s_.n_out, [&](Index j, auto n) {
        hn::Vec<Four<T>> sums[n];
        const T* with[n];
        HWY_ALIGN T numbers[n * kFour<T>] = {};
        if (!part_.is_first)
          for (Index i = 0; i < together; ++i)
            for (Index r = 0; r < n; ++r) numbers[r * kFour<T> + i] = to[i][j + r];
        for (Index r = 0; r < n; ++r) {
          with[r] = s_.d + (j + r) * part_.columns;
          sums[r] = hn::Load(d, numbers + r * kFour<T>);
        }
        add_columns<n>(turned_, with, part_.count, sums);
        for (Index r = 0; r < n; ++r) hn::Store(sums[r], d, numbers + r * kFour<T>);
        for (Index i = 0; i < together; ++i)
          for (Index r = 0; r < n; ++r) to[i][j + r] = numbers[r * kFour<T> + i];
      });
    }
  }

  const TinyDense<T>& s_;
  const TinyPart& part_;
  Index inputs_;
  Turned<T> turned_;
};

template <class T>
HWY_INLINE void backward_all(std::span<const TinyDense<T>> layers, const TinyPart& part) {
  for (std::size_t k = layers.size() - 1; k > 0; --k) backward(layers[k], layers[k - 1], part.columns);
  for (const TinyDense<T>& s : layers) Gradients<T>(s, part).add();
}

// Of float and of double: a table of functions has no templates.
void forward_float(const TinyDense<float>& s, Index columns) {
  forward(s, columns);
}
void forward_double(const TinyDense<double>& s, Index columns) {
  forward(s, columns);
}
void backward_float(std::span<const TinyDense<float>> layers, const TinyPart& part) {
  backward_all(layers, part);
}
void backward_double(std::span<const TinyDense<double>> layers, const TinyPart& part) {
  backward_all(layers, part);
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(forward_float);
HWY_EXPORT(forward_double);
HWY_EXPORT(backward_float);
HWY_EXPORT(backward_double);

void tiny_forward(const TinyDense<float>& layer, Index columns) {
  HWY_DYNAMIC_DISPATCH(forward_float)(layer, columns);
}
void tiny_forward(const TinyDense<double>& layer, Index columns) {
  HWY_DYNAMIC_DISPATCH(forward_double)(layer, columns);
}
void tiny_backward(std::span<const TinyDense<float>> layers, const TinyPart& part) {
  HWY_DYNAMIC_DISPATCH(backward_float)(layers, part);
}
void tiny_backward(std::span<const TinyDense<double>> layers, const TinyPart& part) {
  HWY_DYNAMIC_DISPATCH(backward_double)(layers, part);
}

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
