// isinglass/base/shape.h - sizes and shapes of arrays.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace isinglass {

using Index = std::int64_t;
using Shape = std::vector<Index>;  // of ONE sample: the batch dimension N is never part of it
using Shapes = std::vector<Shape>;

// Number of elements, 1 for the empty shape (a scalar). Throws ShapeError for a negative extent or a product beyond 2^62.
Index size_of(const Shape& shape);

// "(28, 28)"; "()" for a scalar.
std::string to_string(const Shape& shape);

}  // namespace isinglass
