// isinglass/nn/add.h - joins branches: the sum of inputs of equal shape.
//
//     y = sum_k x_k                   (1)
//     dx_k = dy                       (2)
#pragma once
#include <algorithm>

#include "isinglass/nn/layer.h"

namespace isinglass {

struct Add {
  static constexpr std::string_view kName = "add", kSummary = "the sum of several inputs of equal shape";
  // Set by residual, whose message knows what the two inputs are: what its chain gives, and what went in.
  bool is_residual = false;

  static void options(auto&) {}

  Shape output_shape(const Shapes& in) const {
    if (in.empty()) throw ShapeError("add: expected at least one input, got none");
    for (const Shape& shape : in) {
      if (shape == in[0]) continue;
      if (is_residual)
        throw ShapeError("residual: the chain turns " + to_string(shape) + " into " + to_string(in[0]) +
                         "; it must keep the shape, for its input is added to its output");
      throw ShapeError("add: the inputs must have equal shapes, got " + to_string(in[0]) + " and " + to_string(shape));
    }
    return in[0];
  }

  template <class T>
  void forward(const Forward<T>& f) const {
    for (Index n = 0; n < f.y.rows; ++n) {
      const std::span<T> y = f.y.row(n);
      std::copy_n(f.x[0].row(n).data(), f.y.cols, y.data());
      for (const View<const T>& other : f.x.subspan(1)) {
        const std::span<const T> x = other.row(n);
        for (std::size_t j = 0; j < y.size(); ++j) y[j] += x[j];  // (1)
      }
    }
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    for (const View<T>& dx : b.dx)
      for (Index n = 0; dx.data != nullptr && n < dx.rows; ++n)
        std::copy_n(b.dy.row(n).data(), b.dy.cols, dx.row(n).data());  // (2)
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    for (Index k = 0; k < static_cast<Index>(f.x.size()); ++k)
      sink({{.kind = Quantity::kInput, .which = k, .index = j, .row = n}, 1.0});
  }
  static std::vector<Sample<Add>> samples() { return {{{}, {{4}, {4}}}, {{}, {{2, 3}, {2, 3}, {2, 3}}}, {{}, {{3}}}}; }
};

ISINGLASS_LAYER(Add)

}  // namespace isinglass
