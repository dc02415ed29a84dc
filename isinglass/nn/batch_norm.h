// isinglass/nn/batch_norm.h - batch normalisation: every feature, or every channel of an image, to mean 0 and
// deviation 1, then scaled and shifted by trained numbers.
//
//     training    mu = mean of x, var = mean of (x - mu)^2, over the samples and places of a channel      (1)
//     inference   mu, var = running_mean, running_variance
//     xhat = (x - mu) / sqrt(var + epsilon)                                                               (2)
//     y = gamma xhat + beta                                                                               (3)
//     running_mean     <- (1 - momentum) running_mean + momentum mu                                       (4)
//     running_variance <- (1 - momentum) running_variance + momentum var M / (M - 1), of M numbers
//
//     x, y          (N, n), (N, C, L) or (N, C, H, W); a channel is an element of the first axis
//     gamma, beta   (C)                              trained
//     running_mean, running_variance  (C)            states, changed by training steps
//
// Backward, with dy = dL/dy, sums over the M numbers of a channel:
//
//     dgamma = sum dy xhat,  dbeta = sum dy                                                               (5)
//     dx = gamma / sqrt(var + epsilon) (dy - dbeta / M - xhat dgamma / M)    training                     (6)
//     dx = gamma / sqrt(var + epsilon) dy                                    inference
//
// Source: Ioffe & Szegedy, arXiv:1502.03167; spec C10.
#pragma once
#include <cmath>

#include "isinglass/nn/layer.h"

namespace isinglass {

struct BatchNorm {
  static constexpr std::string_view kName = "batch_norm",
                                    kSummary = "normalises every feature or channel over the batch";
  static constexpr bool kCouplesBatch = true;
  double momentum = 0.1, epsilon = 1e-5;

  static void options(auto& v) {
    v("momentum", &BatchNorm::momentum, "share of a batch in the running statistics", between(0, 1));
    v("epsilon", &BatchNorm::epsilon, "added to the variance", positive());
  }
  Shape output_shape(const Shape& in) const {
    if (in.empty()) throw ShapeError("batch_norm: the input must have features or channels, got a single number");
    return in;
  }
  std::vector<ParamSpec> params(const Shape& in) const {
    const auto spec = [&](const char* name, ParamSpec::Role role, double initial) {
      return ParamSpec{.name = name, .shape = {in[0]}, .role = role, .initial = initial};
    };
    return {spec("gamma", ParamSpec::kConstant, 1), spec("beta", ParamSpec::kConstant, 0),
            spec("running_mean", ParamSpec::kState, 0), spec("running_variance", ParamSpec::kState, 1)};
  }
  Index batch_slices(const Shape& in) const { return in[0]; }
  Index gradient_extent(const Shape& in) const { return in[0]; }
  double operations(const Shape& in) const { return 4 * static_cast<double>(size_of(in)); }
  std::vector<Index> saved(const Shape& in) const { return {2 * in[0]}; }  // mu and 1/sqrt(var + epsilon), in row 0

  template <class T>
  void forward(const Forward<T>& f) const {
    if (f.y.rows == 0) return;
    const Index size = f.y.cols / f.shapes[0][0];
    for (Index c = f.slice_begin; c < f.slice_end; ++c) {
      const Moments m = f.mode == Mode::kTraining ? moments(f.x[0], c, size) : running(f.param, c);
      if (f.mode == Mode::kTraining) {
        f.saved[0](0, 2 * c) = static_cast<T>(m.mean);
        f.saved[0](0, 2 * c + 1) = static_cast<T>(scale(m));
        if (!f.state.empty()) update(f.state, c, m);
      }
      const T mean = static_cast<T>(m.mean), factor = static_cast<T>(scale(m)), gamma = f.param[0](0, c),
              beta = f.param[1](0, c);
      for (Index n = 0; n < f.y.rows; ++n) {
        const T* x = &f.x[0](n, c * size);
        T* y = &f.y(n, c * size);
        for (Index i = 0; i < size; ++i) y[i] = gamma * ((x[i] - mean) * factor) + beta;  // (2), (3)
      }
    }
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    if (b.dy.rows == 0) return;
    const Index size = b.dy.cols / b.shapes[0][0];
    for (Index c = b.slice_begin; c < b.slice_end; ++c) {
      const auto [mean, factor] = normalisation(b, c);
      const T outer = b.param[0](0, c) * factor;
      T mean_dy = 0, mean_dy_xhat = 0;
      if (b.mode == Mode::kTraining) {
        const Sums sums = sums_of(b, c, size, mean, factor);
        mean_dy = static_cast<T>(sums.dy / sums.count);
        mean_dy_xhat = static_cast<T>(sums.dy_xhat / sums.count);
      }
      for (Index n = 0; n < b.dy.rows; ++n) {
        const T *x = &b.x[0](n, c * size), *dy = &b.dy(n, c * size);
        T* dx = &b.dx[0](n, c * size);
        for (Index i = 0; i < size; ++i)
          dx[i] = outer * (dy[i] - mean_dy - (x[i] - mean) * factor * mean_dy_xhat);  // (6)
      }
    }
  }
  template <class T>
  void gradient(const Backward<T>& b) const {
    const Index size = b.dy.cols / b.shapes[0][0];
    for (Index c = b.slice_begin; c < b.slice_end; ++c) {
      Sums sums;
      if (b.dy.rows > 0) {
        const auto [mean, factor] = normalisation(b, c);
        sums = sums_of(b, c, size, mean, factor);
      }
      b.dparam[0](0, c) = static_cast<T>(sums.dy_xhat);  // (5)
      b.dparam[1](0, c) = static_cast<T>(sums.dy);
    }
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const Index size = f.y.cols / f.shapes[0][0], c = j / size;
    const bool is_training = f.mode == Mode::kTraining;
    const Moments m = is_training ? moments(f.x[0], c, size) : running(f.param, c);
    const double gamma = f.param[0](0, c), factor = scale(m), count = static_cast<double>(f.y.rows * size);
    const auto xhat = [&](Index row, Index col) { return (f.x[0](row, col) - m.mean) * factor; };
    for (Index row = is_training ? 0 : n; row < (is_training ? f.y.rows : n + 1); ++row)
      for (Index i = is_training ? c * size : j; i < (is_training ? (c + 1) * size : j + 1); ++i) {
        const double self = row == n && i == j ? 1 : 0;
        const double shared = is_training ? (1 + xhat(n, j) * xhat(row, i)) / count : 0;
        sink({{.kind = Quantity::kInput, .index = i, .row = row}, gamma * factor * (self - shared)});
      }
    sink({{.kind = Quantity::kParameter, .which = 0, .index = c}, xhat(n, j)});
    sink({{.kind = Quantity::kParameter, .which = 1, .index = c}, 1.0});
  }
  static std::vector<Sample<BatchNorm>> samples() {
    return {{{}, {{3}}}, {{.momentum = 0.5}, {{2, 5}}}, {{.epsilon = 1e-3}, {{2, 3, 2}}}};
  }

 private:
  struct Moments {
    double mean = 0, variance = 1, count = 1;
  };
  struct Sums {
    double dy = 0, dy_xhat = 0, count = 1;
  };
  double scale(const Moments& m) const { return 1 / std::sqrt(m.variance + epsilon); }

  template <class T>
  static Moments running(std::span<const View<const T>> param, Index c) {
    return {static_cast<double>(param[2](0, c)), static_cast<double>(param[3](0, c))};
  }
  // (1), in two passes: a difference of squares would lose digits.
  template <class T>
  static Moments moments(const View<const T>& x, Index c, Index size) {
    const double count = static_cast<double>(x.rows * size);
    const double mean = total(x, c, size, [](double value) { return value; }) / count;
    return {mean, total(x, c, size, [=](double value) { return (value - mean) * (value - mean); }) / count, count};
  }
  // (4)
  template <class T>
  void update(std::span<const View<T>> state, Index c, const Moments& m) const {
    const double unbiased = m.count > 1 ? m.variance * m.count / (m.count - 1) : m.variance;
    const auto move = [&](T& running, double value) {
      running = static_cast<T>((1 - momentum) * static_cast<double>(running) + momentum * value);
    };
    move(state[0](0, c), m.mean);
    move(state[1](0, c), unbiased);
  }
  // mu and 1/sqrt(var + epsilon), as forward had them.
  template <class T>
  std::pair<T, T> normalisation(const Backward<T>& b, Index c) const {
    if (b.mode == Mode::kTraining) return {b.saved[0](0, 2 * c), b.saved[0](0, 2 * c + 1)};
    const Moments m = running(b.param, c);
    return {static_cast<T>(m.mean), static_cast<T>(scale(m))};
  }
  template <class T>
  static Sums sums_of(const Backward<T>& b, Index c, Index size, T mean, T factor) {
    Sums sums{.count = static_cast<double>(b.dy.rows * size)};
    for (Index n = 0; n < b.dy.rows; ++n) {
      const T *x = &b.x[0](n, c * size), *dy = &b.dy(n, c * size);
      sums.dy += lanes(size, [&](Index i) { return static_cast<double>(dy[i]); });
      sums.dy_xhat += lanes(
          size, [&](Index i) { return static_cast<double>(dy[i]) * static_cast<double>((x[i] - mean) * factor); });
    }
    return sums;
  }
  // The sum of f over the numbers of a channel.
  template <class T, class F>
  static double total(const View<const T>& x, Index c, Index size, F f) {
    double sum = 0;
    for (Index n = 0; n < x.rows; ++n) {
      const T* row = &x(n, c * size);
      sum += lanes(size, [&](Index i) { return f(static_cast<double>(row[i])); });
    }
    return sum;
  }
  // f(0) + f(1) + .. in eight partial sums, so that it vectorises with a stated order.
  template <class F>
  static double lanes(Index size, F f) {
    double sums[8] = {};
    Index i = 0;
    for (; i + 8 <= size; i += 8)
      for (Index l = 0; l < 8; ++l) sums[l] += f(i + l);
    double sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
    for (; i < size; ++i) sum += f(i);
    return sum;
  }
};

ISINGLASS_LAYER(BatchNorm)

}  // namespace isinglass
