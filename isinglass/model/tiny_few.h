// isinglass/model/tiny_few.h - one sample through layers of a few units, with numbers in registers from layer to layer.
//
// In such a network each number waits for the one before, and longer at each place where it goes through memory. The
// order of operations is that of tiny_plan.cpp.
#pragma once
#include <cmath>
#include <tuple>
#include <utility>

#include "isinglass/model/tiny_stage.h"

namespace isinglass::few {

constexpr Index kMost = 4;  // units
template <class T>
struct Units {
  T a{}, b{}, c{}, d{};
  template <Index i>
  ISINGLASS_INLINE T& at() {
    if constexpr (i == 0) return a;
    if constexpr (i == 1) return b;
    if constexpr (i == 2) return c;
    if constexpr (i == 3) return d;
  }
};

// f<0>(), .., f<n - 1>()
template <Index n, class F>
ISINGLASS_INLINE inline void for_each_of(F f) {
  [&]<Index... i>(std::integer_sequence<Index, i...>) ISINGLASS_INLINE {
    (f.template operator()<i>(), ...);
  }
  (std::make_integer_sequence<Index, n>{});
}

// f<n>() for 1 <= n <= kMost
template <class F>
ISINGLASS_INLINE inline void with_units(Index n, F f) {
  switch (n) {
    case 1:
      return f.template operator()<1>();
    case 2:
      return f.template operator()<2>();
    case 3:
      return f.template operator()<3>();
    default:
      return f.template operator()<kMost>();
  }
}
template <class T, class F>
ISINGLASS_INLINE inline void with_shape(const TinyStage<T>& s, F f) {
  with_units(s.n_in, [&]<Index In>() ISINGLASS_INLINE {
    with_units(s.n_out, [&]<Index Out>() ISINGLASS_INLINE { f.template operator()<In, Out>(); });
  });
}

// From the outputs x of the stage below to those of this one; also leaves the slopes.
template <class T>
ISINGLASS_INLINE inline void forward(const TinyStage<T>& s, Units<T>& x, Units<T>& slope) {
  with_shape(s, [&]<Index In, Index Out>() ISINGLASS_INLINE {
    Units<T> sums;
    for_each_of<Out>([&]<Index j>() ISINGLASS_INLINE {
      T sum = 0;
      for_each_of<In>([&]<Index i>()
                          ISINGLASS_INLINE { sum = std::fma(x.template at<i>(), s.kernel[i * Out + j], sum); });
      sums.template at<j>() = s.bias == nullptr ? sum : sum + s.bias[j];
    });
    x = sums;
  });
  with_activation<T>(s.activation, [&](auto activated) ISINGLASS_INLINE {
    for_each_of<kMost>([&]<Index j>() ISINGLASS_INLINE {
      if (j >= s.n_out) return;
      T& y = x.template at<j>();
      std::tie(y, slope.template at<j>()) = activated(y);
      s.out[j] = y;
      s.slope[j] = slope.template at<j>();
    });
  });
}

// From dL/dpre-activation of a stage to that of the one below, if there is one, while the parameters descend. x: what the
// stage computed with. Adds 0 times the parameters to `zero`.
template <class T>
ISINGLASS_INLINE inline void descend(const TinyStage<T>& s, const TinyStage<T>* below, const T* x, Units<T>& d, T rate,
                                     T& zero) {
  with_shape(s, [&]<Index In, Index Out>() ISINGLASS_INLINE {
    Units<T> d_below;
    if (below != nullptr)
      for_each_of<In>([&]<Index i>() ISINGLASS_INLINE {
        T sum = 0;
        for_each_of<Out>([&]<Index j>()
                             ISINGLASS_INLINE { sum = std::fma(d.template at<j>(), s.kernel[i * Out + j], sum); });
        d_below.template at<i>() = sum * below->slope[i];
      });
    const auto row = [&](T with, T* parameter, T* gradient) ISINGLASS_INLINE {
      for_each_of<Out>([&]<Index j>() ISINGLASS_INLINE {
        gradient[j] = std::fma(with, d.template at<j>(), T{0});
        parameter[j] -= rate * gradient[j];
        zero = std::fma(parameter[j], T{0}, zero);
      });
    };
    for_each_of<In>([&]<Index i>() ISINGLASS_INLINE { row(x[i], s.kernel + i * Out, s.kernel_gradient + i * Out); });
    if (s.bias != nullptr) row(T{1}, s.bias, s.bias_gradient);
    d = d_below;
  });
}

}  // namespace isinglass::few
