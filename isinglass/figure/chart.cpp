#include "isinglass/figure/chart.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/label_boxes.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {
namespace {

constexpr std::size_t kMostPlainPoints = 2000;  // of a line; longer ones are thinned to what a pixel shows

std::vector<double> dash_of(Line line) {
  if (line == Line::kDashed) return {6, 4};
  if (line == Line::kDotted) return {1.5, 3};
  return {};
}

std::string key_of(const Series& series) {
  return series.key.empty() ? plain_text(series.name) : series.key;
}

void check(const Chart& chart) {
  for (const Series& series : chart.series) {
    const auto expect = [&](const char* what, std::size_t count) {
      if (count != series.x.size())
        throw InputError("series '" + plain_text(series.name) + "': expected as many " + what + " as x, " +
                         std::to_string(series.x.size()) + "; found " + std::to_string(count));
    };
    expect("y", series.y.size());
    if (!series.point_names.empty()) expect("point names", series.point_names.size());
    if (!series.point_colours.empty()) expect("point colours", series.point_colours.size());
  }
}

// Keeps of each half pixel across the points that make up its look: first, lowest, highest, last.
std::vector<Point> thinned(const std::vector<Point>& points) {
  if (points.size() <= kMostPlainPoints) return points;
  std::vector<Point> kept;
  for (std::size_t begin = 0; begin < points.size();) {
    std::size_t end = begin, low = begin, high = begin;
    const double column = std::floor(points[begin].x * 2);
    for (; end < points.size() && std::floor(points[end].x * 2) == column; ++end) {
      if (points[end].y < points[low].y) low = end;
      if (points[end].y > points[high].y) high = end;
    }
    std::vector<std::size_t> chosen = {begin, std::min(low, high), std::max(low, high), end - 1};
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    for (const std::size_t i : chosen) kept.push_back(points[i]);
    begin = end;
  }
  return kept;
}

// The stretches of a series between points that have no place.
std::vector<std::vector<Point>> stretches(const Series& series, const ChartFrame& frame) {
  std::vector<std::vector<Point>> all(1);
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    const Point point = {frame.x()(series.x[i]), frame.y()(series.y[i])};
    if (!std::isnan(point.x) && !std::isnan(point.y))
      all.back().push_back(point);
    else if (!all.back().empty())
      all.emplace_back();
  }
  if (all.back().empty()) all.pop_back();
  return all;
}

bool is_inside(Point point, const Box& box) {
  return point.x >= box.x && point.x <= box.right() && point.y >= box.y && point.y <= box.bottom();
}

Group reference_line(const ReferenceLine& line, const ChartFrame& frame) {
  const Box& plot = frame.plot();
  Group group{.clip = plot, .data = SeriesData{plain_text(line.name), {{line.is_vertical ? "x" : "y", {line.at}}}}};
  const Stroke stroke{.colour = line.colour, .width = 1.3, .dash = dash_of(line.line)};
  const double at = line.is_vertical ? frame.x()(line.at) : frame.y()(line.at);
  if (std::isnan(at)) return group;
  if (line.is_vertical)
    group.elements.push_back(Polyline{.points = {{at, plot.y}, {at, plot.bottom()}}, .stroke = stroke});
  else
    group.elements.push_back(Polyline{.points = {{plot.x, at}, {plot.right(), at}}, .stroke = stroke});
  return group;
}

ChartFrame frame_of(const Chart& chart) {
  ChartFrame::Request request{.title = chart.title,
                              .x_label = chart.x_label,
                              .y_label = chart.y_label,
                              .x = chart.x,
                              .y = chart.y,
                              .x_is_tight = chart.x_is_tight,
                              .y_is_tight = chart.y_is_tight,
                              .look = chart.look,
                              .extra_right = chart.extra_right,
                              .has_equal_units = chart.has_equal_units};
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    request.x_data.include(series.x, chart.x.kind);
    request.y_data.include(series.y, chart.y.kind);
    if (!series.name.empty()) request.legend.push_back({series.name, look_of(series, i)});
  }
  for (const ReferenceLine& line : chart.references) {
    (line.is_vertical ? request.x_data : request.y_data)
        .include(std::vector<double>{line.at}, line.is_vertical ? chart.x.kind : chart.y.kind);
    if (!line.name.empty())
      request.legend.push_back({line.name, {.colour = line.colour, .width = 1.3, .dash = dash_of(line.line)}});
  }
  return ChartFrame(std::move(request));
}

std::string description_of(const Chart& chart) {
  std::string text = plain_text(chart.y_label) + " against " + plain_text(chart.x_label) + ", " +
                     std::to_string(chart.series.size()) + " series";
  std::string names;
  for (const Series& series : chart.series)
    if (!series.name.empty()) names += (names.empty() ? ": " : ", ") + plain_text(series.name);
  return text + names;
}

}  // namespace

SeriesLook look_of(const Series& series, std::size_t which) {
  std::vector<double> dash = dash_of(series.line);
  // Beyond the palette, colours come again with another line.
  if (!series.colour && series.line == Line::kSolid && which / kPaletteSize % 2 == 1) dash = {9, 3};
  return {.colour = series.colour.value_or(series_colour(which)),
          .has_line = series.line != Line::kNone,
          .width = series.width,
          .dash = std::move(dash),
          .marker = series.marker};
}

Element draw_series(const Series& series, const SeriesLook& look, const ChartFrame& frame) {
  Group group{.data = SeriesData{key_of(series), {{"x", series.x}, {"y", series.y}}}};
  const Box& plot = frame.plot();
  if (look.has_line) {
    Group lines{.clip = plot};
    for (const std::vector<Point>& stretch : stretches(series, frame)) {
      if (stretch.size() > 1)
        lines.elements.push_back(
            Polyline{.points = thinned(stretch), .stroke = Stroke{look.colour, look.width, look.dash}});
      else if (look.marker == Marker::kNone)  // a single point is no line, but must be seen
        lines.elements.push_back(Circle{.centre = stretch[0], .radius = look.width, .fill = look.colour});
    }
    group.elements.push_back(std::move(lines));
  }
  for (std::size_t i = 0; i < series.x.size() && look.marker != Marker::kNone; ++i) {
    const Point point = {frame.x()(series.x[i]), frame.y()(series.y[i])};
    if (!is_inside(point, plot)) continue;  // markers on the border are whole
    SeriesLook own = look;
    if (!series.point_colours.empty()) own.colour = series.point_colours[i];
    group.elements.push_back(marker_at(point, own));
  }
  return group;
}

void draw_point_names(Scene& scene, const std::vector<Series>& series, const ChartFrame& frame) {
  const double size = 10;
  LabelPlacer placer(frame.plot());
  for (std::size_t s = 0; s < series.size(); ++s)
    for (const std::vector<Point>& stretch : stretches(series[s], frame)) {
      const SeriesLook look = look_of(series[s], s);
      for (std::size_t i = 0; i < stretch.size(); ++i) {
        const double r = look.marker_size;
        if (look.marker != Marker::kNone)
          placer.keep_free(box_of(Box{stretch[i].x - r, stretch[i].y - r, 2 * r, 2 * r}));
        if (look.has_line && i > 0) placer.keep_visible(stretch[i - 1], stretch[i]);
      }
    }
  for (const Series& one : series)
    for (std::size_t i = 0; i < one.point_names.size(); ++i) {
      const Point at = {frame.x()(one.x[i]), frame.y()(one.y[i])};
      if (one.point_names[i].empty() || !is_inside(at, frame.plot())) continue;
      const auto beside = [&](double dx, double dy, Anchor anchor) {
        return std::vector<Text>{
            {.at = {at.x + dx, at.y + dy}, .text = one.point_names[i], .size = size, .anchor = anchor, .halo = true}};
      };
      std::vector<std::vector<Text>> candidates;
      for (const double far : {7.0, 12.0, 18.0}) {
        candidates.push_back(beside(0, -far, Anchor::kMiddle));
        candidates.push_back(beside(far, size * 0.36, Anchor::kStart));
        candidates.push_back(beside(-far, size * 0.36, Anchor::kEnd));
        candidates.push_back(beside(0, far + size * 0.72, Anchor::kMiddle));
        candidates.push_back(beside(far * 0.7, -far * 0.7, Anchor::kStart));
        candidates.push_back(beside(-far * 0.7, -far * 0.7, Anchor::kEnd));
        candidates.push_back(beside(far * 0.7, far * 0.7 + size * 0.72, Anchor::kStart));
        candidates.push_back(beside(-far * 0.7, far * 0.7 + size * 0.72, Anchor::kEnd));
      }
      if (const auto placed = placer.place(candidates)) scene.add(placed->front());
    }
}

Scene draw(const Chart& chart) {
  check(chart);
  const ChartFrame frame = frame_of(chart);
  Scene scene{
      .width = frame.width(), .height = chart.look.height, .title = chart.title, .description = description_of(chart)};
  frame.draw_behind(scene);
  for (const ReferenceLine& line : chart.references) scene.add(reference_line(line, frame));
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    scene.add(draw_series(chart.series[i], look_of(chart.series[i], i), frame));
  frame.draw_around(scene);
  draw_point_names(scene, chart.series, frame);
  return scene;
}

FittedLine fit_line(const std::vector<double>& x, const std::vector<double>& y) {
  double count = 0, mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    ++count;  // means and products updated point by point lose no digits to large offsets; source: Welford (1962)
    const double dx = x[i] - mean_x, dy = y[i] - mean_y;
    mean_x += dx / count;
    mean_y += dy / count;
    xx += dx * (x[i] - mean_x);
    xy += dx * (y[i] - mean_y);
    yy += dy * (y[i] - mean_y);
  }
  if (count < 2 || xx <= 0) throw InputError("a line is fitted to at least two points of different x");
  return {.slope = xy / xx, .intercept = mean_y - xy / xx * mean_x, .r_squared = yy > 0 ? xy * xy / (xx * yy) : 1};
}

Series FittedLine::series(double x_low, double x_high, const std::string& name) const {
  return {.name = name, .x = {x_low, x_high}, .y = {intercept + slope * x_low, intercept + slope * x_high}};
}

}  // namespace isinglass
