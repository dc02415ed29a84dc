#include "isinglass/nn/pooling.h"

namespace isinglass {

kernels::Window pooling_window(std::string_view layer, int dimensions, const Shape& in, const Sizes& pool_size,
                               const Sizes& stride, const Sizes& pad) {
  static const PaddingName zero{"zero"};
  if (pool_size.empty())
    throw OptionError(std::string(layer) + ": pool_size is \"auto\", expected one integer" +
                      (dimensions == 1 ? "" : ", or two for height and width"));
  const Sliding sliding{.layer = layer,
                        .dimensions = dimensions,
                        .kernel = pool_size,
                        .stride = stride.empty() ? pool_size : stride,
                        .dilation = 1,
                        .padding = zero,
                        .pad = pad};
  const kernels::Window window = sliding.over(Image::of(in, dimensions, layer));
  for (const kernels::Axis& axis : {window.rows, window.cols})
    if (axis.before >= axis.kernel)
      throw ShapeError(std::string(layer) + ": a window of " + std::to_string(axis.kernel) + " with pad " +
                       std::to_string(axis.before) + " can lie wholly outside of the input: " +
                       arithmetic(window, dimensions) + "; pad at most " + std::to_string(axis.kernel - 1));
  return window;
}

}  // namespace isinglass
