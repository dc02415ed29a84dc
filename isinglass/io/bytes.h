// isinglass/io/bytes.h - numbers and arrays out of untrusted bytes, with every size checked before
// it is used.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "isinglass/io/array.h"

namespace isinglass {

enum class ByteOrder { kLittle, kBig };

// Walks over the bytes of a file. Each call that finds too few bytes throws FormatError
// "NAME: byte 12: expected 4 bytes of WHAT, found 3; the file is truncated".
// Both views must outlive the reader.
class ByteReader {
 public:
  ByteReader(std::string_view bytes, std::string_view name) : bytes_(bytes), name_(name) {}

  std::uint64_t offset() const { return offset_; }
  std::string_view rest() const { return bytes_.substr(offset_); }

  // The next `count` bytes.
  std::string_view take(std::uint64_t count, std::string_view what);

  // The next sizeof(T) bytes as a number.
  template <std::unsigned_integral T>
  T number(ByteOrder order, std::string_view what) {
    const std::string_view raw = take(sizeof(T), what);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const std::size_t at = order == ByteOrder::kBig ? i : sizeof(T) - 1 - i;
      number = number << 8 | static_cast<unsigned char>(raw[at]);
    }
    return static_cast<T>(number);
  }

  // Throws FormatError "NAME: byte OFFSET: message".
  [[noreturn]] void fail(const std::string& message) const;

 private:
  std::string_view bytes_, name_;
  std::uint64_t offset_ = 0;
};

// Appends a number to the bytes of a file.
template <std::unsigned_integral T>
void append_number(std::string& bytes, T number, ByteOrder order) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    const std::size_t at = order == ByteOrder::kBig ? sizeof(T) - 1 - i : i;
    bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * at) & 0xFF);
  }
}

// An array over a copy of little-endian `bytes`. Throws FormatError led by `where` when there are
// more or fewer bytes than the shape asks for, when the shape overflows, or when a boolean is
// neither 0 nor 1.
Array make_array(DType type, Shape shape, std::string_view bytes, const std::string& where);

// The bytes of an array that is about to be written to a file. Throws InputError led by `where`
// when their number does not fit the array's type and shape, or when a boolean is neither 0 nor 1.
std::string_view checked_bytes(const Array& array, const std::string& where);

// Reverses the bytes of every element of `size` bytes: big-endian becomes little-endian and back.
void reverse_bytes(std::span<std::byte> bytes, Index size);

// Bytes as a message shows them: "89 50 4E 47".
std::string hex(std::string_view bytes);

}  // namespace isinglass
