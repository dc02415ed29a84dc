#include "isinglass/io/bytes.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

using namespace std::string_literals;

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Bytes, NumbersInBothOrders) {
  const std::string bytes = "\x12\x34\x56\x78\x9A\xBC\xDE\xF0\xFF";
  ByteReader little(bytes, "x"), big(bytes, "x");
  EXPECT_EQ(little.number<std::uint16_t>(ByteOrder::kLittle, "a"), 0x3412);
  EXPECT_EQ(big.number<std::uint32_t>(ByteOrder::kBig, "a"), 0x12345678U);
  EXPECT_EQ(big.offset(), 4U);
  EXPECT_EQ(ByteReader(bytes, "x").number<std::uint64_t>(ByteOrder::kLittle, "a"), 0xF0DEBC9A78563412U);
  EXPECT_EQ(ByteReader(bytes, "x").number<std::uint64_t>(ByteOrder::kBig, "a"), 0x123456789ABCDEF0U);
  EXPECT_EQ(big.rest(), "\x9A\xBC\xDE\xF0\xFF");
}

TEST(Bytes, AppendedNumbersReadBack) {
  std::string bytes;
  append_number(bytes, std::uint16_t{0x1234}, ByteOrder::kBig);
  append_number(bytes, std::uint16_t{0x1234}, ByteOrder::kLittle);
  append_number(bytes, std::uint64_t{0x0123456789ABCDEF}, ByteOrder::kBig);
  EXPECT_EQ(bytes, "\x12\x34\x34\x12\x01\x23\x45\x67\x89\xAB\xCD\xEF");
}

TEST(Bytes, TooFewBytesAreNamed) {
  ByteReader reader("abc", "file.bin");
  reader.take(1, "letter");
  EXPECT_EQ(message_of([&] { reader.take(3, "letters"); }),
            "file.bin: byte 1: expected 3 bytes of letters, found 2; the file is truncated");
  EXPECT_THROW(reader.take(~std::uint64_t{0}, "letters"), FormatError);
  EXPECT_EQ(reader.take(2, "letters"), "bc");
}

TEST(Bytes, ArraysNeedExactlyTheirBytes) {
  EXPECT_EQ(make_array(DType::kU16, {2}, "abcd", "x").at(0), 0x6261);
  EXPECT_EQ(make_array(DType::kU16, {2, 0, 1}, "", "x").size(), 0);
  EXPECT_EQ(message_of([] {
              make_array(DType::kF32, {2, 3}, "abcd", "x");
            }),
            "x: expected 24 bytes for F32 (2, 3), found 4");
  EXPECT_THROW(make_array(DType::kU8, {-1, -4}, "abcd", "x"), FormatError);
  EXPECT_THROW(make_array(DType::kF64, {Index{1} << 61}, "", "x"), FormatError);
  EXPECT_THROW(make_array(DType::kU8, {Index{1} << 32, Index{1} << 32}, "", "x"), FormatError);
  EXPECT_EQ(message_of([] { make_array(DType::kBool, {3}, "\0\1\7"s, "x"); }),
            "x: expected 0 or 1 for every boolean, found 07 at element 2");
}

TEST(Bytes, ArraysToWriteMustBeWhole) {
  const Array array = make_array(DType::kU8, {3}, "abc", "x");
  EXPECT_EQ(checked_bytes(array, "x"), "abc");
  EXPECT_EQ(message_of([&] {
              checked_bytes(Array{DType::kF32, {3}, array.bytes}, "x");
            }),
            "x: cannot write F32 (3) that holds 3 bytes");
  EXPECT_THROW(checked_bytes(Array{DType::kU8, {-3}, array.bytes}, "x"), InputError);
  EXPECT_THROW(checked_bytes(Array{DType::kBool, {3}, array.bytes}, "x"), InputError);
}

TEST(Bytes, ReverseSwapsWithinElements) {
  std::string text = "abcdefgh";
  const auto bytes = std::as_writable_bytes(std::span(text));
  reverse_bytes(bytes, 1);
  EXPECT_EQ(text, "abcdefgh");
  reverse_bytes(bytes, 2);
  EXPECT_EQ(text, "badcfehg");
  reverse_bytes(bytes, 8);
  EXPECT_EQ(text, "ghefcdab");
}

TEST(Bytes, HexShowsEveryByte) {
  EXPECT_EQ(hex("\x89PNG"), "89 50 4E 47");
  EXPECT_EQ(hex(""), "");
}

}  // namespace
}  // namespace isinglass
