// fuzz/json_fuzz.cpp - parse_json accepts or refuses with one line, and what it accepts survives
// being written.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Value value;
  try {
    value = parse_json(text, "fuzz.json");
  } catch (const Error& error) {
    if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::abort();
    return 0;
  }
  if (parse_json(write_json(value), "written.json") != value) std::abort();
  if (parse_json(write_json(value, 2), "written.json") != value) std::abort();
  return 0;
}
