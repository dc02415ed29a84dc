// isinglass/nn/global_average_pool.h - the mean of each channel: features of an image of any size.
//
//     y[c] = 1/P sum_p x[c, p]       (1)  over the P places of channel c
//     dx[c, p] = dy[c] / P           (2)
//
//     x  (N, C, L) or (N, C, H, W)        y  (N, C)
//
// Source: Lin, Chen & Yan, ICLR 2014, arXiv:1312.4400.
#pragma once
#include <algorithm>

#include "isinglass/kernels/reduce.h"
#include "isinglass/nn/layer.h"

namespace isinglass {

struct GlobalAveragePool {
  static constexpr std::string_view kName = "global_average_pool", kSummary = "the mean of each channel";

  static void options(auto&) {}
  Shape output_shape(const Shape& in) const {
    if (in.size() < 2)
      throw ShapeError("global_average_pool: the input must have channels and places, (C, L) or (C, H, W), got " +
                       to_string(in) + "; add { kind = \"reshape\" } before it");
    return {in[0]};
  }

  template <class T>
  void forward(const Forward<T>& f) const {
    const Index places = f.x[0].cols / f.y.cols;
    for (Index n = 0; n < f.y.rows; ++n)
      for (Index c = 0; c < f.y.cols; ++c) {
        const std::span<const T> channel(&f.x[0](n, c * places), static_cast<std::size_t>(places));
        f.y(n, c) = static_cast<T>(kernels::sum(channel) / static_cast<double>(places));  // (1)
      }
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    const Index places = b.dx[0].cols / b.dy.cols;
    for (Index n = 0; n < b.dy.rows; ++n)
      for (Index c = 0; c < b.dy.cols; ++c)
        std::fill_n(&b.dx[0](n, c * places), places, b.dy(n, c) / static_cast<T>(places));  // (2)
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const Index places = f.x[0].cols / f.y.cols;
    for (Index p = 0; p < places; ++p)
      sink({{.kind = Quantity::kInput, .index = j * places + p, .row = n}, 1.0 / static_cast<double>(places)});
  }
  static std::vector<Sample<GlobalAveragePool>> samples() { return {{{}, {{3, 5}}}, {{}, {{2, 3, 7}}}}; }
};

ISINGLASS_LAYER(GlobalAveragePool)

}  // namespace isinglass
