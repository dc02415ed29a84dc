#include "isinglass/base/shape.h"

#include "isinglass/base/error.h"

namespace isinglass {

Index size_of(const Shape& shape) {
  constexpr Index kLargest = Index{1} << 62;
  Index size = 1;
  for (const Index extent : shape) {
    if (extent < 0) throw ShapeError("a shape has no negative extents, got " + to_string(shape));
    if (extent != 0 && size > kLargest / extent)
      throw ShapeError("shape " + to_string(shape) + " has more than 2^62 elements");
    size *= extent;
  }
  return size;
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}

}  // namespace isinglass
