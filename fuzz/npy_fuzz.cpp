// fuzz/npy_fuzz.cpp - any bytes are an NPY file or a clean error; what is read is written and read
// back alike.
#include <cstdint>
#include <cstdlib>

#include "isinglass/base/error.h"
#include "isinglass/io/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Array array;
  try {
    array = parse_npy(input, "input");
  } catch (const Error&) {
    return 0;
  }
  const Array again = parse_npy(write_npy(array), "output");  // an error here is a fault
  if (again.type != array.type || again.shape != array.shape || again.bytes != array.bytes) std::abort();
  return 0;
}
