#include "isinglass/nn/spatial.h"

namespace isinglass {

using kernels::Axis;
using kernels::Window;

Image Image::of(const Shape& shape, int dimensions, std::string_view layer) {
  const std::size_t axes = static_cast<std::size_t>(dimensions);
  if (shape.size() != axes && shape.size() != axes + 1)
    throw ShapeError(std::string(layer) + ": the input must be an image of shape " +
                     (dimensions == 1 ? "(C, L) or (L)" : "(C, H, W) or (H, W)") + ", got " + to_string(shape) +
                     "; add { kind = \"reshape\" } before it");
  Image image{.cols = shape.back()};
  if (shape.size() > axes) image.channels = shape[0];
  if (dimensions == 2) image.rows = shape[shape.size() - 2];
  return image;
}

namespace {

// The text of the formula with its numbers; `out` as it gives, also when that is no size.
std::string formula(const Axis& axis, Index out) {
  const auto text = [](Index i) { return std::to_string(i); };
  const std::string pad =
      axis.before == axis.after ? " + 2*" + text(axis.before) : " + " + text(axis.before) + " + " + text(axis.after);
  const std::string extent =
      axis.dilation == 1 ? text(axis.kernel) : "(" + text(axis.dilation) + "*(" + text(axis.kernel) + " - 1) + 1)";
  return "floor((" + text(axis.in) + pad + " - " + extent + ")/" + text(axis.stride) + ") + 1 = " + text(out);
}

Index floor_divide(Index a, Index b) {
  return a / b - (a % b != 0 && a < 0 ? 1 : 0);
}

const char* axis_name(int dimensions, std::size_t axis) {
  return dimensions == 1 ? "the length" : axis == 0 ? "the height" : "the width";
}

void check(const Sliding& s, const Sizes& sizes, const char* name) {
  constexpr Index kLargest = Index{1} << 24;  // far beyond images, far below overflow
  if (s.dimensions == 1 && sizes.count > 1)
    throw OptionError(std::string(s.layer) + ": " + name + " has two numbers, but a sequence has one axis");
  for (const Index size : sizes.values)
    if (size > kLargest)
      throw OptionError(std::string(s.layer) + ": " + name + " is " + std::to_string(size) + ", expected at most " +
                        std::to_string(kLargest));
}

void check(const Sliding& s) {
  for (const auto& [sizes, name] :
       {std::pair{&s.kernel, "the kernel or window size"}, {&s.stride, "stride"}, {&s.dilation, "dilation"}})
    if (sizes->empty()) throw OptionError(std::string(s.layer) + ": " + name + " must be a number, got \"auto\"");
  check(s, s.kernel, "the kernel or window size");
  check(s, s.stride, "stride");
  check(s, s.dilation, "dilation");
  check(s, s.pad, "pad");
}

Axis axis_of(const Sliding& s, Index in, std::size_t axis) {
  Axis a{.in = in, .kernel = s.kernel[axis], .stride = s.stride[axis], .dilation = s.dilation[axis]};
  if (s.padding.name == "same") {
    const Index windows = (in + a.stride - 1) / a.stride;
    const Index total = std::max<Index>((windows - 1) * a.stride + a.extent() - in, 0);
    a.before = total / 2;
    a.after = total - a.before;
  } else if (s.padding.name != "none") {
    a.before = s.pad.empty() ? (a.extent() - 1) / 2 : s.pad[axis];
    a.after = s.pad.empty() ? a.extent() - 1 - a.before : s.pad[axis];
  }
  const auto where = [&] { return std::string(s.layer) + ": " + axis_name(s.dimensions, axis); };
  a.out = floor_divide(in + a.before + a.after - a.extent(), a.stride) + 1;
  if (a.out < 1)
    throw ShapeError(where() + " leaves no place for a window: " + formula(a, a.out) +
                     "; take a smaller kernel or more padding");
  if (s.padding.name == "reflect" && std::max(a.before, a.after) >= in)
    throw ShapeError(where() + " of " + std::to_string(in) + " cannot be mirrored " +
                     std::to_string(std::max(a.before, a.after)) + " numbers beyond its edge; pad at most " +
                     std::to_string(in - 1));
  return a;
}

}  // namespace

Window Sliding::over(const Image& image) const {
  check(*this);
  Window window{.padding = padding.padding(), .constant = padding_value};
  if (dimensions == 2) window.rows = axis_of(*this, image.rows, 0);
  window.cols = axis_of(*this, image.cols, dimensions == 1 ? 0 : 1);
  constexpr Index kMostPadded = Index{1} << 28;  // numbers of one padded plane
  const auto padded = [](const Axis& axis) { return axis.in + axis.before + axis.after; };
  if (padded(window.rows) > kMostPadded / padded(window.cols))
    throw ShapeError(std::string(layer) + ": the padded input is too large: " + std::to_string(padded(window.rows)) +
                     " x " + std::to_string(padded(window.cols)));
  if (window.taps() > kernels::kMostTaps)
    throw OptionError(std::string(layer) + ": a kernel has at most " + std::to_string(kernels::kMostTaps) +
                      " numbers for a channel, got " + std::to_string(window.taps()));
  return window;
}

Image Sliding::behind(const Image& out, const Sizes& size) const {
  check(*this);
  check(*this, size, "output_size");
  Image image{.channels = out.channels};
  const auto along = [&](Index windows, std::size_t axis) {
    if (!size.empty()) return size[axis];
    if (padding.name == "same") return windows * stride[axis];
    const Index around = padding.name == "none" ? 0 : pad.empty() ? (kernel[axis] - 1) * dilation[axis] : 2 * pad[axis];
    return (windows - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1 - around;
  };
  if (dimensions == 2) image.rows = along(out.rows, 0);
  image.cols = along(out.cols, dimensions == 1 ? 0 : 1);
  if (image.rows < 1 || image.cols < 1)
    throw ShapeError(std::string(layer) + ": padding leaves nothing of the output " +
                     to_string(image.shape(dimensions)));
  const Window window = over(image);
  if (window.rows.out != out.rows || window.cols.out != out.cols)
    throw ShapeError(std::string(layer) + ": an output of " + to_string(image.shape(dimensions)) +
                     " does not belong to this input: the convolution that it transposes has " +
                     arithmetic(window, dimensions) + " windows; change output_size");
  return image;
}

std::string arithmetic(const Window& window, int dimensions) {
  const auto text = [](const Axis& axis) { return formula(axis, axis.out); };
  const std::string rows = text(window.rows), cols = text(window.cols);
  return dimensions == 1 || rows == cols ? cols : rows + ", " + cols;
}

}  // namespace isinglass
