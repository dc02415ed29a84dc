// fuzz/toml_fuzz.cpp - parse_toml accepts or refuses with one line, and what it accepts survives
// being written.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "isinglass/base/error.h"
#include "isinglass/io/toml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Value value;
  try {
    value = parse_toml(text, "fuzz.toml");
  } catch (const Error& error) {
    if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::abort();
    return 0;
  }
  // Text is compared, not values: NaN differs from itself, and plain values move before tables.
  const std::string written = write_toml(value);
  if (write_toml(parse_toml(written, "written.toml")) != written) std::abort();
  return 0;
}
