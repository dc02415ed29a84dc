// isinglass/lab/kernel_gallery.h - kernels made by hand, with names: what a single convolution does to an image.
//
// The mean of an image is multiplied by the sum of the kernel, up to what the border adds. A kernel that smooths,
// sharpens or shifts sums to 1 and leaves the mean where it was; one that finds edges sums to 0 and makes even areas 0.
// All are written as they are laid on the image (cross-correlation). Source: spec C6.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/lab/convolve.h"

namespace isinglass {

struct GalleryKernel {
  enum Kind { kSmoothing, kSharpening, kShift, kEdge };
  std::string_view name, summary;
  Kind kind;
  Plane kernel;

  double expected_sum() const { return kind == kEdge ? 0 : 1; }
};

// Those for signals (1 dimension) or for images (2); some names stand for one of each.
const std::vector<GalleryKernel>& kernel_gallery(int dimensions);

// The kernel of a name, or of numbers as JSON: "[1, 0, -1]", "[[0,1,0],[1,-4,1],[0,1,0]]". `where` heads the message.
// Throws OptionError for an unknown name (with the near ones), FormatError or OptionError for numbers that are no
// matrix.
Plane read_kernel(const std::string& text, int dimensions, const std::string& where);

}  // namespace isinglass
