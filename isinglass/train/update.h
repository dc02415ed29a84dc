// isinglass/train/update.h - one optimiser step over a flat slice of parameters.
//
//     g_i = s grad_i + l2 w_i + l1 sign(w_i)      (1)
//
// s scales a clipped gradient; l1 |w| and l2/2 w^2 are the penalties whose derivative (1) adds.
// Each parameter is updated from its own numbers only, so a slice gives the same bits as the whole
// and slices may run on different threads.
#pragma once
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "isinglass/base/shape.h"
#include "isinglass/kernels/widened.h"

namespace isinglass {

template <class T>
struct Update {
  std::span<T> param;
  std::span<const T> gradient;        // dL/dparam, as many as param
  std::array<std::span<T>, 3> state;  // as many as the optimiser's state_names(), each as long as
                                      // param; all zero before the first update
  double learning_rate = 0;           // of this step: the schedule's, not the optimiser's setting
  std::int64_t step = 1;              // 1 for the first update
  double l1 = 0, l2 = 0;              // penalties of this slice; 0 for biases
  double gradient_scale = 1;          // applied to the gradient before the penalties
};

namespace detail {

// A mean that fades away ends at zero. Left alone, rounding would keep it among the subnormal numbers for ever (0.9 times
// the smallest of them is that number again), with which processors take some hundred cycles.
template <class T>
T unless_faded(T state) {
  return std::abs(state) < std::numeric_limits<T>::min() ? T(0) : state;
}

template <class T, class Rule, class... State>
bool update_loop(const Update<T>& u, Rule rule, T* __restrict w, const T* __restrict gradient,
                 State* __restrict... state) {
  const T scale = static_cast<T>(u.gradient_scale);
  const T l1 = static_cast<T>(u.l1), l2 = static_cast<T>(u.l2);
  const Index size = static_cast<Index>(u.param.size());
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  Bits lost = 0;
  for (Index i = 0; i < size; ++i) {
    // Two selects instead of a sign function: they become masks, and sign(0) is 0.
    const T lasso = (w[i] > 0 ? l1 : T(0)) - (w[i] < 0 ? l1 : T(0));
    rule(w[i], scale * gradient[i] + l2 * w[i] + lasso, state[i]...);  // (1)
    ((state[i] = unless_faded(state[i])), ...);
    lost |= std::bit_cast<Bits>(w[i] - w[i]);  // 0 of a finite number, NaN of another
  }
  return lost == 0;
}

}  // namespace detail

// Calls rule(w, g), rule(w, g, a) or rule(w, g, a, b) for each parameter w, with g of (1) and the
// optimiser's state of that parameter. A rule without branches is vectorised by the compiler
// (with -fno-math-errno, when it takes a square root). Returns whether all these parameters are finite.
template <class T, class Rule>
bool update_each(const Update<T>& u, Rule rule) {
  assert(u.gradient.size() == u.param.size());
  T* w = u.param.data();
  const T* gradient = u.gradient.data();
  const auto& state = u.state;
  bool is_finite = true;
  if constexpr (std::is_invocable_v<Rule, T&, T>) {
    kernels::widened([&] { is_finite = detail::update_loop<T>(u, rule, w, gradient); });
  } else if constexpr (std::is_invocable_v<Rule, T&, T, T&>) {
    assert(state[0].size() == u.param.size());
    kernels::widened([&] { is_finite = detail::update_loop<T>(u, rule, w, gradient, state[0].data()); });
  } else {
    assert(state[0].size() == u.param.size() && state[1].size() == u.param.size());
    kernels::widened(
        [&] { is_finite = detail::update_loop<T>(u, rule, w, gradient, state[0].data(), state[1].data()); });
  }
  return is_finite;
}

}  // namespace isinglass
