// isinglass/figure/chart.h - line charts and scatter plots: series of points over two axes.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "isinglass/figure/chart_frame.h"

namespace isinglass {

enum class Line { kNone, kSolid, kDashed, kDotted };

// Points in their order. A point that has no place (NaN, or not above 0 on a log axis) leaves a gap.
struct Series {
  std::string name;      // in the legend, with marks of text_metrics.h; "" keeps it out of the legend
  std::string key = {};  // of its numbers in the file, such as "w(1,4)"; "" takes the name
  std::vector<double> x, y;
  Line line = Line::kSolid;
  Marker marker = Marker::kNone;
  std::optional<Colour> colour = {};  // "none" takes the next of the palette
  double width = 2;
  std::vector<std::string> point_names = {};  // written beside the points where there is room
  std::vector<Colour> point_colours = {};     // instead of `colour`, for the markers
};

// A line across the plot, such as a target.
struct ReferenceLine {
  double at = 0;
  bool is_vertical = false;
  std::string name = {};  // in the legend
  Colour colour = kInk;
  Line line = Line::kDashed;
};

struct Chart {
  std::string title, x_label, y_label;
  Axis x = {}, y = {};
  std::vector<Series> series;
  std::vector<ReferenceLine> references = {};
  ChartLook look = {};
  bool x_is_tight = true, y_is_tight = false;  // no margin around the data
  bool has_equal_units = false;
  double extra_right = 0;  // room kept free to the right of the plot
};

// Throws InputError for a series whose x and y (or names, or colours) do not pair, and as axis_range does. Every series
// is in the file with columns "x" and "y", a reference line with "x" or "y".
Scene draw(const Chart& chart);

// The straight line of least squares, y = intercept + slope x, over the points that are finite.
struct FittedLine {
  double slope = 0, intercept = 0, r_squared = 0;
  // As a series over the range of x.
  Series series(double x_low, double x_high, const std::string& name) const;
};
// Throws InputError for fewer than two different x.
FittedLine fit_line(const std::vector<double>& x, const std::vector<double>& y);

// The series as a group of lines, markers and point names, clipped to the plot; for other figures over a frame.
Element draw_series(const Series& series, const SeriesLook& look, const ChartFrame& frame);
SeriesLook look_of(const Series& series, std::size_t which);

// Names beside points, clear of one another and of all points and lines.
void draw_point_names(Scene& scene, const std::vector<Series>& series, const ChartFrame& frame);

}  // namespace isinglass
