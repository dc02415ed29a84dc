// isinglass/nn/depth_pool.h - one channel from all: at each place, their mean or their largest number.
//
//     y[p] = 1/C sum_c x[c, p]                        (1)  reduce "mean"
//     y[p] = x[m, p],  m[p] = argmax_c x[c, p]        (2)  reduce "max"; of equal ones the first; a NaN wins
//
//     x  (N, C, ...)        y  (N, 1, ...)
//
// Backward:
//
//     dx[c, p] = dy[p] / C                            (3)  of (1)
//     dx[c, p] = dy[p] if c = m[p], else 0            (4)  of (2)
//
// Several channels from all, with learned weights, are a 1x1 convolution: conv2d with kernel_size 1.
// Source: spec C8; Goodfellow et al., ICML 2013, arXiv:1302.4389, for the maximum.
#pragma once
#include <algorithm>
#include <cmath>

#include "isinglass/nn/layer.h"

namespace isinglass {

struct DepthPool {
  static constexpr std::string_view kName = "depth_pool",
                                    kSummary = "the mean or the largest number across channels, at each place";
  std::string reduce = "mean";

  static void options(auto& v) {
    v("reduce", &DepthPool::reduce, "what becomes of the channels; for learned weights take conv2d with kernel_size 1",
      one_of({"mean", "max"}));
  }
  Shape output_shape(const Shape& in) const {
    if (in.size() < 2)
      throw ShapeError("depth_pool: the input must have channels and places, (C, L) or (C, H, W), got " +
                       to_string(in) + "; add { kind = \"reshape\" } before it");
    Shape out = in;
    out[0] = 1;
    return out;
  }
  std::vector<Index> saved(const Shape& in) const {  // m
    return is_max() ? std::vector<Index>{size_of(output_shape(in))} : std::vector<Index>{};
  }

  template <class T>
  void forward(const Forward<T>& f) const {
    const Index channels = f.x[0].cols / f.y.cols, places = f.y.cols;
    for (Index n = 0; n < f.y.rows; ++n) {
      const T* x = f.x[0].row(n).data();
      T* y = f.y.row(n).data();
      std::copy_n(x, places, y);
      if (is_max()) {
        T* winner = f.saved[0].row(n).data();
        std::fill_n(winner, places, T{0});
        for (Index c = 1; c < channels; ++c) take_larger(x + c * places, c, places, y, winner);  // (2)
        continue;
      }
      for (Index c = 1; c < channels; ++c)
        for (Index p = 0; p < places; ++p) y[p] += x[c * places + p];
      for (Index p = 0; p < places; ++p) y[p] /= static_cast<T>(channels);  // (1)
    }
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    const Index channels = b.dx[0].cols / b.dy.cols, places = b.dy.cols;
    for (Index n = 0; n < b.dy.rows; ++n) {
      const T* dy = b.dy.row(n).data();
      for (Index c = 0; c < channels; ++c) {
        T* dx = &b.dx[0](n, c * places);
        if (is_max()) {
          const T* winner = b.saved[0].row(n).data();
          for (Index p = 0; p < places; ++p) dx[p] = winner[p] == static_cast<T>(c) ? dy[p] : T{0};  // (4)
        } else {
          for (Index p = 0; p < places; ++p) dx[p] = dy[p] / static_cast<T>(channels);  // (3)
        }
      }
    }
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const Index channels = f.x[0].cols / f.y.cols;
    const auto input = [&](Index c) { return Quantity{.kind = Quantity::kInput, .index = c * f.y.cols + j, .row = n}; };
    if (is_max()) return sink({input(static_cast<Index>(f.saved[0](n, j))), 1.0});
    for (Index c = 0; c < channels; ++c) sink({input(c), 1.0 / static_cast<double>(channels)});
  }
  static std::vector<Sample<DepthPool>> samples() {
    return {{{}, {{3, 5}}}, {{.reduce = "max"}, {{4, 3, 7}}}, {{.reduce = "max"}, {{1, 2, 2}}}};
  }

 private:
  bool is_max() const { return reduce == "max"; }

  template <class T>
  static void take_larger(const T* x, Index c, Index places, T* y, T* winner) {
    for (Index p = 0; p < places; ++p) {
      const bool wins = x[p] > y[p] || std::isnan(x[p]);
      winner[p] = wins ? static_cast<T>(c) : winner[p];
      y[p] = wins ? x[p] : y[p];
    }
  }
};

ISINGLASS_LAYER(DepthPool)

}  // namespace isinglass
