// isinglass/nn/swish.h - smooth, non-monotonic rectifier; with beta = 1 also called SiLU.
//
//     y = x s,  s = sigmoid(z),  z = beta x                        (1)
//     dy/dx = s + z s (1 - s)                                      (2)
//           = s + beta y (1 - s)                                   (3)
//     dbeta = sum of dy x^2 s (1 - s) over all elements            (4)  only with learn_beta
//
// Source: Ramachandran, Zoph & Le, arXiv:1710.05941 (2017); spec A14.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include "isinglass/kernels/vector_math.h"
#include "isinglass/nn/pointwise.h"

namespace isinglass {

struct Swish {
  static constexpr std::string_view kName = "swish", kSummary = "x sigmoid(beta x), beta fixed or learned";
  double beta = 1;
  bool learn_beta = false;

  static void options(auto& v) {
    v("beta", &Swish::beta, "steepness of the sigmoid; where it starts when it is learned");
    v("learn_beta", &Swish::learn_beta, "learn beta, one for the layer");
  }
  Shape output_shape(const Shape& in) const { return in; }
  std::vector<ParamSpec> params(const Shape&) const {
    if (!learn_beta) return {};
    return {{.name = "beta", .shape = {1}, .role = ParamSpec::kConstant, .initial = beta}};
  }

  template <class T>
  void forward(const Forward<T>& f) const {
    const T b = current_beta(f.param);
    for_each_row([b](std::span<const T> x, std::span<T> y) { values(x, y, b); }, f.x[0], f.y);
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    for_each_row(
        [steepness = current_beta(b.param)](std::span<const T> x, std::span<const T> dy, std::span<T> dx) {
          slopes(x, dx, steepness);
          for (std::size_t i = 0; i < dx.size(); ++i) dx[i] *= dy[i];
        },
        b.x[0], b.dy, b.dx[0]);
  }
  template <class T>
  void gradient(const Backward<T>& b) const {
    if (!learn_beta) return;
    long double sum = 0;
    for (Index n = 0; n < b.dy.rows; ++n)
      for (Index j = 0; j < b.dy.cols; ++j) {
        const long double x = b.x[0](n, j);
        const auto [s, t] = sigmoids(current_beta(b.param) * x);
        sum += b.dy(n, j) * x * x * s * t;  // (4)
      }
    b.dparam[0](0, 0) = static_cast<T>(sum);
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const Quantity input{.kind = Quantity::kInput, .index = j, .row = n};
    const Quantity output{.kind = Quantity::kOutput, .index = j, .row = n};
    const Quantity parameter{.kind = Quantity::kParameter};
    const Expression x = Expression::quantity(input, f.x[0](n, j)), y = Expression::quantity(output, f.y(n, j));
    const Expression b = learn_beta ? Expression::quantity(parameter, f.param[0](0, 0)) : Expression(beta);
    const bool is_plain = !learn_beta && beta == 1;
    const Expression z = is_plain ? x : b * x;
    const Expression s = Expression::function("sigmoid", z, static_cast<double>(sigmoids(z.value()).first));
    sink({input, s + (is_plain ? y : b * y) * (1.0 - s)});  // (3)
    if (learn_beta) sink({parameter, x * y * (1.0 - s)});   // (4)
  }
  static std::vector<Sample<Swish>> samples() {
    return {{{}, {{4}}}, {{.beta = 1.5}, {{2, 3}}}, {{.learn_beta = true}, {{5}}}};
  }

 private:
  template <class T>
  T current_beta(std::span<const View<const T>> param) const {
    return learn_beta ? param[0](0, 0) : static_cast<T>(beta);
  }

  // s and 1 - s, neither by a difference.
  static std::pair<long double, long double> sigmoids(long double z) {
    const long double e = std::exp(-std::abs(z)), large = 1 / (1 + e), small = e * large;
    return z < 0 ? std::pair(small, large) : std::pair(large, small);
  }

  // For double, in long double: a rounded beta x would show in s, and (2) cancels near its zero at z = -1.28.
  template <class T>
  static void values(std::span<const T> x, std::span<T> y, T b) {
    if constexpr (std::same_as<T, double>) {
      for (std::size_t i = 0; i < x.size(); ++i)
        y[i] = static_cast<T>(sigmoids(static_cast<long double>(b) * x[i]).first);
    } else {
      for (std::size_t i = 0; i < x.size(); ++i) y[i] = b * x[i];
      kernels::sigmoid(y, y);
    }
    // The bound gives -infinity its limit, 0.
    for (std::size_t i = 0; i < x.size(); ++i) y[i] *= std::max(x[i], std::numeric_limits<T>::lowest());  // (1)
  }
  template <class T>
  static void slopes(std::span<const T> x, std::span<T> dx, T b) {
    constexpr T kSaturated = 1e4;  // where (2) is 0 or 1; keeps infinity * 0 out
    if constexpr (std::same_as<T, double>) {
      for (std::size_t i = 0; i < x.size(); ++i) {
        const long double z = std::clamp<long double>(static_cast<long double>(b) * x[i], -kSaturated, kSaturated);
        const auto [s, t] = sigmoids(z);
        dx[i] = static_cast<T>(s * (1 + z * t));  // (2)
      }
    } else {
      for (std::size_t i = 0; i < x.size(); ++i) dx[i] = std::clamp(b * x[i], -kSaturated, kSaturated);
      kernels::sigmoid(dx, dx);
      for (std::size_t i = 0; i < x.size(); ++i)
        dx[i] *= 1 + std::clamp(b * x[i], -kSaturated, kSaturated) * (1 - dx[i]);  // (2)
    }
  }
};

ISINGLASS_LAYER(Swish)

}  // namespace isinglass
