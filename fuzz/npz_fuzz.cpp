// fuzz/npz_fuzz.cpp - any bytes are a ZIP archive, perhaps of arrays, or a clean error; what is
// read is written and read back alike.
#include <cstdint>
#include <cstdlib>

#include "isinglass/base/error.h"
#include "isinglass/io/npy.h"
#include "isinglass/io/zip.h"

namespace {

void check_zip(std::string_view bytes) {
  using namespace isinglass;
  constexpr std::uint64_t kMostBytes = 1 << 22;
  std::vector<std::pair<std::string, std::string>> entries;
  try {
    entries = parse_zip(bytes, "input", kMostBytes);
  } catch (const Error&) {
    return;
  }
  if (parse_zip(write_zip(entries), "output") != entries) std::abort();
}

void check_npz(std::string_view bytes) {
  using namespace isinglass;
  NamedArrays arrays;
  try {
    arrays = parse_npz(bytes, "input");
  } catch (const Error&) {
    return;
  }
  const NamedArrays again = parse_npz(write_npz(arrays), "output");
  if (again.size() != arrays.size()) std::abort();
  for (std::size_t i = 0; i < arrays.size(); ++i)
    if (again[i].first != arrays[i].first || again[i].second.shape != arrays[i].second.shape ||
        again[i].second.bytes != arrays[i].second.bytes)
      std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_zip(input);
  check_npz(input);
  return 0;
}
