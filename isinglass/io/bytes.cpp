#include "isinglass/io/bytes.h"

#include <algorithm>
#include <utility>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

std::string hex_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return {kHexDigits[byte >> 4], kHexDigits[byte & 15]};
}

std::string text_of(std::uint64_t bytes) {
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

// The bytes of an array; -1 where they do not fit into an Index.
Index byte_count(DType type, const Shape& shape) {
  try {
    const Index size = size_of(shape);
    return size <= (Index{1} << 62) / size_of(type) ? size * size_of(type) : -1;
  } catch (const ShapeError&) {
    return -1;
  }
}

// ": expected 0 or 1 ..." for the first boolean that is neither, "" where there is none.
std::string flaw_of_booleans(DType type, std::string_view bytes) {
  if (type != DType::kBool) return "";
  const auto odd = std::ranges::find_if(bytes, [](char c) { return c != 0 && c != 1; });
  if (odd == bytes.end()) return "";
  return ": expected 0 or 1 for every boolean, found " + hex_of(*odd) + " at element " +
         std::to_string(odd - bytes.begin());
}

}  // namespace

std::string_view ByteReader::take(std::uint64_t count, std::string_view what) {
  if (count > bytes_.size() - offset_)
    fail("expected " + text_of(count) + " of " + std::string(what) + ", found " +
         std::to_string(bytes_.size() - offset_) + "; the file is truncated");
  const std::string_view taken = bytes_.substr(offset_, count);
  offset_ += count;
  return taken;
}

void ByteReader::fail(const std::string& message) const {
  throw FormatError(std::string(name_) + ": byte " + std::to_string(offset_) + ": " + message);
}

Array make_array(DType type, Shape shape, std::string_view bytes, const std::string& where) {
  const std::string what = std::string(name_of(type)) + " " + to_string(shape);
  const Index count = byte_count(type, shape);
  if (count < 0) throw FormatError(where + ": expected an array that fits into memory, found " + what);
  if (static_cast<std::uint64_t>(count) != bytes.size())
    throw FormatError(where + ": expected " + text_of(static_cast<std::uint64_t>(count)) + " for " + what + ", found " +
                      std::to_string(bytes.size()));
  if (const std::string flaw = flaw_of_booleans(type, bytes); !flaw.empty()) throw FormatError(where + flaw);
  Array array{type, std::move(shape), {}};
  const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
  array.bytes.assign(first, first + bytes.size());
  return array;
}

std::string_view checked_bytes(const Array& array, const std::string& where) {
  const Index count = byte_count(array.type, array.shape);
  if (count < 0 || static_cast<std::uint64_t>(count) != array.bytes.size())
    throw InputError(where + ": cannot write " + std::string(name_of(array.type)) + " " + to_string(array.shape) +
                     " that holds " + text_of(array.bytes.size()));
  const std::string_view bytes(reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size());
  if (const std::string flaw = flaw_of_booleans(array.type, bytes); !flaw.empty()) throw InputError(where + flaw);
  return bytes;
}

void reverse_bytes(std::span<std::byte> bytes, Index size) {
  if (size == 1) return;
  for (auto element = bytes.begin(); element != bytes.end(); element += size) std::reverse(element, element + size);
}

std::string hex(std::string_view bytes) {
  std::string result;
  for (const char c : bytes) result += (result.empty() ? "" : " ") + hex_of(c);
  return result;
}

}  // namespace isinglass
