// isinglass/figure/series_data.h - the numbers behind a figure, in the figure.
//
// In SVG a series is a group <g class="series" data-name="NAME" data-x="0 1 2" data-y="0.1 0.2 nan"> with an attribute
// for each column. Numbers are the shortest text that reads back as the same bits, so that nothing is lost. XML readers
// refuse attributes of ten million letters: what follows the first kNumbersOfATag numbers of a column stands in groups
// <g class="series-rest" data-x="3 4"/> right behind.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/figure/scene.h"

namespace isinglass {

constexpr std::size_t kNumbersOfATag = std::size_t{1} << 17;

// The attributes of a series, with a space before each.
std::string series_attributes(const SeriesData& data);
// The groups with the rest of long columns; "" as a rule.
std::string series_rest(const SeriesData& data);

// All series of an SVG file of ours, in their order. Throws FormatError, led by `name`, where one is damaged.
std::vector<SeriesData> read_series(std::string_view svg, const std::string& name);

// The series of a name. Throws InputError that names the near ones.
const SeriesData& series_named(const std::vector<SeriesData>& all, const std::string& series_name);

}  // namespace isinglass
