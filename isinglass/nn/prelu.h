// isinglass/nn/prelu.h - rectified linear unit whose negative slope is learned.
//
//     y = max(x, 0) + a[c] min(x, 0)                            (1)  c: the channel of the element
//     dx = dy for x > 0, else a[c] dy                           (2)  a[c] at the kink
//     da[c] = sum of x dy over the elements of c with x <= 0    (3)
//
//     a  (1) or (C)     "negative_slope": one for the layer, or one for each channel, which is an index of the
//                       first axis: a feature of flat input
//
// Source: He, Zhang, Ren & Sun, ICCV 2015, arXiv:1502.01852; spec A9.
#pragma once
#include <algorithm>

#include "isinglass/nn/layer.h"

namespace isinglass {

struct Prelu {
  static constexpr std::string_view kName = "prelu", kSummary = "leaky_relu with a learned slope";
  bool shared = true;

  static void options(auto& v) {
    v("shared", &Prelu::shared, "one slope for the whole layer; false: one for each channel (feature of flat input)");
  }
  Shape output_shape(const Shape& in) const { return in; }
  std::vector<ParamSpec> params(const Shape& in) const {
    return {{.name = "negative_slope", .shape = {channels(in)}, .role = ParamSpec::kConstant, .initial = 0.25}};
  }
  Index gradient_extent(const Shape& in) const { return channels(in); }  // a slice is a channel

  template <class T>
  void forward(const Forward<T>& f) const {
    const Index count = channels(f.shapes[0]), width = f.y.cols / count;
    for (Index n = 0; n < f.y.rows; ++n)
      for (Index c = 0; c < count; ++c) {
        const T a = f.param[0](0, c);
        for (Index j = c * width; j < (c + 1) * width; ++j) {
          const T x = f.x[0](n, j);
          f.y(n, j) = std::max(x, T{0}) + a * std::min(x, T{0});  // (1)
        }
      }
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    const Index count = channels(b.shapes[0]), width = b.dy.cols / count;
    for (Index n = 0; n < b.dy.rows; ++n)
      for (Index c = 0; c < count; ++c) {
        const T a = b.param[0](0, c);
        for (Index j = c * width; j < (c + 1) * width; ++j) {
          const T slope = b.x[0](n, j) > 0 ? T{1} : a;
          b.dx[0](n, j) = b.dy(n, j) * slope;  // (2)
        }
      }
  }
  template <class T>
  void gradient(const Backward<T>& b) const {
    const Index width = b.dy.cols / channels(b.shapes[0]);
    for (Index c = b.slice_begin; c < b.slice_end; ++c) {
      double sum = 0;
      for (Index n = 0; n < b.dy.rows; ++n)
        for (Index j = c * width; j < (c + 1) * width; ++j)
          if (const T x = b.x[0](n, j); !(x > 0)) sum += static_cast<double>(x) * static_cast<double>(b.dy(n, j));
      b.dparam[0](0, c) = static_cast<T>(sum);  // (3)
    }
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const Index c = j / (f.y.cols / channels(f.shapes[0]));
    const double x = f.x[0](n, j);
    const Quantity input{.kind = Quantity::kInput, .index = j, .row = n};
    const Quantity slope{.kind = Quantity::kParameter, .index = c};
    if (x > 0) return sink({input, 1.0});
    sink({input, Expression::quantity(slope, f.param[0](0, c))});
    sink({slope, Expression::quantity(input, x)});
  }
  static std::vector<Sample<Prelu>> samples() {
    return {{{}, {{4}}}, {{.shared = false}, {{5}}}, {{.shared = false}, {{3, 2, 2}}}};
  }

 private:
  Index channels(const Shape& in) const { return shared || in.empty() ? 1 : in[0]; }
};

ISINGLASS_LAYER(Prelu)

}  // namespace isinglass
