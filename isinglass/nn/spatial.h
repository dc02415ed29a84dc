// isinglass/nn/spatial.h - images as layers see them: channels, axes, and how many windows fit along an axis.
#pragma once
#include <string>
#include <string_view>

#include "isinglass/base/error.h"
#include "isinglass/kernels/convolution.h"
#include "isinglass/nn/padding.h"

namespace isinglass {

// A sample of shape (C, L), or (C, H, W); without a channel axis it has one channel. One-dimensional images have a
// single row.
struct Image {
  Index channels = 1, rows = 1, cols = 1;

  Index size() const { return channels * rows * cols; }
  Shape shape(int dimensions) const { return dimensions == 1 ? Shape{channels, cols} : Shape{channels, rows, cols}; }
  // Throws ShapeError, which names the layer and the shape that it expects.
  static Image of(const Shape& shape, int dimensions, std::string_view layer);
};

// How a window slides, as settings tell it.
struct Sliding {
  std::string_view layer;  // for messages
  int dimensions = 2;
  Sizes kernel, stride, dilation;
  const PaddingName& padding;
  Sizes pad;  // numbers added at each side; not given: as many as "same" takes at stride 1
  double padding_value = 0;

  // Throws ShapeError, with the numbers in the formula, when no window fits; OptionError when a setting has too few or
  // too many numbers.
  kernels::Window over(const Image& image) const;
  // The image of which `out` are the windows, by the same formula: for transposed convolutions. `size` where the
  // stride leaves a choice; empty: the smallest, and with padding "same" out stride.
  Image behind(const Image& out, const Sizes& size) const;
};

// "floor((28 + 2*1 - 3)/2) + 1 = 14" (spec C5), once for each axis unless they are alike.
std::string arithmetic(const kernels::Window& window, int dimensions);

}  // namespace isinglass
