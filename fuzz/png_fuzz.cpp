// fuzz/png_fuzz.cpp - any bytes are a PNG image or a clean error; what is read is written and read
// back alike. Checksums are corrected first, so that changed bytes get behind them.
#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "isinglass/base/error.h"
#include "isinglass/io/png.h"

static std::string with_checksums(std::string bytes) {
  constexpr std::size_t kSignature = 8, kAround = 12;  // length, type and checksum of a chunk
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
  for (std::size_t at = kSignature; at + kAround <= bytes.size();) {
    const std::size_t length = byte(at) << 24 | byte(at + 1) << 16 | byte(at + 2) << 8 | byte(at + 3);
    if (length > bytes.size() - at - kAround) break;
    const auto* type = reinterpret_cast<const Bytef*>(bytes.data() + at + 4);
    const uLong sum = crc32(0, type, static_cast<uInt>(length + 4));
    at += length + kAround;
    for (std::size_t i = 0; i < 4; ++i) bytes[at - 1 - i] = static_cast<char>(sum >> (8 * i) & 0xFF);
  }
  return bytes;
}

static void read_and_write(std::string_view bytes) {
  try {
    const isinglass::Array image = isinglass::parse_png(bytes, "input");
    const isinglass::Array again = isinglass::parse_png(isinglass::write_png(image), "written");
    if (again.shape != image.shape || again.bytes != image.bytes) std::abort();
  } catch (const isinglass::Error&) {
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read_and_write(bytes);
  read_and_write(with_checksums(bytes));
  return 0;
}
