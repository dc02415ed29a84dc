// isinglass/figure/histogram.h - how often numbers fall into ranges.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/chart_frame.h"

namespace isinglass {

// Bar i counts low <= number < high with edges[i] and edges[i + 1]; the last one includes its upper edge.
struct Histogram {
  std::string title, x_label, y_label = "count";
  std::vector<double> edges, counts;
  Axis x = {}, y = {};
  Colour colour = series_colour(0);
  ChartLook look = {};
};

// Counts numbers in `bins` equal ranges from low to high; what lies outside or is not finite is left out.
Histogram count_numbers(const std::vector<double>& numbers, Index bins, double low, double high);
// The same over the range of the finite numbers.
Histogram count_numbers(const std::vector<double>& numbers, Index bins);

// The series "histogram" has columns "low", "high" and "count". Throws InputError unless there is one edge more than
// counts and edges ascend.
Scene draw(const Histogram& histogram);

}  // namespace isinglass
