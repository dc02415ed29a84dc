// cli/text_plot.h - a signal drawn with block characters.
#pragma once
#include <span>
#include <string>

namespace isinglass {

// Bars from `low` (empty) to `high` (`lines` characters high), one column for each value, lines ended by '\n'; NaN
// leaves its column empty, and every other value shows at least a thin bar. Where there are more values than
// `columns`, every second, third, ... is shown.
std::string text_plot(std::span<const double> values, double low, double high, int lines = 4, std::size_t columns = 72);

}  // namespace isinglass
