// isinglass/train/metrics_text.cpp - metrics as tables for a terminal.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "isinglass/train/metrics.h"

namespace isinglass {
namespace {

constexpr std::size_t kMostRows = 20, kLineWidth = 100, kLongestName = 24, kShortestName = 3;
constexpr std::string_view kGap = "  ";

using Row = std::vector<std::string>;

std::string decimal(double x, const char* format) {
  if (std::isnan(x)) return "-";
  std::array<char, 32> buffer;
  const int length = std::snprintf(buffer.data(), buffer.size(), format, x);
  return {buffer.data(), static_cast<std::size_t>(length)};
}
std::string error_text(double x) {
  return decimal(x, "%.6g");
}
std::string share_text(double x) {
  return decimal(x, "%.4f");
}
std::string count_text(double x) {
  return decimal(x, "%.10g");
}

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}  // in UTF-8

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

// The first `most` characters. Control characters become '?': a name from a file must not steer the
// terminal.
std::string shown(const std::string& name, std::size_t most) {
  std::string out;
  std::size_t width = 0;
  for (const char c : name) {
    if (starts_character(c) && ++width > most) break;
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    out += is_control ? '?' : c;
  }
  return out;
}

// Columns as wide as their widest cell; the first starts at the left, the others end at the right.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - width_of(row[i]), ' ');
      if (i == 0)
        out += row.size() > 1 ? row[i] + space : row[i];
      else
        out.append(kGap).append(space).append(row[i]);
    }
    out += '\n';
  }
  return out;
}

std::string more(std::size_t count, const std::string& things) {
  return count > kMostRows ? "and " + std::to_string(count - kMostRows) + " more " + things + "\n" : "";
}

std::string responses_text(const Metrics& m) {
  std::vector<Row> rows{{"output", "RMSE", "MAE", "R2"}};
  for (std::size_t j = 0; j < std::min(m.outputs.size(), kMostRows); ++j) {
    const OutputMetrics& o = m.outputs[j];
    rows.push_back({shown(o.name, kLongestName), error_text(o.rmse), error_text(o.mae), share_text(o.r2)});
  }
  if (m.outputs.size() > 1) rows.push_back({"mean", error_text(m.rmse), error_text(m.mae), share_text(m.r2)});
  return aligned(rows) + more(m.outputs.size(), "outputs");
}

std::string classes_text(const Metrics& m) {
  std::vector<Row> rows{{"class", "precision", "recall", "F1", "support"}};
  double support = 0;
  for (const ClassMetrics& c : m.classes) support += c.support;
  for (std::size_t k = 0; k < std::min(m.classes.size(), kMostRows); ++k) {
    const ClassMetrics& c = m.classes[k];
    rows.push_back({shown(c.name, kLongestName), share_text(c.precision), share_text(c.recall), share_text(c.f1),
                    count_text(c.support)});
  }
  rows.push_back({"macro mean", share_text(m.macro_precision), share_text(m.macro_recall), share_text(m.macro_f1),
                  count_text(support)});
  return aligned(rows) + more(m.classes.size(), "classes");
}

std::string confusion_text(const Metrics& m) {
  const std::size_t k = m.classes.size(), shown_classes = std::min(k, kMostRows);
  std::size_t longest = 0;
  for (std::size_t t = 0; t < shown_classes; ++t)
    longest = std::max(longest, width_of(shown(m.classes[t].name, kLongestName)));
  // Column heads are cut so that the line fits; the rows carry the same names at length.
  const std::size_t left = (kLineWidth - std::min(longest, kLongestName)) / shown_classes;
  const std::size_t head = std::max(kShortestName, left - std::min(left, kGap.size()));
  std::vector<Row> rows{{""}};
  for (std::size_t t = 0; t < shown_classes; ++t) {
    rows[0].push_back(shown(m.classes[t].name, head));
    Row row{shown(m.classes[t].name, kLongestName)};
    for (std::size_t p = 0; p < shown_classes; ++p) row.push_back(count_text(m.confusion[t * k + p]));
    rows.push_back(std::move(row));
  }
  std::string text = "confusion matrix: a row for each true class, a column for each predicted class\n";
  return text.append(aligned(rows)).append(more(k, "classes"));
}

}  // namespace

std::string Metrics::text() const {
  std::string of = " of ";
  of.append(std::to_string(samples)).append(samples == 1 ? " sample\n" : " samples\n");
  std::string text;
  if (!outputs.empty()) return text.append("errors").append(of).append(responses_text(*this));
  text.append("accuracy ").append(share_text(accuracy)).append(of).append("\n");
  text.append(classes_text(*this));
  if (!confusion.empty()) text.append("\n").append(confusion_text(*this));
  return text;
}

}  // namespace isinglass
