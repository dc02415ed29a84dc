// isinglass/io/array.h - an array as a file holds it: element type, shape with the first axis
// counting samples, bytes.
#pragma once
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

enum class DType { kBool, kU8, kI8, kU16, kI16, kU32, kI32, kU64, kI64, kF32, kF64 };

Index size_of(DType type);             // bytes of one element
std::string_view name_of(DType type);  // "U8", "F32", ... as safetensors spells them

// Row-major, little-endian, contiguous; bytes.size() == size_of(type) * size_of(shape).
struct Array {
  DType type = DType::kF64;
  Shape shape;
  std::vector<std::byte> bytes;

  Index size() const { return isinglass::size_of(shape); }
  double at(Index i) const;  // element i in row-major order, as a double

  template <class T>
  const T* data() const {
    return reinterpret_cast<const T*>(bytes.data());
  }
};

}  // namespace isinglass
