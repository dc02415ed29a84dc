#include "isinglass/io/array.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace isinglass {
namespace {

template <class T>
Array pair_of(DType type, T first, T second) {
  Array array{type, {2}, std::vector<std::byte>(2 * sizeof(T))};
  const T numbers[2] = {first, second};
  std::memcpy(array.bytes.data(), numbers, sizeof(numbers));
  return array;
}

TEST(Array, TypesHaveTheNamesAndSizesOfSafetensors) {
  const std::vector<std::pair<std::string, Index>> expected{{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"U16", 2},
                                                            {"I16", 2},  {"U32", 4}, {"I32", 4}, {"U64", 8},
                                                            {"I64", 8},  {"F32", 4}, {"F64", 8}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto type = static_cast<DType>(i);
    EXPECT_EQ(name_of(type), expected[i].first);
    EXPECT_EQ(size_of(type), expected[i].second);
  }
}

TEST(Array, ElementsOfEveryTypeReadAsDoubles) {
  EXPECT_EQ(pair_of<std::uint8_t>(DType::kBool, 0, 1).at(1), 1.0);
  EXPECT_EQ(pair_of<std::uint8_t>(DType::kBool, 0, 1).at(0), 0.0);
  EXPECT_EQ(pair_of<std::uint8_t>(DType::kU8, 0, 255).at(1), 255.0);
  EXPECT_EQ(pair_of<std::int8_t>(DType::kI8, 0, -128).at(1), -128.0);
  EXPECT_EQ(pair_of<std::uint16_t>(DType::kU16, 0, 65535).at(1), 65535.0);
  EXPECT_EQ(pair_of<std::int16_t>(DType::kI16, 0, -32768).at(1), -32768.0);
  EXPECT_EQ(pair_of<std::uint32_t>(DType::kU32, 0, 4294967295u).at(1), 4294967295.0);
  EXPECT_EQ(pair_of<std::int32_t>(DType::kI32, 0, -2147483647).at(1), -2147483647.0);
  EXPECT_EQ(pair_of<std::uint64_t>(DType::kU64, 0, std::uint64_t{1} << 63).at(1), 0x1p63);
  EXPECT_EQ(pair_of<std::int64_t>(DType::kI64, 0, -(std::int64_t{1} << 62)).at(1), -0x1p62);
  EXPECT_EQ(pair_of(DType::kF32, 0.0F, 0.1F).at(1), static_cast<double>(0.1F));
  EXPECT_EQ(pair_of(DType::kF64, 0.0, 0.1).at(1), 0.1);
}

TEST(Array, SizeCountsElementsNotBytes) {
  EXPECT_EQ((Array{DType::kF32, {2, 3}, std::vector<std::byte>(24)}.size()), 6);
  EXPECT_EQ((Array{DType::kF64, {}, std::vector<std::byte>(8)}.size()), 1);
}

}  // namespace
}  // namespace isinglass
