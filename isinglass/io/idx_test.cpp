#include "isinglass/io/idx.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"

namespace isinglass {
namespace {

using namespace std::string_literals;

std::string refusal(const std::string& bytes) {
  try {
    parse_idx(bytes, "images");
  } catch (const FormatError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Idx, ReadsEveryTypeFromBigEndian) {
  const auto numbers = [](const std::string& bytes) {
    const Array array = parse_idx(bytes, "x");
    std::vector<double> values;
    for (Index i = 0; i < array.size(); ++i) values.push_back(array.at(i));
    return values;
  };
  using Values = std::vector<double>;
  EXPECT_EQ(numbers("\0\0\x08\1\0\0\0\2\x07\xFF"s), (Values{7, 255}));
  EXPECT_EQ(numbers("\0\0\x09\1\0\0\0\2\x07\xFF"s), (Values{7, -1}));
  EXPECT_EQ(numbers("\0\0\x0B\1\0\0\0\2\x01\x02\xFF\xFE"s), (Values{258, -2}));
  EXPECT_EQ(numbers("\0\0\x0C\1\0\0\0\2\x00\x01\x00\x00\xFF\xFF\xFF\xFD"s), (Values{65536, -3}));
  EXPECT_EQ(numbers("\0\0\x0D\1\0\0\0\2\x3F\x80\x00\x00\xC0\x20\x00\x00"s), (Values{1, -2.5}));
  EXPECT_EQ(numbers("\0\0\x0E\1\0\0\0\1\x3F\xB9\x99\x99\x99\x99\x99\x9A"s), (Values{0.1}));
}

TEST(Idx, ReadsTheShape) {
  const Array array = parse_idx("\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\3abcdef"s, "x");
  EXPECT_EQ(array.type, DType::kU8);
  EXPECT_EQ(array.shape, (Shape{2, 1, 3}));
  EXPECT_EQ(array.at(5), 'f');
  EXPECT_EQ(parse_idx("\0\0\x08\2\0\0\0\0\0\0\0\3"s, "x").shape, (Shape{0, 3}));
}

TEST(Idx, ReadsGzip) {
  // "\0\0\x08\1\0\0\0\3abc" by Python's gzip module.
  const Array array = parse_idx(
      "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\x63\x60\xE0\x60\x64\x60\x60\x60\x4E\x4C\x4A\x06"s
      "\x00\x54\x24\x25\xC4\x0B\x00\x00\x00"s,
      "x");
  EXPECT_EQ(array.shape, (Shape{3}));
  EXPECT_EQ(array.at(2), 'c');
}

TEST(Idx, SaysWhatItFoundForTheMagic) {
  const std::string expected =
      "images: expected the IDX magic 00 00 08 0N (or 09, 0B, 0C, 0D, 0E for the type; N "
      "dimensions), found ";
  EXPECT_EQ(refusal(""), expected + "an empty file");
  EXPECT_EQ(refusal("\x89PNG\r\n"), expected + "89 50 4E 47");
  EXPECT_EQ(refusal("\0\0\x08"s), expected + "00 00 08");
  EXPECT_EQ(refusal("\0\0\x0A\1\0\0\0\1a"s), expected + "00 00 0A 01");
  EXPECT_EQ(refusal("\0\1\x08\1\0\0\0\1a"s), expected + "00 01 08 01");
  EXPECT_EQ(refusal("\0\0\x08\0a"s), expected + "00 00 08 00");
}

TEST(Idx, SizesMustAgree) {
  EXPECT_EQ(refusal("\0\0\x08\1\0\0"s),
            "images: byte 4: expected 4 bytes of dimensions, found 2; the file is truncated");
  EXPECT_EQ(refusal("\0\0\x08\2\0\0\0\2\0\0\0\2abc"s), "images: byte 12: expected 4 bytes for U8 (2, 2), found 3");
  EXPECT_EQ(refusal("\0\0\x08\2\0\0\0\2\0\0\0\2abcde"s), "images: byte 12: expected 4 bytes for U8 (2, 2), found 5");
  EXPECT_EQ(refusal("\0\0\x0E\1\xFF\xFF\xFF\xFF"s),
            "images: byte 8: expected 34359738360 bytes for F64 (4294967295), found 0");
  EXPECT_NE(refusal("\0\0\x08\3\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s).find("fits into memory"),
            std::string::npos);
  EXPECT_NE(refusal("\0\0\x08\xFF"s + std::string(1019, '\1')), "accepted");
}

TEST(Idx, ReadsBackWhatItWrote) {
  for (const DType type : {DType::kU8, DType::kI8, DType::kI16, DType::kI32, DType::kF32, DType::kF64}) {
    std::string bytes;
    for (Index i = 0; i < 6 * size_of(type); ++i) bytes += static_cast<char>(i + 1);
    const Array array = make_array(type, {3, 2}, bytes, "x");
    const Array again = parse_idx(write_idx(array), "x");
    EXPECT_EQ(again.type, type);
    EXPECT_EQ(again.shape, array.shape);
    EXPECT_EQ(again.bytes, array.bytes);
  }
  EXPECT_EQ(write_idx(make_array(DType::kI16, {1}, "\1\2", "x")), "\0\0\x0B\1\0\0\0\1\2\1"s);
}

TEST(Idx, RefusesToWriteWhatTheFormatLacks) {
  EXPECT_THROW(write_idx(make_array(DType::kBool, {1}, "\1", "x")), InputError);
  EXPECT_THROW(write_idx(make_array(DType::kU16, {1}, "ab", "x")), InputError);
  EXPECT_THROW(write_idx(make_array(DType::kU8, {}, "a", "x")), InputError);
  EXPECT_THROW(write_idx(make_array(DType::kU8, {0, Index{1} << 32}, "", "x")), InputError);
  EXPECT_THROW(write_idx(make_array(DType::kU8, Shape(256, 1), "a", "x")), InputError);
  EXPECT_THROW(write_idx(Array{DType::kU8, {2}, std::vector<std::byte>(3)}), InputError);
}

}  // namespace
}  // namespace isinglass
