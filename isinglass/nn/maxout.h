// isinglass/nn/maxout.h - the largest of k affine functions of the input, for each output.
//
//     z[n,j,p] = sum_i x[n,i] W[i,j,p] + b[j,p]           (1)
//     y[n,j] = z[n,j,w],  w[n,j] = argmax_p z[n,j,p]      (2)  the first piece wins a tie
//
//     x  (N, n_in)              input
//     W  (n_in, units, pieces)  "kernel"
//     b  (units, pieces)        "bias"
//     y  (N, units)
//
// Backward: the gradient goes to the winner.
//
//     dz[n,j,p] = dy[n,j] if p = w[n,j], else 0           (3)
//     dW = x^T dz,  db = sum_n dz[n],  dx = dz W^T        (4)  with (j,p) as one index
//
// Source: Goodfellow, Warde-Farley, Mirza, Courville & Bengio, ICML 2013, arXiv:1302.4389; spec A13.
#pragma once
#include <algorithm>

#include "isinglass/kernels/matmul.h"
#include "isinglass/kernels/reduce.h"
#include "isinglass/nn/layer.h"

namespace isinglass {

struct Maxout {
  static constexpr std::string_view kName = "maxout",
                                    kSummary = "each output is the largest of several affine functions";
  Index units = 1, pieces = 2;

  static void options(auto& v) {
    v("units", &Maxout::units, "number of output features", at_least(1).required());
    v("pieces", &Maxout::pieces, "number of affine functions for each output feature", between(1, 65536));
  }

  Shape output_shape(const Shape& in) const {
    if (in.size() != 1)
      throw ShapeError("maxout: the input must be flat, (n_in), got " + to_string(in) +
                       "; add { kind = \"flatten\" } before it");
    return {units};
  }
  std::vector<ParamSpec> params(const Shape& in) const {
    return {{.name = "kernel", .shape = {in[0], units, pieces}, .fan_in = in[0], .fan_out = units},
            {.name = "bias", .shape = {units, pieces}, .role = ParamSpec::kBias, .fan_in = in[0], .fan_out = units}};
  }
  Index gradient_extent(const Shape&) const { return units; }  // a slice is an output with its pieces
  // w; then z, later dz of backward(); and dz of gradient(), which may run at the same time.
  std::vector<Index> saved(const Shape&) const {
    const Index all = size_of({units, pieces});
    return {units, all, all};
  }

  template <class T>
  void forward(const Forward<T>& f) const {
    const View<T> z = f.saved[1];
    kernels::matmul(f.x[0], as_matrix(f.param[0]), z, f.param[1].data);  // (1)
    for (Index n = 0; n < f.y.rows; ++n)
      for (Index j = 0; j < units; ++j) {
        const auto all = z.row(n).subspan(static_cast<std::size_t>(j * pieces), static_cast<std::size_t>(pieces));
        const auto winner = std::max_element(all.begin(), all.end());
        f.y(n, j) = *winner;  // (2)
        f.saved[0](n, j) = static_cast<T>(winner - all.begin());
      }
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    fill_dz(b, b.saved[1], 0, units);
    kernels::matmul_nt<T>(b.saved[1], as_matrix(b.param[0]), b.dx[0]);  // (4)
  }
  template <class T>
  void gradient(const Backward<T>& b) const {
    fill_dz(b, b.saved[2], b.slice_begin, b.slice_end);
    const Index first = b.slice_begin * pieces, count = (b.slice_end - b.slice_begin) * pieces;
    const View<const T> dz = b.saved[2].middle_cols(first, count);
    kernels::matmul_tn(b.x[0], dz, as_matrix(b.dparam[0]).middle_cols(first, count));  // (4)
    kernels::sum_rows(dz, std::span<T>(b.dparam[1].data + first, static_cast<std::size_t>(count)));
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const Index n_in = f.x[0].cols, winner = j * pieces + static_cast<Index>(f.saved[0](n, j));
    for (Index i = 0; i < n_in; ++i) {
      const Quantity input{.kind = Quantity::kInput, .index = i, .row = n};
      const Quantity weight{.kind = Quantity::kParameter, .which = 0, .index = i * units * pieces + winner};
      sink({input, Expression::quantity(weight, as_matrix(f.param[0])(i, winner))});
      sink({weight, Expression::quantity(input, f.x[0](n, i))});
    }
    sink({{.kind = Quantity::kParameter, .which = 1, .index = winner}, 1.0});
  }
  static std::vector<Sample<Maxout>> samples() {
    return {{{.units = 2, .pieces = 3}, {{3}}}, {{.units = 1}, {{1}}}, {{.units = 9, .pieces = 2}, {{17}}}};
  }

 private:
  // W with (j,p) as the columns.
  template <class T>
  View<T> as_matrix(const View<T>& kernel) const {
    return {kernel.data, kernel.rows / units, units * pieces};
  }
  template <class T>
  void fill_dz(const Backward<T>& b, const View<T>& dz, Index first, Index last) const {
    for (Index n = 0; n < dz.rows; ++n)
      for (Index j = first; j < last; ++j)
        for (Index p = 0; p < pieces; ++p)
          dz(n, j * pieces + p) = p == static_cast<Index>(b.saved[0](n, j)) ? b.dy(n, j) : T{0};  // (3)
  }
};

ISINGLASS_LAYER(Maxout)

}  // namespace isinglass
