// isinglass/nn/flatten.h - an image or a sequence as one list of features, in row-major order.
//
//     y = x                           (1)  only the shape changes: (C, H, W) -> (C*H*W)
//
// Source: spec C11.
#pragma once
#include "isinglass/nn/reshape.h"

namespace isinglass {

struct Flatten : Identity<Flatten> {
  static constexpr std::string_view kName = "flatten", kSummary = "an image as one list of features";
  Value mirror(const Shape& in, bool) const { return write_kind(Reshape{.shape = in}); }
  Shape output_shape(const Shape& in) const { return {size_of(in)}; }
};

ISINGLASS_LAYER(Flatten)

}  // namespace isinglass
