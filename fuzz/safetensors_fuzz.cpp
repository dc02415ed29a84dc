// fuzz/safetensors_fuzz.cpp - any bytes are a safetensors file or a clean error; what is read is
// written and read back alike, in the same bytes every time.
#include <cstdint>
#include <cstdlib>

#include "isinglass/base/error.h"
#include "isinglass/io/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Safetensors contents;
  try {
    contents = parse_safetensors(input, "input");
  } catch (const Error&) {
    return 0;
  }
  const std::string bytes = write_safetensors(contents);  // an error from here on is a fault
  const Safetensors again = parse_safetensors(bytes, "output");
  if (write_safetensors(again) != bytes) std::abort();
  if (again.tensors.size() != contents.tensors.size() || again.metadata.size() != contents.metadata.size())
    std::abort();
  for (const auto& [name, array] : contents.tensors) {
    const Array* read = again.find(name);
    if (read == nullptr || read->type != array.type || read->shape != array.shape || read->bytes != array.bytes)
      std::abort();
  }
  return 0;
}
