// isinglass/nn/losses.h - every loss there is.
//
// For one sample with prediction p, target y (n values each) and e = p - y:
//
//     half_squared               l = 1/2 sum e^2              dl/dp = e                    (1)  spec N7, E3
//     mean_squared               l = 1/n sum e^2              dl/dp = 2/n e                (2)  spec E3
//     mean_absolute              l = 1/n sum |e|              dl/dp = sign(e)/n, 0 at 0    (3)
//     huber                      l = 1/n sum h(e)             dl/dp = h'(e)/n              (4)
//         h(e) = e^2/2 for |e| <= delta, else delta (|e| - delta/2)      Huber, Ann. Math. Stat. 35 (1964)
//     binary_cross_entropy       l = 1/n sum -y log p - (1-y) log(1-p), p = sigmoid(z)
//                                  = 1/n sum max(z,0) - z y + log(1 + exp(-|z|))           (5)  spec S3
//                                dl/dz = (p - y)/n                                         (6)
//     categorical_cross_entropy  l = -sum y log p, p = softmax(z)
//                                  = sum y (m + log sum exp(z - m) - z), m = max z         (7)  spec S3
//                                dl/dz = p sum(y) - y                                      (8)
#pragma once
#include <algorithm>
#include <array>
#include <cmath>

#include "isinglass/kernels/widened.h"
#include "isinglass/nn/loss.h"

namespace isinglass {

// From so many outputs on, sums and loops are worth their vectors.
inline constexpr std::size_t kManyOutputs = 32;

// term(0) + term(1) + .. + term(n-1), in a fixed order. Few terms as they come; of many, term j goes to partial sum
// j % 16 as long as 16 are left, then sum l takes sum l + 8, then l + 4, l + 2, l + 1, then come the others.
template <class Term>
double sum_terms(std::size_t n, const Term& term) {
  constexpr std::size_t kSums = 16;
  double total = 0;
  std::size_t j = 0;
  if (n >= kManyOutputs) {
    std::array<double, kSums> sums{};
    j = n / kSums * kSums;
    kernels::widened([end = j, term, &sums] {
      std::array<double, kSums> in_registers{};
      for (std::size_t i = 0; i < end; i += kSums)
        for (std::size_t l = 0; l < kSums; ++l) in_registers[l] += term(i + l);
      sums = in_registers;
    });
    for (std::size_t width = kSums / 2; width > 0; width /= 2)
      for (std::size_t l = 0; l < width; ++l) sums[l] += sums[l + width];
    total = sums[0];
  }
  for (; j < n; ++j) total += term(j);
  return total;
}

// A loss that treats its outputs alike: l = scale(n) * sum term(e), with term and slope given by S.
template <class S>
struct ErrorLoss {
  static constexpr std::string_view kActivation = "";

  template <class T>
  double value(std::span<const T>, std::span<const T> p, std::span<const T> y) const {
    return self().factor(static_cast<double>(p.size())) *
           sum_terms(p.size(), [function = self(), p = p.data(), y = y.data()](std::size_t j) {
             return function.term(static_cast<double>(p[j]) - static_cast<double>(y[j]));
           });
  }
  template <class T>
  void gradient(std::span<const T>, std::span<const T> p, std::span<const T> y, T scale, std::span<T> d) const {
    const T factor = scale * static_cast<T>(self().factor(static_cast<double>(p.size())));
    const auto all = [&, function = self()] {
      for (std::size_t j = 0; j < p.size(); ++j) d[j] = factor * function.slope(p[j] - y[j]);
    };
    if (p.size() < kManyOutputs)
      all();
    else
      kernels::widened(all);
  }
  Expression derivative(const LossSample& s, std::size_t j) const {
    return self().formula(s.prediction(j) - s.target(j), static_cast<double>(s.y.size()));
  }

 private:
  const S& self() const { return static_cast<const S&>(*this); }
};

struct HalfSquared : ErrorLoss<HalfSquared> {
  static constexpr std::string_view kName = "half_squared", kSummary = "1/2 sum (p - y)^2";
  static void options(auto&) {}
  static double factor(double) { return 1; }
  static double term(double e) { return 0.5 * e * e; }  // (1)
  template <class T>
  static T slope(T e) {
    return e;
  }
  static Expression formula(const Expression& e, double) { return e; }
};

struct MeanSquared : ErrorLoss<MeanSquared> {
  static constexpr std::string_view kName = "mean_squared", kSummary = "1/n sum (p - y)^2";
  static void options(auto&) {}
  static double factor(double n) { return 1 / n; }
  static double term(double e) { return e * e; }  // (2)
  template <class T>
  static T slope(T e) {
    return 2 * e;
  }
  static Expression formula(const Expression& e, double n) { return 2.0 / Expression(n) * e; }
};

struct MeanAbsolute : ErrorLoss<MeanAbsolute> {
  static constexpr std::string_view kName = "mean_absolute", kSummary = "1/n sum |p - y|";
  static void options(auto&) {}
  static double factor(double n) { return 1 / n; }
  static double term(double e) { return std::abs(e); }  // (3)
  template <class T>
  static T slope(T e) {
    return static_cast<T>((e > 0) - (e < 0));
  }
  static Expression formula(const Expression& e, double n) {
    return Expression::function("sign", e, slope(e.value())) / n;
  }
};

struct Huber : ErrorLoss<Huber> {
  static constexpr std::string_view kName = "huber", kSummary = "squared near 0, absolute beyond delta";
  double delta = 1;
  static void options(auto& v) { v("delta", &Huber::delta, "error where the loss becomes linear", positive()); }
  static double factor(double n) { return 1 / n; }
  double term(double e) const {  // (4)
    return std::abs(e) <= delta ? 0.5 * e * e : delta * (std::abs(e) - 0.5 * delta);
  }
  template <class T>
  T slope(T e) const {
    return std::clamp(e, static_cast<T>(-delta), static_cast<T>(delta));
  }
  Expression formula(const Expression& e, double n) const {
    return (std::abs(e.value()) <= delta ? e : Expression(slope(e.value()))) / n;
  }
};

// a log x, and 0 for a = 0.
inline double weighted_log(double a, double x) {
  return a == 0 ? 0 : a * std::log(x);
}

struct BinaryCrossEntropy {
  static constexpr std::string_view kName = "binary_cross_entropy",
                                    kSummary = "-y log p - (1 - y) log(1 - p), fused with a sigmoid output";
  static constexpr std::string_view kActivation = "sigmoid";
  static void options(auto&) {}

  template <class T>
  double value(std::span<const T> z, std::span<const T>, std::span<const T> y) const {
    double sum = 0;
    for (std::size_t j = 0; j < z.size(); ++j) {
      const double zj = static_cast<double>(z[j]), yj = static_cast<double>(y[j]);
      sum += std::max(zj, 0.0) - zj * yj + std::log1p(std::exp(-std::abs(zj)));  // (5)
    }
    return sum / static_cast<double>(z.size());
  }
  template <class T>
  void gradient(std::span<const T>, std::span<const T> p, std::span<const T> y, T scale, std::span<T> d) const {
    const T factor = scale / static_cast<T>(p.size());
    for (std::size_t j = 0; j < p.size(); ++j) d[j] = factor * (p[j] - y[j]);  // (6)
  }
  Expression derivative(const LossSample& s, std::size_t j) const {
    return (s.prediction(j) - s.target(j)) / static_cast<double>(s.y.size());
  }
  double prediction_value(const LossSample& s) const {
    double sum = 0;
    for (std::size_t j = 0; j < s.y.size(); ++j)
      sum -= weighted_log(s.y[j], s.y_hat[j]) + weighted_log(1 - s.y[j], 1 - s.y_hat[j]);
    return sum / static_cast<double>(s.y.size());
  }
  Expression prediction_derivative(const LossSample& s, std::size_t j) const {
    const Expression p = s.prediction(j), y = s.target(j), n = static_cast<double>(s.y.size());
    if (y.value() == p.value()) return 0.0;  // not 0/0 at an end
    return (p - y) / (p * (1.0 - p)) / n;
  }
};

struct CategoricalCrossEntropy {
  static constexpr std::string_view kName = "categorical_cross_entropy",
                                    kSummary = "-sum y log p, fused with a softmax output";
  static constexpr std::string_view kActivation = "softmax";
  static void options(auto&) {}

  template <class T>
  double value(std::span<const T> z, std::span<const T>, std::span<const T> y) const {
    const double m = static_cast<double>(*std::max_element(z.begin(), z.end()));
    double sum = 0, loss = 0;
    for (const T zj : z) sum += std::exp(static_cast<double>(zj) - m);
    const double log_sum = m + std::log(sum);
    for (std::size_t j = 0; j < z.size(); ++j)
      if (y[j] != T{0}) loss += static_cast<double>(y[j]) * (log_sum - static_cast<double>(z[j]));  // (7)
    return loss;
  }
  template <class T>
  void gradient(std::span<const T>, std::span<const T> p, std::span<const T> y, T scale, std::span<T> d) const {
    T sum{0};
    for (const T yj : y) sum += yj;
    for (std::size_t j = 0; j < p.size(); ++j) d[j] = scale * (p[j] * sum - y[j]);  // (8)
  }
  Expression derivative(const LossSample& s, std::size_t j) const {
    double sum = 0;
    for (const double y : s.y) sum += y;
    return (sum == 1 ? s.prediction(j) : s.prediction(j) * sum) - s.target(j);
  }
  double prediction_value(const LossSample& s) const {
    double sum = 0;
    for (std::size_t j = 0; j < s.y.size(); ++j) sum -= weighted_log(s.y[j], s.y_hat[j]);
    return sum;
  }
  Expression prediction_derivative(const LossSample& s, std::size_t j) const {
    if (s.y[j] == 0) return 0.0;  // whatever p is
    return -(s.target(j) / s.prediction(j));
  }
};

}  // namespace isinglass
