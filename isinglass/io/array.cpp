#include "isinglass/io/array.h"

#include <array>
#include <bit>
#include <cstdint>

namespace isinglass {
namespace {

static_assert(std::endian::native == std::endian::little, "Array hands out its bytes as numbers");

struct TypeFacts {
  std::string_view name;
  Index size;
};

// In the order of DType.
constexpr std::array<TypeFacts, 11> kTypes{{{"BOOL", 1},
                                            {"U8", 1},
                                            {"I8", 1},
                                            {"U16", 2},
                                            {"I16", 2},
                                            {"U32", 4},
                                            {"I32", 4},
                                            {"U64", 8},
                                            {"I64", 8},
                                            {"F32", 4},
                                            {"F64", 8}}};

const TypeFacts& facts(DType type) {
  return kTypes[static_cast<std::size_t>(type)];
}

template <class T>
double load(const std::byte* first, Index i) {
  T number;
  std::memcpy(&number, first + i * static_cast<Index>(sizeof(T)), sizeof(T));
  return static_cast<double>(number);
}

}  // namespace

Index size_of(DType type) {
  return facts(type).size;
}
std::string_view name_of(DType type) {
  return facts(type).name;
}

double Array::at(Index i) const {
  const std::byte* first = bytes.data();
  switch (type) {
    case DType::kBool:
      return first[i] == std::byte{0} ? 0.0 : 1.0;
    case DType::kU8:
      return load<std::uint8_t>(first, i);
    case DType::kI8:
      return load<std::int8_t>(first, i);
    case DType::kU16:
      return load<std::uint16_t>(first, i);
    case DType::kI16:
      return load<std::int16_t>(first, i);
    case DType::kU32:
      return load<std::uint32_t>(first, i);
    case DType::kI32:
      return load<std::int32_t>(first, i);
    case DType::kU64:
      return load<std::uint64_t>(first, i);
    case DType::kI64:
      return load<std::int64_t>(first, i);
    case DType::kF32:
      return load<float>(first, i);
    case DType::kF64:
      return load<double>(first, i);
  }
  return 0.0;
}

}  // namespace isinglass
