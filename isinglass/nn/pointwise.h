// isinglass/nn/pointwise.h - what layers share that apply one function to each element.
//
//     y[n,j] = f(x[n,j])              (1)
//     dx[n,j] = dy[n,j] f'(x[n,j])    (2)
//
// A function S derives from Pointwise<S> and gives
//     values(x, y)          writes (1) for spans of T; y may not overlap x, but for kInPlace be x
//     slope(x, y)           f'(x), from x or from y = f(x), accurate to 4 ulp in double
//     derivative(x, y)      the same as an Expression, in the form that a person would write
//     for_each_slope(x, use)   if there is one, use(i, slope(x[i])) for doubles, faster than one by one
// Where slope calls nothing and computes nothing inside a choice, (2) runs in SIMD lanes. (With -fno-trapping-math
// gcc turns other choices into selections, too.)
#pragma once
#include <tuple>

#include "isinglass/kernels/widened.h"
#include "isinglass/nn/layer.h"

namespace isinglass {

// Calls f(row of x, row of y, ...) for each row, or once for everything when no view has gaps between rows.
template <class F, class... V>
void for_each_row(F f, const V&... views) {
  const Index rows = std::get<0>(std::tie(views...)).rows;
  if ((views.contiguous() && ...)) {
    f(std::span(views.data, static_cast<std::size_t>(views.rows * views.cols))...);
    return;
  }
  for (Index n = 0; n < rows; ++n) f(views.row(n)...);
}

template <class S>
struct Pointwise {
  static constexpr bool kElementwise = true;
  static void options(auto&) {}
  Shape output_shape(const Shape& in) const { return in; }
  SampleLanes sample_lanes(const Shape&, std::size_t) const { return SampleLanes::kAsInput; }

  template <class T>
  void forward(const Forward<T>& f) const {
    kernels::widened([&] {
      for_each_row([this](std::span<const T> x, std::span<T> y) { self().values(x, y); }, f.x[0], f.y);  // (1)
    });
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    kernels::widened([&] {
      for_each_row(
          // A copy of the settings, which a store to dx cannot change: the compiler may keep them in registers.
          [function = self()](std::span<const T> x, std::span<const T> y, std::span<const T> dy, std::span<T> dx) {
            if constexpr (std::same_as<T, double> &&
                          requires { function.for_each_slope(x, [](std::size_t, double) {}); })
              return function.for_each_slope(x, [dy, dx](std::size_t i, double slope) { dx[i] = dy[i] * slope; });
            for (std::size_t i = 0; i < dx.size(); ++i) {
              const T slope = function.slope(x[i], y[i]);  // first, for gcc to make a selection of a choice
              dx[i] = dy[i] * slope;                       // (2)
            }
          },
          b.x[0], b.y, b.dy, b.dx[0]);
    });
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const Quantity input{.kind = Quantity::kInput, .index = j, .row = n};
    const Quantity output{.kind = Quantity::kOutput, .index = j, .row = n};
    const Expression x = Expression::quantity(input, f.x[0](n, j)), y = Expression::quantity(output, f.y(n, j));
    sink({input, self().derivative(x, y)});
  }
  static std::vector<Sample<S>> samples() { return {{S{}, {{4}}}, {S{}, {{2, 3, 5}}}}; }

 private:
  const S& self() const { return static_cast<const S&>(*this); }
};

}  // namespace isinglass
