// isinglass/nn/conv.h - convolution of images: every kernel slides over the whole input.
//
// As everywhere in neural networks it is the cross-correlation, for the kernel is not flipped:
//
//     y[o, r, s] = b[o] + sum_(c, i, j) W[c, i, j, o] x[c, r stride + i dilation - pad, s stride + j dilation - pad]  (1)
//
//     x  (N, C_in, H, W), or (N, C_in, L) for conv1d; C_in may be left out when it is 1
//     W  (C_in / groups, k_h, k_w, C_out)  "kernel": at each place, a dense layer from the window to C_out outputs
//     b  (C_out)                           "bias", only with use_bias
//     y  (N, C_out, H', W') with H' = floor((H + 2 pad - k)/stride) + 1   (2)  spec C5
//
// Backward, with dy = dL/dy; x means the padded input:
//
//     dW[c, i, j, o] = sum_n sum_(r, s) x_n[c, place] dy_n[o, r, s]         (3)  the adjoint in W of (1)
//     db[o] = sum_n sum_(r, s) dy_n[o, r, s]                                (4)
//     dx[c, u, v] = sum of W[c, i, j, o] dy[o, r, s] over all that read x[c, u, v] in (1)    (5)
//
// Source: LeCun et al., Proc. IEEE 86 (1998); Dumoulin & Visin, arXiv:1603.07285; spec C1-C5, C12, C13.
#pragma once
#include <algorithm>

#include "isinglass/kernels/convolution.h"
#include "isinglass/kernels/reduce.h"
#include "isinglass/nn/layer.h"
#include "isinglass/nn/spatial.h"

namespace isinglass {

// db[o] = the sum of channel o of dy over samples and places, the gradient of a bias: a chain of additions over the
// samples, from zero or going on. Of the slices begin .. end - 1 of `extent` in all: as large a part of the channels.
template <class T>
void sum_channels(const View<const T>& dy, const View<T>& db, const Backward<T>& b, Index extent) {
  const Index first = db.cols * b.slice_begin / extent, last = db.cols * b.slice_end / extent;
  const Index size = dy.cols / db.cols, blocks = b.in_lanes.y ? kernels::in_blocks(dy.rows) : 0;
  if (!b.resumes) std::fill(db.data + first, db.data + last, T{0});
  for (Index n = 0; n < blocks; n += kernels::kLaneSamples)
    for (Index o = first; o < last; ++o)
      for (const double sum : kernels::sums_in_lanes(dy.data + n * dy.cols + o * size * kernels::kLaneSamples, size))
        db(0, o) += static_cast<T>(sum);
  for (Index n = blocks; n < dy.rows; ++n)
    for (Index o = first; o < last; ++o)
      db(0, o) += static_cast<T>(kernels::sum({&dy(n, o * size), static_cast<std::size_t>(size)}));
}

template <int kDimensions>
struct Conv {
  static constexpr std::string_view kName = kDimensions == 1 ? "conv1d" : "conv2d",
                                    kSummary = kDimensions == 1 ? "convolution (cross-correlation) of sequences (C, L)"
                                                                : "convolution (cross-correlation) of images (C, H, W)";
  static constexpr bool kGradientInParts = true, kReadsOutput = false;
  Index kernels = 1;
  Sizes kernel_size = 3, stride = 1, dilation = 1;
  Index groups = 1;
  PaddingName padding;
  Sizes pad;
  double padding_value = 0;
  bool use_bias = true;

  static void options(auto& v) {
    v("kernels", &Conv::kernels, "number of kernels, hence of output channels", at_least(1).required());
    v("kernel_size", &Conv::kernel_size, "extent of a kernel", at_least(1));
    v("stride", &Conv::stride, "steps from one window to the next", at_least(1));
    v("dilation", &Conv::dilation, "steps from one number of a window to the next", at_least(1));
    v("groups", &Conv::groups, "channels in so many groups that do not see each other", at_least(1));
    v("padding", &Conv::padding, "what stands outside: none, same, zero, constant, nearest, reflect");
    v("pad", &Conv::pad, "how far it reaches at each side; auto: so far that stride 1 keeps the size", at_least(0));
    v("padding_value", &Conv::padding_value, "the number that padding \"constant\" adds");
    v("use_bias", &Conv::use_bias, "learn a bias for each kernel");
  }

  Sliding sliding() const { return {kName, kDimensions, kernel_size, stride, dilation, padding, pad, padding_value}; }
  kernels::Convolution convolution(const Shape& in) const {
    const Image image = Image::of(in, kDimensions, kName);
    if (image.channels % groups != 0 || kernels % groups != 0)
      throw ShapeError(std::string(kName) + ": " + std::to_string(groups) + " groups do not divide " +
                       std::to_string(image.channels) + " input channels and " + std::to_string(kernels) + " kernels");
    return {image.channels, kernels, groups, sliding().over(image)};
  }
  Shape output_shape(const Shape& in) const {
    const kernels::Window window = convolution(in).window;
    return Image{kernels, window.rows.out, window.cols.out}.shape(kDimensions);
  }
  std::string arithmetic(const Shape& in) const { return isinglass::arithmetic(convolution(in).window, kDimensions); }
  std::vector<ParamSpec> params(const Shape& in) const {
    const kernels::Convolution c = convolution(in);
    const Index fan_in = c.kernel_rows(), fan_out = c.window.taps() * kernels / groups;
    Shape shape{c.channels_in / groups, c.window.rows.kernel, c.window.cols.kernel, kernels};
    if (kDimensions == 1) shape.erase(shape.begin() + 1);
    std::vector<ParamSpec> specs{{.name = "kernel", .shape = shape, .fan_in = fan_in, .fan_out = fan_out}};
    if (use_bias)
      specs.push_back(
          {.name = "bias", .shape = {kernels}, .role = ParamSpec::kBias, .fan_in = fan_in, .fan_out = fan_out});
    return specs;
  }
  // The transposed convolution has no say about what stands outside: its padding is zeros, as far as this one's.
  Value mirror(const Shape& in, bool) const {
    const Image image = Image::of(in, kDimensions, kName);
    Value settings = write_options(*this);
    Value mirror = Value::Table{};
    mirror.set("kind", kDimensions == 1 ? "conv_transpose1d" : "conv_transpose2d");
    for (const char* name : {"kernel_size", "stride", "dilation", "groups", "pad", "use_bias"})
      mirror.set(name, *settings.find(name));
    mirror.set("kernels", image.channels);
    mirror.set("padding", padding.name == "none" || padding.name == "same" ? padding.name : "zero");
    mirror.set("output_size", kDimensions == 1 ? Value(image.cols) : Value(Value::Array{image.rows, image.cols}));
    return mirror;
  }
  Index gradient_extent(const Shape& in) const { return convolution(in).kernel_rows(); }  // a slice is a row of dW
  Index scratch(const Shape& in) const { return kernels::convolution_scratch(convolution(in)); }
  double operations(const Shape& in) const { return convolution(in).operations(); }

  SampleLanes sample_lanes(const Shape& in, std::size_t number) const {
    return kernels::can_have_lanes(convolution(in), number) ? SampleLanes::kAsAsked : SampleLanes::kNever;
  }
  std::string method(const Shape& in, const LayerCall& call) const {
    if (call.pass != LayerCall::kForward) return {};
    return std::string(kernels::convolution_method(convolution(in), call.number));
  }

  template <class T>
  void forward(const Forward<T>& f) const {
    kernels::convolve<T>(convolution(f.shapes[0]), f.x[0], f.param[0], use_bias ? f.param[1].data : nullptr, f.y,
                         f.scratch, f.in_lanes);  // (1)
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    kernels::convolve_adjoint<T>(convolution(b.shapes[0]), b.dy, b.param[0], nullptr, b.dx[0], b.scratch,
                                 b.in_lanes);  // (5)
  }
  template <class T>
  void gradient(const Backward<T>& b) const {
    const Index first = b.slice_begin, count = b.slice_end - b.slice_begin;
    kernels::convolution_gradient<T>(convolution(b.shapes[0]), b.x[0], b.dy, first,
                                     b.dparam[0].middle_rows(first, count), b.scratch, b.resumes,
                                     b.in_lanes);                                    // (3)
    if (use_bias) sum_channels(b.dy, b.dparam[1], b, gradient_extent(b.shapes[0]));  // (4)
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const kernels::Convolution c = convolution(f.shapes[0]);
    const kernels::Window& w = c.window;
    const Index o = j / w.out_size(), r = j % w.out_size() / w.cols.out, s = j % w.cols.out;
    const Index channels = c.channels_in / groups, first = o / (kernels / groups) * channels;
    Index row = 0;  // of W
    for (Index channel = 0; channel < channels; ++channel)
      for (Index i = 0; i < w.rows.kernel; ++i)
        for (Index k = 0; k < w.cols.kernel; ++k, ++row) {
          const Quantity weight{.kind = Quantity::kParameter, .which = 0, .index = row * kernels + o};
          const Index u = source(w.padding, w.rows.place(r, i), w.rows.in);
          const Index v = source(w.padding, w.cols.place(s, k), w.cols.in);
          if (u < 0 || v < 0) {
            if (w.padding == kernels::Padding::kConstant) sink({weight, padding_value});
            continue;
          }
          const Index place = ((first + channel) * w.rows.in + u) * w.cols.in + v;
          const Quantity input{.kind = Quantity::kInput, .index = place, .row = n};
          sink({input, Expression::quantity(weight, f.param[0](row, o))});
          sink({weight, Expression::quantity(input, f.x[0](n, place))});
        }
    if (use_bias) sink({{.kind = Quantity::kParameter, .which = 1, .index = o}, 1.0});
  }
  static std::vector<Sample<Conv>> samples() {
    if constexpr (kDimensions == 1)
      return {{{.kernels = 1, .kernel_size = 3}, {{5}}},
              {{.kernels = 4, .kernel_size = 2, .stride = 2, .groups = 2, .use_bias = false}, {{2, 7}}},
              {{.kernels = 2, .kernel_size = 3, .dilation = 2, .padding = {"reflect"}}, {{3, 6}}}};
    else
      return {
          {{.kernels = 2, .kernel_size = 3}, {{4, 5}}},
          {{.kernels = 3, .kernel_size = Sizes(2, 3), .stride = Sizes(2, 1), .padding = {"same"}}, {{2, 5, 4}}},
          {{.kernels = 4, .kernel_size = 3, .stride = 2, .groups = 2, .padding = {"nearest"}, .pad = 2}, {{2, 5, 5}}},
          {{.kernels = 2, .padding = {"constant"}, .padding_value = 0.5, .use_bias = false}, {{1, 3, 18}}},
          {{.kernels = 9, .kernel_size = 1}, {{3, 2, 2}}}};
  }
};

using Conv1d = Conv<1>;
using Conv2d = Conv<2>;
ISINGLASS_LAYER(Conv1d)
ISINGLASS_LAYER(Conv2d)

}  // namespace isinglass
