// isinglass/nn/max_pool.h - the largest number of each window: a summary that small shifts do not change.
//
//     y[c, r, s] = max_(i, j) x[c, r stride + i - pad, s stride + j - pad]      (1)  over the numbers of the input
//     m[c, r, s] = (i, j) of that number                                         (2)  of equal ones the first in row order
//
//     x  (N, C, H, W), or (N, C, L) for max_pool1d; C may be left out when it is 1
//     y  (N, C, H', W') by (1) of pooling.h
//
// What stands outside of the input never wins; a NaN does. Backward: the gradient goes to the winner.
//
//     dx[c, u, v] = sum of dy[c, r, s] over the windows whose winner m[c, r, s] is x[c, u, v]    (3)
//
// Source: Zhou & Chellappa, ICNN 1988; Boureau, Ponce & LeCun, ICML 2010; spec C7.
#pragma once
#include "isinglass/kernels/pooling.h"
#include "isinglass/nn/pooling.h"

namespace isinglass {

template <int kDimensions>
struct MaxPool : Pooling<MaxPool<kDimensions>, kDimensions> {
  static constexpr std::string_view kName = kDimensions == 1 ? "max_pool1d" : "max_pool2d",
                                    kSummary = kDimensions == 1 ? "the largest number of each window of a sequence"
                                                                : "the largest number of each window of an image";
  static constexpr bool kReadsOutput = false;
  Sizes pool_size = 2, stride, pad = 0;

  std::vector<Index> saved(const Shape& in) const { return {size_of(this->output_shape(in))}; }  // m, as i k_w + j

  template <class T>
  void forward(const Forward<T>& f) const {
    const kernels::Window w = this->window(f.shapes[0]);
    Index done = 0;
    if constexpr (std::same_as<T, float>)
      if (f.in_lanes.x) done = kernels::pool_max_in_lanes(w, f.x[0], f.y, f.saved[0], f.in_lanes.y, f.scratch.data());
    const auto left = [done, count = f.y.rows - done](const auto& rows) { return rows.middle_rows(done, count); };
    kernels::pool_max(w, left(f.x[0]), left(f.y), left(f.saved[0]));  // (1), (2)
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    const kernels::Window w = this->window(b.shapes[0]);
    Index done = 0;
    if constexpr (std::same_as<T, float>)
      if (b.in_lanes.x)
        done = kernels::pool_max_adjoint_in_lanes(w, b.dy, b.saved[0], b.dx[0], b.in_lanes.y, b.scratch.data());
    const auto left = [done, count = b.dy.rows - done](const auto& rows) { return rows.middle_rows(done, count); };
    kernels::pool_max_adjoint(w, left(b.dy), left(b.saved[0]), left(b.dx[0]));  // (3)
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const kernels::Window w = this->window(f.shapes[0]);
    const Index c = j / w.out_size(), r = j % w.out_size() / w.cols.out, s = j % w.cols.out;
    const Index tap = static_cast<Index>(f.saved[0](n, j));
    const Index u = w.rows.place(r, tap / w.cols.kernel), v = w.cols.place(s, tap % w.cols.kernel);
    sink({{.kind = Quantity::kInput, .index = (c * w.rows.in + u) * w.cols.in + v, .row = n}, 1.0});
  }
  static std::vector<Sample<MaxPool>> samples() {
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

using MaxPool1d = MaxPool<1>;
using MaxPool2d = MaxPool<2>;
ISINGLASS_LAYER(MaxPool1d)
ISINGLASS_LAYER(MaxPool2d)

}  // namespace isinglass
