// fuzz/formula_fuzz.cpp - a formula is refused with one line, or computed for any number.
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include "isinglass/base/error.h"
#include "isinglass/lab/formula.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  try {
    const Formula formula = Formula::read(std::string(reinterpret_cast<const char*>(data), size), "formula");
    for (const double x : {-1.5, 0.0, 3.0, std::numeric_limits<double>::infinity()}) formula(x);
  } catch (const Error& error) {
    if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::abort();
  }
  return 0;
}
