// fuzz/encoding_fuzz.cpp - bytes of any encoding become UTF-8, or are refused with one line.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "isinglass/base/error.h"
#include "isinglass/io/encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto& names = encodings();
  try {
    const Decoded decoded = decode_text(bytes, "fuzz.csv", names[data[0] % names.size()]);
    // What came out is UTF-8: read as that, it is the same.
    if (decode_text(decoded.text, "again.csv", "UTF-8").text != decoded.text) std::abort();
  } catch (const Error& error) {
    if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::abort();
  }
  return 0;
}
