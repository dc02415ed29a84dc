// fuzz/csv_fuzz.cpp - parse_csv accepts or refuses with one line, and what it accepts survives
// being written.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "isinglass/base/error.h"
#include "isinglass/io/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  if (size == 0) return 0;
  // The first byte chooses the options.
  CsvOptions options;
  options.has_header = (data[0] & 1) != 0;
  if ((data[0] & 2) != 0) options.delimiter = static_cast<char>(data[0] >> 2);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Csv csv;
  try {
    csv = parse_csv(text, "fuzz.csv", options);
  } catch (const Error& error) {
    if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::abort();
    return 0;
  }
  const Csv again = parse_csv(write_csv(csv.header, csv.rows), "written.csv", {.has_header = options.has_header});
  if (again.header != csv.header || again.rows != csv.rows) std::abort();
  if (csv.lines.size() != csv.rows.size()) std::abort();
  return 0;
}
