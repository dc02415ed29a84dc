// fuzz/pnm_fuzz.cpp - any bytes are a PGM or PPM image (or another that parse_image knows) or a clean error; an image
// has as many bytes as its shape says, and as a PNG file comes back alike.
#include <cstdint>
#include <cstdlib>

#include "isinglass/base/error.h"
#include "isinglass/io/image.h"
#include "isinglass/io/png.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const isinglass::Array image = isinglass::parse_image(bytes, "input");
    if (static_cast<isinglass::Index>(image.bytes.size()) != image.size()) std::abort();
    if (isinglass::parse_png(isinglass::write_png(image), "written").bytes != image.bytes) std::abort();
  } catch (const isinglass::Error&) {
  }
  return 0;
}
