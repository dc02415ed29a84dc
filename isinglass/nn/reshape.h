// isinglass/nn/reshape.h - the same numbers, in row-major order, as another shape.
//
//     y = x                           (1)  only the shape changes: (784) -> (1, 28, 28)
#pragma once
#include "isinglass/nn/linear.h"

namespace isinglass {

struct Reshape : Identity<Reshape> {
  static constexpr std::string_view kName = "reshape", kSummary = "the same numbers as another shape";
  Shape shape = {};

  static void options(auto& v) { v("shape", &Reshape::shape, "shape of one sample", at_least(1).required()); }

  Value mirror(const Shape& in, bool) const { return write_kind(Reshape{.shape = in}); }
  Shape output_shape(const Shape& in) const {
    if (size_of(in) != size_of(shape))
      throw ShapeError("reshape: the input " + to_string(in) + " has " + std::to_string(size_of(in)) +
                       " numbers, the shape " + to_string(shape) + " " + std::to_string(size_of(shape)) +
                       "; choose a shape of the same size");
    return shape;
  }
  static std::vector<Sample<Reshape>> samples() { return {{{.shape = {2, 3}}, {{6}}}, {{.shape = {4}}, {{2, 1, 2}}}}; }
};

ISINGLASS_LAYER(Reshape)

}  // namespace isinglass
