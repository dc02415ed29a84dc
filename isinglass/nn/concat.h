// isinglass/nn/concat.h - joins branches: inputs one after the other along their first axis.
//
//     y = [x_0, x_1, ...]             (1)  (C_0, H, W), (C_1, H, W) -> (C_0 + C_1, H, W); a range of columns each
//     dx_k = the columns of x_k in dy (2)
#pragma once
#include <algorithm>

#include "isinglass/nn/layer.h"

namespace isinglass {

struct Concat {
  static constexpr std::string_view kName = "concat", kSummary = "several inputs side by side along the first axis";
  static void options(auto&) {}

  Shape output_shape(const Shapes& in) const {
    if (in.empty()) throw ShapeError("concat: expected at least one input, got none");
    Shape out = in[0];
    if (out.empty()) throw ShapeError("concat: the inputs must have an axis to join along, got ()");
    for (std::size_t k = 1; k < in.size(); ++k) {
      if (in[k].size() != out.size() || !std::equal(out.begin() + 1, out.end(), in[k].begin() + 1))
        throw ShapeError("concat: the inputs may differ in their first extent only, got " + to_string(in[0]) + " and " +
                         to_string(in[k]));
      out[0] += in[k][0];
    }
    return out;
  }

  template <class T>
  void forward(const Forward<T>& f) const {
    for (Index n = 0; n < f.y.rows; ++n) {
      T* y = f.y.row(n).data();
      for (const View<const T>& x : f.x) y = std::copy_n(x.row(n).data(), x.cols, y);  // (1)
    }
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    for (Index n = 0; n < b.dy.rows; ++n) {
      const T* dy = b.dy.row(n).data();
      for (std::size_t k = 0; k < b.x.size(); dy += b.x[k].cols, ++k)
        if (b.dx[k].data != nullptr) std::copy_n(dy, b.x[k].cols, b.dx[k].row(n).data());  // (2)
    }
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    std::size_t k = 0;
    for (; j >= f.x[k].cols; ++k) j -= f.x[k].cols;
    sink({{.kind = Quantity::kInput, .which = static_cast<Index>(k), .index = j, .row = n}, 1.0});
  }
  static std::vector<Sample<Concat>> samples() {
    return {{{}, {{4}, {1}, {3}}}, {{}, {{1, 2, 3}, {2, 2, 3}}}, {{}, {{3}}}};
  }
};

ISINGLASS_LAYER(Concat)

}  // namespace isinglass
