// isinglass/nn/softmax.h - probabilities of classes: positive, and each group sums to 1.
//
// A group is the last axis: for input (classes) the whole sample, for (rows, classes) each row.
//
//     y_i = exp(x_i - m) / sum_k exp(x_k - m),  m = max_k x_k             (1)  the same for any m, without overflow
//     dy_i/dx_j = y_i (delta_ij - y_j)                                    (2)
//     dx_i = y_i (dy_i - sum_j dy_j y_j)                                  (3)
//          = y_i ((dy_i - c) - sum_j (dy_j - c) y_j)  for any c           (4)
//
// Source: Bridle, NATO ASI F68 (1990); spec A7, N5.
#pragma once
#include <algorithm>

#include "isinglass/kernels/vector_math.h"
#include "isinglass/nn/pointwise.h"

namespace isinglass {

struct Softmax {
  static constexpr std::string_view kName = "softmax", kSummary = "probabilities over the last axis, which sum to 1";
  static void options(auto&) {}

  Shape output_shape(const Shape& in) const {
    if (in.empty()) throw ShapeError("softmax: the input must have an axis to sum over, got ()");
    return in;
  }

  template <class T>
  void forward(const Forward<T>& f) const {
    const auto size = static_cast<std::size_t>(f.shapes[0].back());
    for_each_row(
        [size](std::span<const T> x, std::span<T> y) {
          for (std::size_t i = 0; i < x.size(); i += size) {
            const auto group = x.subspan(i, size);
            const T m = *std::max_element(group.begin(), group.end());
            for (std::size_t j = 0; j < size; ++j) y[i + j] = group[j] - m;
          }
          kernels::exp(y, y);
          for (std::size_t i = 0; i < x.size(); i += size) {
            double sum = 0;
            for (const T e : y.subspan(i, size)) sum += static_cast<double>(e);
            for (T& e : y.subspan(i, size)) e /= static_cast<T>(sum);  // (1)
          }
        },
        f.x[0], f.y);
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    const auto size = static_cast<std::size_t>(b.shapes[0].back());
    for_each_row(
        [size](std::span<const T> y_all, std::span<const T> dy_all, std::span<T> dx_all) {
          for (std::size_t i = 0; i < y_all.size(); i += size) {
            const auto y = y_all.subspan(i, size), dy = dy_all.subspan(i, size);
            // With c at the most probable class, (4) needs no 1 - y there, which would lose digits near y = 1.
            const T c = dy[static_cast<std::size_t>(std::max_element(y.begin(), y.end()) - y.begin())];
            double mean = 0;
            for (std::size_t j = 0; j < size; ++j) mean += static_cast<double>((dy[j] - c) * y[j]);
            for (std::size_t j = 0; j < size; ++j) dx_all[i + j] = y[j] * ((dy[j] - c) - static_cast<T>(mean));  // (4)
          }
        },
        b.y, b.dy, b.dx[0]);
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const Index size = f.shapes[0].back(), first = j / size * size;
    auto output = [&](Index k) {
      return Expression::quantity({.kind = Quantity::kOutput, .index = k, .row = n}, f.y(n, k));
    };
    for (Index k = first; k < first + size; ++k)
      sink({{.kind = Quantity::kInput, .index = k, .row = n}, output(j) * ((k == j ? 1.0 : 0.0) - output(k))});  // (2)
  }
  static std::vector<Sample<Softmax>> samples() { return {{{}, {{4}}}, {{}, {{2, 3}}}, {{}, {{1}}}}; }
};

ISINGLASS_LAYER(Softmax)

}  // namespace isinglass
