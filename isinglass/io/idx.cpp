#include "isinglass/io/idx.h"

#include <algorithm>
#include <array>
#include <utility>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"
#include "isinglass/io/gzip.h"

namespace isinglass {
namespace {

constexpr std::array<std::pair<std::uint8_t, DType>, 6> kTypeCodes{{{0x08, DType::kU8},
                                                                    {0x09, DType::kI8},
                                                                    {0x0B, DType::kI16},
                                                                    {0x0C, DType::kI32},
                                                                    {0x0D, DType::kF32},
                                                                    {0x0E, DType::kF64}}};

Array parse_plain(std::string_view bytes, const std::string& name) {
  const std::string_view magic = bytes.substr(0, 4);
  const auto* code = std::ranges::find_if(kTypeCodes, [&](const auto& entry) {
    return magic.size() == 4 && static_cast<std::uint8_t>(magic[2]) == entry.first;
  });
  if (!magic.starts_with(std::string_view("\0\0", 2)) || code == kTypeCodes.end() || magic[3] == 0)
    throw FormatError(name +
                      ": expected the IDX magic 00 00 08 0N (or 09, 0B, 0C, 0D, 0E for the type; N "
                      "dimensions), found " +
                      (magic.empty() ? "an empty file" : hex(magic)));

  ByteReader reader(bytes, name);
  reader.take(4, "magic");
  Shape shape(static_cast<std::uint8_t>(magic[3]));
  for (Index& extent : shape) extent = reader.number<std::uint32_t>(ByteOrder::kBig, "dimensions");
  const std::string where = name + ": byte " + std::to_string(reader.offset());
  Array array = make_array(code->second, std::move(shape), reader.rest(), where);
  reverse_bytes(array.bytes, size_of(array.type));
  return array;
}

}  // namespace

Array parse_idx(std::string_view bytes, const std::string& name) {
  return is_gzip(bytes) ? parse_plain(gunzip(bytes, name), name) : parse_plain(bytes, name);
}

std::string write_idx(const Array& array) {
  const auto* code = std::ranges::find(kTypeCodes, array.type, &std::pair<std::uint8_t, DType>::second);
  if (code == kTypeCodes.end())
    throw InputError("IDX holds U8, I8, I16, I32, F32 or F64, not " + std::string(name_of(array.type)));
  if (array.shape.empty() || array.shape.size() > 0xFF ||
      std::ranges::any_of(array.shape, [](Index extent) { return extent > 0xFFFFFFFF; }))
    throw InputError("IDX holds 1 to 255 dimensions below 2^32, not " + to_string(array.shape));

  const std::string_view little_endian = checked_bytes(array, "IDX");
  std::string bytes{0, 0, static_cast<char>(code->first), static_cast<char>(array.shape.size())};
  for (const Index extent : array.shape) append_number(bytes, static_cast<std::uint32_t>(extent), ByteOrder::kBig);
  const std::size_t header = bytes.size();
  bytes += little_endian;
  reverse_bytes(std::as_writable_bytes(std::span(bytes).subspan(header)), size_of(array.type));
  return bytes;
}

}  // namespace isinglass
