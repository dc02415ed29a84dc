// fuzz/gzip_fuzz.cpp - any bytes are a gzip file, or a raw deflate stream, or a clean error.
#include <cstdint>
#include <cstdlib>

#include "isinglass/base/error.h"
#include "isinglass/io/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  constexpr std::uint64_t kMostBytes = 1 << 22;
  try {
    if (gunzip(input, "input", kMostBytes).size() > kMostBytes) std::abort();
  } catch (const Error&) {
  }
  try {
    if (inflate_raw(input, size, "input").size() != size) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
