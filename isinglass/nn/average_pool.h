// isinglass/nn/average_pool.h - the mean of each window.
//
//     y[c, r, s] = 1/(k_h k_w) sum_(i, j) x[c, r stride + i - pad, s stride + j - pad]      (1)  k = pool_size
//
//     x  (N, C, H, W), or (N, C, L) for average_pool1d; C may be left out when it is 1
//     y  (N, C, H', W') by (1) of pooling.h
//
// What stands outside of the input is 0 and counts: a window at the edge is divided by k_h k_w like any other (as
// PyTorch's default count_include_pad = true). Backward: the gradient is shared equally.
//
//     dx[c, u, v] = 1/(k_h k_w) sum of dy[c, r, s] over the windows that read x[c, u, v] in (1)    (2)
//
// Source: LeCun et al., Proc. IEEE 86 (1998), without their trained factors; spec C7.
#pragma once
#include "isinglass/kernels/pooling.h"
#include "isinglass/nn/pooling.h"

namespace isinglass {

template <int kDimensions>
struct AveragePool : Pooling<AveragePool<kDimensions>, kDimensions> {
  static constexpr std::string_view kName = kDimensions == 1 ? "average_pool1d" : "average_pool2d",
                                    kSummary = kDimensions == 1
                                                   ? "the mean of each window of a sequence; zeros of the pad count"
                                                   : "the mean of each window of an image; zeros of the pad count";
  static constexpr bool kReadsOutput = false;
  Sizes pool_size = 2, stride, pad = 0;

  template <class T>
  void forward(const Forward<T>& f) const {
    const kernels::Window w = this->window(f.shapes[0]);
    Index done = 0;
    if constexpr (std::same_as<T, float>)
      if (f.in_lanes.x) done = kernels::pool_average_in_lanes(w, f.x[0], f.y, f.in_lanes.y, f.scratch.data());
    const auto left = [done, count = f.y.rows - done](const auto& rows) { return rows.middle_rows(done, count); };
    kernels::pool_average(w, left(f.x[0]), left(f.y));  // (1)
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    const kernels::Window w = this->window(b.shapes[0]);
    Index done = 0;
    if constexpr (std::same_as<T, float>)
      if (b.in_lanes.x) done = kernels::pool_average_adjoint_in_lanes(w, b.dy, b.dx[0], b.in_lanes.y, b.scratch.data());
    const auto left = [done, count = b.dy.rows - done](const auto& rows) { return rows.middle_rows(done, count); };
    kernels::pool_average_adjoint(w, left(b.dy), left(b.dx[0]));  // (2)
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const kernels::Window w = this->window(f.shapes[0]);
    const Index c = j / w.out_size(), r = j % w.out_size() / w.cols.out, s = j % w.cols.out;
    for (Index i = 0; i < w.rows.kernel; ++i)
      for (Index k = 0; k < w.cols.kernel; ++k) {
        const Index u = source(w.padding, w.rows.place(r, i), w.rows.in);
        const Index v = source(w.padding, w.cols.place(s, k), w.cols.in);
        if (u < 0 || v < 0) continue;
        sink({{.kind = Quantity::kInput, .index = (c * w.rows.in + u) * w.cols.in + v, .row = n},
              1.0 / static_cast<double>(w.taps())});
      }
  }
  static std::vector<Sample<AveragePool>> samples() {
    if constexpr (kDimensions == 1)
      return {{{}, {{2, 7}}},
              {{.pool_size = 3, .stride = 1, .pad = Sizes()}, {{2, 5}}},
              {{.pool_size = 2, .stride = 3}, {{9}}}};
    else
      return {{{}, {{2, 5, 4}}},
              {{.pool_size = 3, .stride = 2, .pad = 1}, {{2, 5, 6}}},
              {{.pool_size = Sizes(2, 3), .stride = 1, .pad = Sizes(1, 0)}, {{4, 5}}},
              {{.pool_size = Sizes(3, 2)}, {{1, 3, 38}}}};
  }
};

using AveragePool1d = AveragePool<1>;
using AveragePool2d = AveragePool<2>;
ISINGLASS_LAYER(AveragePool1d)
ISINGLASS_LAYER(AveragePool2d)

}  // namespace isinglass
