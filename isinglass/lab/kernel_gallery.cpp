#include "isinglass/lab/kernel_gallery.h"

#include <algorithm>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"
#include "isinglass/kernels/convolution.h"

namespace isinglass {
namespace {

using Kind = GalleryKernel::Kind;

Plane square(std::vector<double> values) {
  const Index side = values.size() == 4 ? 2 : values.size() == 9 ? 3 : 5;
  return {side, side, std::move(values)};
}

Plane local_mean(Index rows, Index cols) {
  const Index size = rows * cols;
  return {rows, cols, std::vector<double>(static_cast<std::size_t>(size), 1.0 / static_cast<double>(size))};
}

Plane scaled(Plane plane, double factor) {
  for (double& value : plane.values) value *= factor;
  return plane;
}

// column times row: a kernel that works along both axes one after the other.
Plane outer(const std::vector<double>& column, const std::vector<double>& row) {
  Plane plane(static_cast<Index>(column.size()), static_cast<Index>(row.size()), {});
  for (const double a : column)
    for (const double b : row) plane.values.push_back(a * b);
  return plane;
}

std::vector<GalleryKernel> for_signals() {
  return {
      {"identity", "changes nothing", Kind::kShift, Plane({0, 1, 0})},
      {"shift_left", "moves everything one place to the left", Kind::kShift, Plane({0, 0, 1})},
      {"shift_right", "moves everything one place to the right", Kind::kShift, Plane({1, 0, 0})},
      {"blur_3", "local mean of 3 numbers", Kind::kSmoothing, local_mean(1, 3)},
      {"blur_5", "local mean of 5 numbers", Kind::kSmoothing, local_mean(1, 5)},
      {"gaussian_3", "local mean, near numbers count more (binomial)", Kind::kSmoothing,
       scaled(Plane({1, 2, 1}), 1.0 / 4)},
      {"gaussian_5", "the same, wider", Kind::kSmoothing, scaled(Plane({1, 4, 6, 4, 1}), 1.0 / 16)},
      {"sharpen", "adds what the local mean lacks", Kind::kSharpening, Plane({-1, 3, -1})},
      {"difference", "step to the next number: the first derivative", Kind::kEdge, Plane({-1, 1})},
      {"central_difference", "half the step from the one before to the one after", Kind::kEdge, Plane({-0.5, 0, 0.5})},
      {"second_difference", "step of the steps: the second derivative", Kind::kEdge, Plane({1, -2, 1})},
  };
}

std::vector<GalleryKernel> for_images() {
  const std::vector<double> step{-1, 0, 1}, flat{1, 1, 1}, bell{1, 2, 1}, wide_bell{1, 4, 6, 4, 1};
  return {
      {"identity", "changes nothing", Kind::kShift, square({0, 0, 0, 0, 1, 0, 0, 0, 0})},
      {"shift_left", "moves the image one pixel to the left", Kind::kShift, square({0, 0, 0, 0, 0, 1, 0, 0, 0})},
      {"shift_right", "moves the image one pixel to the right", Kind::kShift, square({0, 0, 0, 1, 0, 0, 0, 0, 0})},
      {"shift_up", "moves the image one pixel up", Kind::kShift, square({0, 0, 0, 0, 0, 0, 0, 1, 0})},
      {"shift_down", "moves the image one pixel down", Kind::kShift, square({0, 1, 0, 0, 0, 0, 0, 0, 0})},
      {"blur_2", "local mean of 2 x 2 pixels", Kind::kSmoothing, local_mean(2, 2)},
      {"blur_3", "local mean of 3 x 3 pixels", Kind::kSmoothing, local_mean(3, 3)},
      {"blur_5", "local mean of 5 x 5 pixels", Kind::kSmoothing, local_mean(5, 5)},
      {"gaussian_3", "local mean, near pixels count more (binomial)", Kind::kSmoothing,
       scaled(outer(bell, bell), 1.0 / 16)},
      {"gaussian_5", "the same, wider", Kind::kSmoothing, scaled(outer(wide_bell, wide_bell), 1.0 / 256)},
      {"sharpen", "adds what the mean of the 4 neighbours lacks", Kind::kSharpening,
       square({0, -1, 0, -1, 5, -1, 0, -1, 0})},
      {"sharpen_8", "adds what the mean of the 8 neighbours lacks", Kind::kSharpening,
       square({-1, -1, -1, -1, 9, -1, -1, -1, -1})},
      {"difference_x", "step to the pixel at the right", Kind::kEdge, Plane(1, 2, {-1, 1})},
      {"difference_y", "step to the pixel below", Kind::kEdge, Plane(2, 1, {-1, 1})},
      {"prewitt_x", "brighter to the right; finds upright edges", Kind::kEdge, outer(flat, step)},
      {"prewitt_y", "brighter downwards; finds level edges", Kind::kEdge, outer(step, flat)},
      {"sobel_x", "as prewitt_x, smoothed along the edge", Kind::kEdge, outer(bell, step)},
      {"sobel_y", "as prewitt_y, smoothed along the edge", Kind::kEdge, outer(step, bell)},
      {"laplacian", "brighter than the 4 neighbours are: negative; edges of any direction", Kind::kEdge,
       square({0, 1, 0, 1, -4, 1, 0, 1, 0})},
      {"laplacian_8", "the same with 8 neighbours", Kind::kEdge, square({1, 1, 1, 1, -8, 1, 1, 1, 1})},
  };
}

Plane read_numbers(const std::string& text, int dimensions, const std::string& where) {
  const auto refuse = [&](const std::string& found) {
    throw OptionError(where + ": expected " +
                      (dimensions == 1 ? "a list of numbers such as [1,0,-1]"
                                       : "rows of numbers, all of one length, such as [[1,0,-1],[2,0,-2],[1,0,-1]]") +
                      ", found " + found);
  };
  const Value document = parse_json(text, where);
  const bool has_rows = !document.as_array()->empty() && (*document.as_array())[0].as_array() != nullptr;
  if (has_rows && dimensions == 1) refuse("rows");
  const Value::Array rows = has_rows ? *document.as_array() : Value::Array{document};
  Plane kernel;
  for (const Value& row : rows) {
    if (row.as_array() == nullptr) refuse(row.preview() + " among the rows");
    const std::vector<double> numbers = OptionType<std::vector<double>>::read(row, {});
    const Index cols = static_cast<Index>(numbers.size());
    if (cols == 0) refuse("an empty list");
    if (kernel.rows > 0 && cols != kernel.cols)
      refuse("rows of " + std::to_string(kernel.cols) + " and " + std::to_string(cols));
    kernel.cols = cols;
    ++kernel.rows;
    kernel.values.insert(kernel.values.end(), numbers.begin(), numbers.end());
  }
  if (kernel.rows * kernel.cols > kernels::kMostTaps)
    refuse(std::to_string(kernel.rows * kernel.cols) + " numbers; at most " + std::to_string(kernels::kMostTaps));
  return kernel;
}

}  // namespace

const std::vector<GalleryKernel>& kernel_gallery(int dimensions) {
  static const std::vector<GalleryKernel> signals = for_signals(), images = for_images();
  return dimensions == 1 ? signals : images;
}

Plane read_kernel(const std::string& text, int dimensions, const std::string& where) {
  if (text.starts_with('[')) return read_numbers(text, dimensions, where);
  const std::vector<GalleryKernel>& gallery = kernel_gallery(dimensions);
  const auto row = std::ranges::find(gallery, text, &GalleryKernel::name);
  if (row != gallery.end()) return row->kernel;
  std::vector<std::string> names;
  for (const GalleryKernel& known : gallery) names.emplace_back(known.name);
  throw OptionError(where + ": there is no kernel '" + text + "' for " + (dimensions == 1 ? "signals" : "images") +
                    did_you_mean(text, names));
}

}  // namespace isinglass
