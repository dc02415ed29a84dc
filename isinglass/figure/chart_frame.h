// isinglass/figure/chart_frame.h - what charts share: title, axes with ticks and grid, the legend, fitting text.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "isinglass/figure/axis.h"
#include "isinglass/figure/scene.h"

namespace isinglass {

// The outside of a chart. Titles are a little larger than `text_size`, numbers at ticks a little smaller.
struct ChartLook {
  double width = 640, height = 420;
  double text_size = 12;
  bool has_y_numbers = true;  // false: the height of things says enough, as in a row of small histograms
};

enum class Marker { kNone, kCircle, kSquare, kDiamond, kTriangle };

// How a series looks, in the plot and in the legend.
struct SeriesLook {
  Colour colour = kInk;
  bool has_line = true;
  double width = 2;
  std::vector<double> dash = {};
  Marker marker = Marker::kNone;
  double marker_size = 4.5;  // its radius
  bool is_area = false;      // a filled box in the legend
};

struct LegendEntry {
  std::string name;
  SeriesLook look;
};

Element marker_at(Point at, const SeriesLook& look);

// `text`, smaller or cut with an ellipsis if it is wider than `room`.
Text fitted(Text text, double room);

// The part of a chart between its margins.
class ChartFrame {
 public:
  struct Request {
    std::string title, x_label, y_label;
    Axis x, y;
    DataRange x_data, y_data;
    bool x_is_tight = false, y_is_tight = false;  // no margin around the data
    ChartLook look;
    std::vector<LegendEntry> legend;
    double extra_right = 0;  // room kept free on the right, between plot and legend
    bool has_grid = true;
    bool has_equal_units = false;  // a unit of x is as long as one of y
  };
  explicit ChartFrame(Request request);

  const Box& plot() const { return plot_; }
  double width() const { return width_; }  // as asked for, or less where units are equal
  const AxisScale& x() const { return *x_; }
  const AxisScale& y() const { return *y_; }

  // Grid behind the data; axes, numbers, title and legend around it.
  void draw_behind(Scene& scene) const;
  void draw_around(Scene& scene) const;

 private:
  void lay_out();
  void lay_out_legend();
  void lay_out_across(const AxisRange& range, double right);
  void draw_x_numbers(Scene& scene) const;
  void draw_y_numbers(Scene& scene) const;
  void draw_names(Scene& scene) const;
  void draw_legend(Scene& scene) const;
  double tick_size() const { return request_.look.text_size * 0.92; }

  Request request_;
  Box plot_;
  Ticks x_ticks_, y_ticks_;
  std::optional<AxisScale> x_, y_;
  std::size_t legend_rows_ = 0, legend_shown_ = 0;
  double legend_column_ = 0, legend_width_ = 0, width_ = 0;
};

}  // namespace isinglass
