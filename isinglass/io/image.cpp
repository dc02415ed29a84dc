#include "isinglass/io/image.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"
#include "isinglass/io/png.h"
#include "isinglass/io/pnm.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

std::string ending_of(std::string_view name) {
  std::string ending = std::filesystem::path(name).extension().string();
  std::ranges::transform(ending, ending.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return ending;
}

// How a file that is no image of ours begins.
std::string beginning_of(std::string_view bytes) {
  using namespace std::string_view_literals;
  const std::string_view first = bytes.substr(0, std::min<std::size_t>(bytes.find_first_of("\r\n"), 20));
  if (std::ranges::all_of(first, [](char c) { return (c >= ' ' && c < 0x7F) || c == '\t'; }))
    return "with the text " + in_quotes(first);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kOthers{{{"\xFF\xD8\xFF", "a JPEG image"},
                                                                                  {"GIF8", "a GIF image"},
                                                                                  {"BM", "a BMP image"},
                                                                                  {"II*\0"sv, "a TIFF image"},
                                                                                  {"MM\0*"sv, "a TIFF image"},
                                                                                  {"RIFF", "a WebP image"}}};
  for (const auto& [magic, what] : kOthers)
    if (bytes.starts_with(magic)) return "as " + std::string(what) + " does";
  return "with the bytes " + hex(bytes.substr(0, 8));
}

}  // namespace

bool is_image_name(std::string_view name) {
  constexpr std::array<std::string_view, 4> kEndings{".png", ".pgm", ".ppm", ".pnm"};
  return std::ranges::find(kEndings, ending_of(name)) != kEndings.end();
}

Array parse_image(std::string_view bytes, const std::string& name) {
  if (is_png(bytes)) return parse_png(bytes, name);
  if (is_pnm(bytes)) return parse_pnm(bytes, name);
  const std::string expected = "expected a PNG, PGM or PPM image";
  if (bytes.empty()) throw FormatError(name + ": " + expected + ", found an empty file");
  const std::string named = is_image_name(name) ? "is named " + ending_of(name) + " but begins " : "begins ";
  throw FormatError(name + ": the file " + named + beginning_of(bytes) + "; " + expected);
}

}  // namespace isinglass
