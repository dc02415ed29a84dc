#include "isinglass/lab/convolve.h"

#include <algorithm>
#include <numeric>

#include "isinglass/nn/spatial.h"

namespace isinglass {
namespace {

void check(const Plane& plane, const char* what) {
  if (plane.rows < 1 || plane.cols < 1 || size_of({plane.rows, plane.cols}) != static_cast<Index>(plane.values.size()))
    throw ShapeError(std::string("convolution: the ") + what + " of shape " + to_string(Shape{plane.rows, plane.cols}) +
                     " must hold as many numbers, at least one; got " + std::to_string(plane.values.size()));
}

// (1), with `pad` numbers at each side; not given: as Border says.
Plane slide(const Plane& image, const Plane& kernel, const Border& border, Index stride, const Sizes& pad) {
  check(image, "image");
  check(kernel, "kernel");
  const Sliding sliding{.layer = "convolution",
                        .kernel = Sizes(kernel.rows, kernel.cols),
                        // A longer step leads as surely beyond the last window, at the cost of memory.
                        .stride = Sizes(std::min(stride, image.rows), std::min(stride, image.cols)),
                        .dilation = 1,
                        .padding = border.padding,
                        .pad = pad,
                        .padding_value = border.value};
  const kernels::Convolution convolution{.window = sliding.over({.rows = image.rows, .cols = image.cols})};
  const kernels::Window& window = convolution.window;
  Plane out(window.rows.out, window.cols.out, std::vector<double>(static_cast<std::size_t>(window.out_size())));
  std::vector<double> scratch(static_cast<std::size_t>(kernels::convolution_scratch(convolution)));
  kernels::convolve<double>(convolution, {image.values.data(), 1, window.in_size()},
                            {kernel.values.data(), window.taps(), 1}, nullptr,
                            {out.values.data(), 1, window.out_size()}, scratch);
  return out;
}

}  // namespace

double sum(const Plane& plane) {
  return std::accumulate(plane.values.begin(), plane.values.end(), 0.0);
}

double mean(const Plane& plane) {
  return sum(plane) / static_cast<double>(plane.values.size());
}

Plane flipped(const Plane& kernel) {
  Plane out = kernel;
  std::ranges::reverse(out.values);  // of a whole matrix: both axes
  return out;
}

Plane cross_correlate(const Plane& image, const Plane& kernel, const Border& border, Index stride) {
  return slide(image, kernel, border, stride, {});
}

Plane true_convolution(const Plane& image, const Plane& kernel, const Border& border, Index stride) {
  return cross_correlate(image, flipped(kernel), border, stride);
}

Plane full_cross_correlation(const Plane& image, const Plane& kernel) {
  return slide(image, kernel, {.padding = {"zero"}}, 1, Sizes(kernel.rows - 1, kernel.cols - 1));
}

Plane full_convolution(const Plane& image, const Plane& kernel) {
  return full_cross_correlation(image, flipped(kernel));
}

}  // namespace isinglass
