// isinglass/figure/text_metrics.h - how wide text is, and where its raised and lowered parts stand.
//
// Layout must be the same on every machine, so that widths come from a table of our own: DejaVu Sans, among the widest
// of the usual fonts. Where another font stands in for it, letters take less room than planned, hardly ever more.
//
// Marks: "_{...}" lowers, "^{...}" raises; both nest: "H_{4_{in}}", "10^{-3}". All else stands as it is, so that
// "learning_rate" needs no escape. Text is UTF-8.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace isinglass {

constexpr const char* kFontFamily = "DejaVu Sans";
constexpr double kAscent = 0.76, kDescent = 0.24;  // of letters, as parts of the size

// Letters of one size on one baseline, (x, y) from where the text begins, y down.
struct TextRun {
  double x = 0, y = 0, size = 0, width = 0;
  std::string text;  // well-formed UTF-8 without control characters
};

std::vector<TextRun> text_runs(std::string_view text, double size);
double text_width(std::string_view text, double size);

// The letters without marks, for titles and screen readers.
std::string plain_text(std::string_view text);

}  // namespace isinglass
