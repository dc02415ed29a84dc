#include "isinglass/figure/text_metrics.h"

#include <algorithm>
#include <array>

#include "isinglass/io/text.h"

namespace isinglass {
namespace {

// Advance widths in units of 1/2048 of the size. Source: DejaVu Sans 2.37, table hmtx.
constexpr double kUnits = 2048;
constexpr std::array<std::uint16_t, 95> kAscii = {  // U+0020 to U+007E
    651,  821,  942,  1716, 1303, 1946, 1597, 563,  799,  799,  1024, 1716, 651,  739,  651,  690,  1303, 1303, 1303,
    1303, 1303, 1303, 1303, 1303, 1303, 1303, 690,  690,  1716, 1716, 1716, 1087, 2048, 1401, 1405, 1430, 1577, 1294,
    1178, 1587, 1540, 604,  604,  1343, 1141, 1767, 1532, 1612, 1235, 1612, 1423, 1300, 1251, 1499, 1401, 2025, 1403,
    1251, 1403, 799,  690,  799,  1716, 1024, 1024, 1255, 1300, 1126, 1300, 1260, 721,  1300, 1298, 569,  569,  1186,
    569,  1995, 1298, 1253, 1300, 1300, 842,  1067, 803,  1298, 1212, 1675, 1212, 1212, 1075, 1303, 690,  1303, 1716};
constexpr std::array<std::uint16_t, 96> kLatin = {  // U+00A0 to U+00FF
    651,  821,  1303, 1303, 1303, 1303, 690,  1024, 1024, 2048, 965,  1253, 1716, 739,  2048, 1024,
    1024, 1716, 821,  821,  1024, 1303, 1303, 651,  1024, 821,  965,  1253, 1985, 1985, 1985, 1087,
    1401, 1401, 1401, 1401, 1401, 1401, 1995, 1430, 1294, 1294, 1294, 1294, 604,  604,  604,  604,
    1587, 1532, 1612, 1612, 1612, 1612, 1612, 1716, 1612, 1499, 1499, 1499, 1499, 1251, 1239, 1290,
    1255, 1255, 1255, 1255, 1255, 1255, 2011, 1126, 1260, 1260, 1260, 1260, 569,  569,  569,  569,
    1253, 1298, 1253, 1253, 1253, 1253, 1253, 1716, 1253, 1298, 1298, 1298, 1298, 1212, 1300, 1212};
constexpr std::array<std::uint16_t, 57> kGreek = {  // U+0391 to U+03C9
    1401, 1405, 1141, 1401, 1294, 1403, 1540, 1612, 604,  1343, 1401, 1767, 1532, 1294, 1612, 1540, 1235, 0,    1294,
    1251, 1251, 1612, 1403, 1612, 1565, 604,  1251, 1350, 1107, 1298, 693,  1185, 1350, 1307, 1212, 1253, 1107, 1114,
    1298, 1253, 693,  1207, 1212, 1303, 1144, 1142, 1253, 1233, 1300, 1202, 1298, 1233, 1185, 1351, 1183, 1351, 1715};
struct Width {
  char32_t letter;
  std::uint16_t width;
};
constexpr std::array<Width, 16> kOthers = {{{0x0177, 1212},  // y with a hat
                                            {0x2013, 1024},  // dash
                                            {0x2026, 2048},  // ellipsis
                                            {0x2032, 465},   // prime
                                            {0x2190, 1716},  // arrows
                                            {0x2192, 1716},
                                            {0x2202, 1059},    // partial derivative
                                            {0x2207, 1370},    // nabla
                                            {0x2211, 1380},    // sum
                                            {0x2212, 1716},    // minus
                                            {0x221e, 1706},    // infinity
                                            {0x2248, 1716},    // nearly equal
                                            {0x2264, 1716},    // at most
                                            {0x2265, 1716},    // at least
                                            {0x22c5, 651},     // dot
                                            {0x22ee, 2048}}};  // vertical ellipsis

constexpr double kScriptSize = 0.72, kSubscriptDrop = 0.2, kSuperscriptRise = 0.36;  // of the size around it
constexpr int kMostDepth = 4;

double width_of(char32_t letter) {
  if (letter >= 0x20 && letter <= 0x7e) return kAscii[letter - 0x20];
  if (letter >= 0xa0 && letter <= 0xff) return kLatin[letter - 0xa0];
  if (letter >= 0x391 && letter <= 0x3c9) return kGreek[letter - 0x391];
  for (const Width& other : kOthers)
    if (other.letter == letter) return other.width;
  return kUnits;  // as wide as the letters of most scripts ever are
}

char32_t decoded(std::string_view letter) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(letter[i]); };
  if (letter.size() == 1) return byte(0);
  char32_t code = byte(0) & (0x7fu >> letter.size());
  for (std::size_t i = 1; i < letter.size(); ++i) code = code << 6 | (byte(i) & 0x3fu);
  return code;
}

class Layout {
 public:
  explicit Layout(std::string_view text) : rest_(text) {}

  std::vector<TextRun> run(double size) {
    set(size, 0, 0);
    return std::move(runs_);
  }

 private:
  // Up to the brace that closes this level, or the end of the text.
  void set(double size, double y, int depth) {
    while (!rest_.empty()) {
      if (depth > 0 && rest_.front() == '}') {
        rest_.remove_prefix(1);
        return;
      }
      const bool is_script = depth < kMostDepth && (rest_.starts_with("_{") || rest_.starts_with("^{"));
      if (!is_script) {
        append_letter(size, y);
        continue;
      }
      const double shift = rest_.front() == '_' ? kSubscriptDrop : -kSuperscriptRise;
      rest_.remove_prefix(2);
      set(size * kScriptSize, y + shift * size, depth + 1);
    }
  }

  void append_letter(double size, double y) {
    const std::size_t length = utf8_length(rest_);
    // What is no UTF-8, or no character that XML allows, becomes the replacement character.
    const char32_t letter = length == 0 ? 0xfffd : decoded(rest_.substr(0, length));
    const bool is_allowed = length > 0 && letter >= 0x20 && letter != 0xfffe && letter != 0xffff;
    if (runs_.empty() || runs_.back().size != size || runs_.back().y != y)
      runs_.push_back({.x = x_, .y = y, .size = size, .width = 0, .text = {}});
    append_utf8(runs_.back().text, is_allowed ? letter : 0xfffd);
    const double width = width_of(is_allowed ? letter : 0xfffd) / kUnits * size;
    runs_.back().width += width;
    x_ += width;
    rest_.remove_prefix(std::max<std::size_t>(length, 1));
  }

  std::string_view rest_;
  double x_ = 0;
  std::vector<TextRun> runs_;
};

}  // namespace

std::vector<TextRun> text_runs(std::string_view text, double size) {
  return Layout(text).run(size);
}

double text_width(std::string_view text, double size) {
  double width = 0;
  for (const TextRun& run : text_runs(text, size)) width += run.width;
  return width;
}

std::string plain_text(std::string_view text) {
  std::string plain;
  for (const TextRun& run : text_runs(text, 1)) plain += run.text;
  return plain;
}

}  // namespace isinglass
