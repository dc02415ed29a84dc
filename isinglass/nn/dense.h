// isinglass/nn/dense.h - fully connected layer (affine map).
//
//     y = x W + b                     (1)
//
//     x  (N, n_in)      input, one sample a row
//     W  (n_in, units)  "kernel"; W[i,j] leads from input i to output j (lambda(i,j) of spec N2); with `transposed`
//                       it is kept as W^T (units, n_in), so that a decoder can share an encoder's kernel
//     b  (units)        "bias", only with use_bias
//     y  (N, units)     pre-activation
//
// Backward, with dy = dL/dy (N, units):
//
//     dW = x^T dy                     (2)  summed over the N samples
//     db = sum_n dy[n,:]              (3)
//     dx = dy W^T                     (4)
//
// Source: Rumelhart, Hinton & Williams, Nature 323 (1986), doi:10.1038/323533a0; spec N1, N8, S1-S3.
#pragma once
#include "isinglass/kernels/narrow_matmul.h"
#include "isinglass/kernels/reduce.h"
#include "isinglass/nn/layer.h"

namespace isinglass {

struct Dense {
  static constexpr std::string_view kName = "dense", kSummary = "fully connected layer, y = x W + b";
  static constexpr bool kReadsOutput = false, kRectifies = true, kHandsOver = true;
  Index units = 1;
  bool use_bias = true, transposed = false;

  static void options(auto& v) {
    v("units", &Dense::units, "number of output features", at_least(1).required());
    v("use_bias", &Dense::use_bias, "learn a bias for each output feature");
    v("transposed", &Dense::transposed, "keep the kernel as (units, n_in), to share it with a mirrored layer");
  }

  Shape output_shape(const Shape& in) const {
    if (in.size() != 1)
      throw ShapeError("dense: the input must be flat, (n_in), got " + to_string(in) +
                       "; add { kind = \"flatten\" } before it");
    return {units};
  }
  std::vector<ParamSpec> params(const Shape& in) const {
    std::vector<ParamSpec> specs{{.name = "kernel",
                                  .shape = transposed ? Shape{units, in[0]} : Shape{in[0], units},
                                  .fan_in = in[0],
                                  .fan_out = units}};
    if (use_bias)
      specs.push_back({.name = "bias", .shape = {units}, .role = ParamSpec::kBias, .fan_in = in[0], .fan_out = units});
    return specs;
  }
  Index gradient_extent(const Shape& in) const { return transposed ? units : in[0]; }  // a slice is a row of the kernel
  std::string method(const Shape& in, const LayerCall& call) const {
    using kernels::Transposed;
    const auto of = [&](Transposed which, Index m, Index n, Index k) {
      return std::string(kernels::matmul_method(call.products, which, m, n, k, call.number));
    };
    if (call.pass == LayerCall::kGradient)
      return of(Transposed::kFirst, call.slices, transposed ? in[0] : units, call.rows);  // (2)
    if (call.pass == LayerCall::kForward)
      return of(transposed ? Transposed::kSecond : Transposed::kNone, call.rows, units, in[0]);  // (1)
    return of(transposed ? Transposed::kNone : Transposed::kSecond, call.rows, in[0], units);    // (4)
  }
  Value mirror(const Shape& in, bool tied) const {
    return write_kind(Dense{.units = in[0], .use_bias = use_bias, .transposed = tied && !transposed});
  }

  template <class T>
  void forward(const Forward<T>& f) const {
    const kernels::Ending<T> ending(use_bias ? f.param[1].data : nullptr, f.rectify);
    if (transposed)
      kernels::matmul_nt<T>(f.products, f.x[0], f.param[0], f.y, ending);  // (1)
    else
      kernels::matmul<T>(f.products, f.x[0], f.param[0], f.y, ending);
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    const auto ending = b.x_is_rectified ? kernels::Ending<T>::gated(b.x[0]) : kernels::Ending<T>();
    if (transposed)
      kernels::matmul<T>(b.products, b.dy, b.param[0], b.dx[0], ending);  // (4)
    else
      kernels::matmul_nt<T>(b.products, b.dy, b.param[0], b.dx[0], ending);
  }
  template <class T>
  void gradient(const Backward<T>& b) const {
    const Index first = b.slice_begin, count = b.slice_end - b.slice_begin;
    const View<T> rows = b.dparam[0].middle_rows(first, count);
    if (transposed)
      kernels::matmul_tn<T>(b.products, b.dy.middle_cols(first, count), b.x[0], rows, b.handover);  // (2)
    else
      kernels::matmul_tn<T>(b.products, b.x[0].middle_cols(first, count), b.dy, rows, b.handover);
    if (use_bias && first == 0) kernels::sum_rows(b.dy, b.dparam[1].row(0));  // (3)
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const Index n_in = f.x[0].cols;
    for (Index i = 0; i < n_in; ++i) {
      const Quantity input{.kind = Quantity::kInput, .index = i, .row = n};
      const Quantity weight{
          .kind = Quantity::kParameter, .which = 0, .index = transposed ? j * n_in + i : i * units + j};
      sink({input, Expression::quantity(weight, f.param[0].data[weight.index])});
      sink({weight, Expression::quantity(input, f.x[0](n, i))});
    }
    if (use_bias) sink({{.kind = Quantity::kParameter, .which = 1, .index = j}, 1.0});
  }
  static std::vector<Sample<Dense>> samples() {
    return {{{.units = 2}, {{3}}},
            {{.units = 1, .use_bias = false}, {{5}}},
            {{.units = 33}, {{17}}},
            {{.units = 4, .transposed = true}, {{3}}}};
  }
};

ISINGLASS_LAYER(Dense)

}  // namespace isinglass
