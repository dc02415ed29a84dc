// fuzz/idx_fuzz.cpp - any bytes are an IDX file or a clean error; what is read is written and read
// back alike.
#include <cstdint>
#include <cstdlib>

#include "isinglass/base/error.h"
#include "isinglass/io/gzip.h"
#include "isinglass/io/idx.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (isinglass::is_gzip(bytes)) return 0;  // gzip_fuzz looks after these
  try {
    const isinglass::Array array = isinglass::parse_idx(bytes, "input");
    if (isinglass::write_idx(array) != bytes) std::abort();
  } catch (const isinglass::Error&) {
  }
  return 0;
}
