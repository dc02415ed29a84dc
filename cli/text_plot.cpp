#include "cli/text_plot.h"

#include <algorithm>
#include <cmath>

#include "isinglass/io/text.h"

namespace isinglass {

std::string text_plot(std::span<const double> values, double low, double high, int lines, std::size_t columns) {
  constexpr int kEighths = 8;
  constexpr char32_t kLowestBlock = 0x2581;  // one eighth; the full block is 7 further
  const std::size_t step = (values.size() + columns - 1) / columns;
  const double range = high / 2 - low / 2;  // halves: the difference of two doubles may be beyond double
  std::string text;
  for (int line = lines - 1; line >= 0; --line) {
    std::string row = "  ";
    for (std::size_t i = 0; i < values.size(); i += step) {
      const double part = range > 0 ? std::clamp((values[i] / 2 - low / 2) / range, 0.0, 1.0) : 0.5;
      const int height = std::isnan(values[i]) || std::isnan(part)
                             ? 0
                             : std::max(1, static_cast<int>(std::lround(part * lines * kEighths)));
      const int block = std::clamp(height - line * kEighths, 0, kEighths);
      if (block == 0)
        row += ' ';
      else
        append_utf8(row, kLowestBlock + static_cast<char32_t>(block - 1));
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + '\n';
  }
  return text;
}

}  // namespace isinglass
