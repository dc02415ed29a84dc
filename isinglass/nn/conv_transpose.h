// isinglass/nn/conv_transpose.h - transposed convolution: a convolution's backward pass as a layer.
//
// With W, stride and padding of a convolution that would turn y into x (conv.h),
//
//     y[c, u, v] = b[c] + sum of W[c, i, j, o] x[o, r, s] over all windows (r, s) and taps (i, j) that read place (u, v)  (1)
//
//     x  (N, C_in, H, W), or (N, C_in, L) for conv_transpose1d; C_in may be left out when it is 1
//     W  (C_out / groups, k_h, k_w, C_in)  "kernel", as the convolution has it: mirrored layers can share it
//     b  (C_out)                           "bias", only with use_bias
//     y  (N, C_out, H', W') with H' = (H - 1) stride + k - 2 pad, or output_size    (2)
//
// Backward, with dy = dL/dy, is that convolution itself:
//
//     dx[o, r, s] = sum_(c, i, j) W[c, i, j, o] dy[c, place of tap (i, j) in window (r, s)]         (3)
//     dW[c, i, j, o] = sum_n sum_(r, s) dy_n[c, place] x_n[o, r, s]                                 (4)
//     db[c] = sum_n sum_(u, v) dy_n[c, u, v]                                                        (5)
//
// Source: Zeiler et al., CVPR 2010; Dumoulin & Visin, arXiv:1603.07285, section 4; spec E8.
#pragma once
#include "isinglass/nn/conv.h"

namespace isinglass {

template <int kDimensions>
struct ConvTranspose {
  static constexpr std::string_view kName = kDimensions == 1 ? "conv_transpose1d" : "conv_transpose2d",
                                    kSummary = kDimensions == 1
                                                   ? "transposed convolution of sequences (C, L): stride enlarges"
                                                   : "transposed convolution of images (C, H, W): stride enlarges";
  static constexpr bool kGradientInParts = true, kReadsOutput = false;
  Index kernels = 1;
  Sizes kernel_size = 3, stride = 1, dilation = 1;
  Index groups = 1;
  PaddingName padding;
  Sizes pad, output_size;
  bool use_bias = true;

  static void options(auto& v) {
    v("kernels", &ConvTranspose::kernels, "number of output channels", at_least(1).required());
    v("kernel_size", &ConvTranspose::kernel_size, "extent of a kernel", at_least(1));
    v("stride", &ConvTranspose::stride, "steps of the output from one window to the next", at_least(1));
    v("dilation", &ConvTranspose::dilation, "steps from one number of a window to the next", at_least(1));
    v("groups", &ConvTranspose::groups, "channels in so many groups that do not see each other", at_least(1));
    v("padding", &ConvTranspose::padding,
      "what the output is cut by: none, same (output = input stride) or zero (pad)");
    v("pad", &ConvTranspose::pad, "how much is cut at each side; auto: so much that stride 1 keeps the size",
      at_least(0));
    v("output_size", &ConvTranspose::output_size,
      "extent of the output where the stride leaves a choice; auto: the smallest, with padding same input stride",
      at_least(1));
    v("use_bias", &ConvTranspose::use_bias, "learn a bias for each output channel");
  }

  // The convolution that this layer transposes: from this layer's output to its input.
  kernels::Convolution convolution(const Shape& in) const {
    const Image out = Image::of(in, kDimensions, kName);
    if (padding.name != "none" && padding.name != "same" && padding.name != "zero")
      throw OptionError(std::string(kName) + ": padding must be none, same or zero, got " + padding.name);
    if (out.channels % groups != 0 || kernels % groups != 0)
      throw ShapeError(std::string(kName) + ": " + std::to_string(groups) + " groups do not divide " +
                       std::to_string(out.channels) + " input channels and " + std::to_string(kernels) + " kernels");
    const Sliding sliding{kName, kDimensions, kernel_size, stride, dilation, padding, pad};
    return {kernels, out.channels, groups, sliding.over(sliding.behind(out, output_size))};
  }
  Shape output_shape(const Shape& in) const {
    const kernels::Window window = convolution(in).window;
    return Image{kernels, window.rows.in, window.cols.in}.shape(kDimensions);
  }
  std::string arithmetic(const Shape& in) const {
    return "transposes " + isinglass::arithmetic(convolution(in).window, kDimensions);
  }
  std::vector<ParamSpec> params(const Shape& in) const {
    const kernels::Convolution c = convolution(in);
    const Index fan_in = c.window.taps() * c.channels_out / groups, fan_out = c.kernel_rows();
    Shape shape{kernels / groups, c.window.rows.kernel, c.window.cols.kernel, c.channels_out};
    if (kDimensions == 1) shape.erase(shape.begin() + 1);
    std::vector<ParamSpec> specs{{.name = "kernel", .shape = shape, .fan_in = fan_in, .fan_out = fan_out}};
    if (use_bias)
      specs.push_back(
          {.name = "bias", .shape = {kernels}, .role = ParamSpec::kBias, .fan_in = fan_in, .fan_out = fan_out});
    return specs;
  }
  Value mirror(const Shape& in, bool) const {
    Value settings = write_options(*this);
    Value mirror = Value::Table{};
    mirror.set("kind", kDimensions == 1 ? "conv1d" : "conv2d");
    for (const char* name : {"kernel_size", "stride", "dilation", "groups", "padding", "pad", "use_bias"})
      mirror.set(name, *settings.find(name));
    mirror.set("kernels", Image::of(in, kDimensions, kName).channels);
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
    kernels::convolve_adjoint<T>(convolution(f.shapes[0]), f.x[0], f.param[0], use_bias ? f.param[1].data : nullptr,
                                 f.y, f.scratch, turned(f.in_lanes));  // (1)
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    kernels::convolve<T>(convolution(b.shapes[0]), b.dy, b.param[0], nullptr, b.dx[0], b.scratch,
                         turned(b.in_lanes));  // (3)
  }
  template <class T>
  void gradient(const Backward<T>& b) const {
    const Index first = b.slice_begin, count = b.slice_end - b.slice_begin;
    kernels::convolution_gradient<T>(convolution(b.shapes[0]), b.dy, b.x[0], first,
                                     b.dparam[0].middle_rows(first, count), b.scratch, b.resumes,
                                     turned(b.in_lanes));                            // (4)
    if (use_bias) sum_channels(b.dy, b.dparam[1], b, gradient_extent(b.shapes[0]));  // (5)
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const kernels::Convolution c = convolution(f.shapes[0]);
    const kernels::Window& w = c.window;
    const Index channel = j / w.in_size(), u = j % w.in_size() / w.cols.in, v = j % w.cols.in;
    const Index outputs = c.channels_out / groups, first = channel / (kernels / groups) * outputs;
    // The window whose tap reads a place, or -1.
    const auto window_at = [](const kernels::Axis& axis, Index place, Index tap) {
      const Index steps = place + axis.before - tap * axis.dilation;
      return steps >= 0 && steps % axis.stride == 0 && steps / axis.stride < axis.out ? steps / axis.stride : -1;
    };
    for (Index o = first; o < first + outputs; ++o)
      for (Index i = 0; i < w.rows.kernel; ++i)
        for (Index k = 0; k < w.cols.kernel; ++k) {
          const Index r = window_at(w.rows, u, i), s = window_at(w.cols, v, k);
          if (r < 0 || s < 0) continue;
          const Index row = (channel % (kernels / groups) * w.rows.kernel + i) * w.cols.kernel + k;
          const Index place = (o * w.rows.out + r) * w.cols.out + s;
          const Quantity weight{.kind = Quantity::kParameter, .which = 0, .index = row * c.channels_out + o};
          const Quantity input{.kind = Quantity::kInput, .index = place, .row = n};
          sink({input, Expression::quantity(weight, f.param[0](row, o))});
          sink({weight, Expression::quantity(input, f.x[0](n, place))});
        }
    if (use_bias) sink({{.kind = Quantity::kParameter, .which = 1, .index = channel}, 1.0});
  }
  static std::vector<Sample<ConvTranspose>> samples() {
    if constexpr (kDimensions == 1)
      return {{{.kernels = 2, .kernel_size = 3, .stride = 2}, {{3, 4}}},
              {{.kernels = 2, .kernel_size = 2, .stride = 3, .groups = 2, .use_bias = false}, {{4, 3}}}};
    else
      return {
          {{.kernels = 2, .kernel_size = 3}, {{3, 3}}},
          {{.kernels = 3, .kernel_size = 4, .stride = 2, .padding = {"zero"}, .pad = 1}, {{2, 3, 2}}},
          {{.kernels = 1, .kernel_size = 3, .stride = 2, .padding = {"same"}, .output_size = Sizes(5, 7)}, {{2, 3, 4}}},
          {{.kernels = 2, .kernel_size = Sizes(2, 3), .dilation = 2, .groups = 2}, {{2, 2, 3}}}};
  }

 private:
  // The convolution's x is this layer's y.
  static kernels::InLanes turned(kernels::InLanes lanes) { return {.x = lanes.y, .y = lanes.x}; }
};

using ConvTranspose1d = ConvTranspose<1>;
using ConvTranspose2d = ConvTranspose<2>;
ISINGLASS_LAYER(ConvTranspose1d)
ISINGLASS_LAYER(ConvTranspose2d)

}  // namespace isinglass
