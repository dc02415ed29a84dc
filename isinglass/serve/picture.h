// isinglass/serve/picture.h - a sample that is an image, as a picture that a page can show.
#pragma once
#include <span>
#include <string>

#include "isinglass/base/value.h"
#include "isinglass/io/array.h"

namespace isinglass {

// "data:image/png;base64,..." of numbers of shape (H, W), (1, H, W) or (3, H, W), `low` black and `high` white; null
// for other shapes and for more than 512 x 512 pixels.
Value picture(std::span<const double> numbers, const Shape& shape, double low, double high);

// Of one sample of an array (N, ...): bytes from 0 to 255, other numbers from the sample's least to its largest.
Value picture_of(const Array& samples, Index row);

}  // namespace isinglass
