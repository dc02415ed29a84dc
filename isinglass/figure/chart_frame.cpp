#include "isinglass/figure/chart_frame.h"

#include <algorithm>
#include <cmath>

#include "isinglass/figure/text_metrics.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

constexpr double kTickLength = 5, kGap = 6, kSample = 26;  // kSample: length of a line in the legend
constexpr std::size_t kMostLegendColumns = 3;

std::string with_factor(const std::string& label, const std::string& factor) {
  if (factor.empty()) return label;
  return label.empty() ? "\u00d7" + factor : label + "  (\u00d7" + factor + ")";
}

double widest(const std::vector<Tick>& ticks, double size) {
  double width = 0;
  for (const Tick& tick : ticks) width = std::max(width, text_width(tick.label, size));
  return width;
}

bool labels_fit(const std::vector<Tick>& ticks, const AxisScale& scale, double size) {
  for (std::size_t i = 0; i + 1 < ticks.size(); ++i) {
    const double apart = std::abs(scale(ticks[i + 1].at) - scale(ticks[i].at));
    const double needed = (text_width(ticks[i].label, size) + text_width(ticks[i + 1].label, size)) / 2;
    if (apart < needed + size) return false;
  }
  return true;
}

AxisScale scale_of(const Axis& axis, const AxisRange& range, double from, double to) {
  return axis.is_reversed ? AxisScale(axis.kind, range.low, range.high, to, from)
                          : AxisScale(axis.kind, range.low, range.high, from, to);
}

void add_line(Scene& scene, Point from, Point to, const Stroke& stroke) {
  scene.add(Polyline{.points = {from, to}, .stroke = stroke});
}

}  // namespace

Element marker_at(Point at, const SeriesLook& look) {
  const double r = look.marker_size;
  const Stroke rim{.colour = kPaper, .width = 1};
  const auto shape = [&](std::vector<Point> corners) {
    for (Point& corner : corners) corner = {at.x + r * corner.x, at.y + r * corner.y};
    return Polyline{.points = std::move(corners), .stroke = rim, .fill = look.colour, .closed = true};
  };
  switch (look.marker) {
    case Marker::kSquare:
      return shape({{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}});
    case Marker::kDiamond:
      return shape({{0, -1.25}, {1.25, 0}, {0, 1.25}, {-1.25, 0}});
    case Marker::kTriangle:
      return shape({{0, -1.2}, {1.15, 0.85}, {-1.15, 0.85}});
    case Marker::kCircle:
    case Marker::kNone:
      break;
  }
  return Circle{.centre = at, .radius = r, .fill = look.colour, .stroke = rim};
}

Text fitted(Text text, double room) {
  const double width = text_width(text.text, text.size);
  if (width <= room) return text;
  text.size *= std::max(room / width, 0.7);
  if (text_width(text.text, text.size) <= room * 1.0001) return text;
  std::string letters = plain_text(text.text), kept;
  for (std::size_t i = 0; i < letters.size();) {
    const std::string letter =
        letters.substr(i, std::max<std::size_t>(1, utf8_length(std::string_view(letters).substr(i))));
    if (text_width(kept + letter + "\u2026", text.size) > room) break;
    kept += letter;
    i += letter.size();
  }
  text.text = kept + "\u2026";
  return text;
}

ChartFrame::ChartFrame(Request request) : request_(std::move(request)) {
  lay_out();
}

void ChartFrame::lay_out() {
  const ChartLook& look = request_.look;
  const double size = look.text_size;
  const double top = request_.title.empty() ? size : size * 2.6;
  const double bottom = kTickLength + 3 + tick_size() * 1.25 + (request_.x_label.empty() ? 4 : size * 1.9);
  plot_.y = top;
  plot_.height = std::max(look.height - top - bottom, 10.0);
  const AxisRange x_range = axis_range(request_.x, request_.x_data, request_.x_is_tight, "x");
  const AxisRange y_range = axis_range(request_.y, request_.y_data, request_.y_is_tight, "y");
  if (look.has_y_numbers) y_ticks_ = ticks_of(request_.y, y_range, static_cast<int>(plot_.height / (size * 3.2)));
  lay_out_legend();

  const bool has_y_name = !request_.y_label.empty() || !y_ticks_.factor.empty();
  const double name_room = has_y_name ? size * 1.8 : 4;
  plot_.x = std::max(name_room + widest(y_ticks_.major, tick_size()) + kTickLength + kGap, size);
  const double right = std::max(legend_width_ + request_.extra_right, size);
  lay_out_across(x_range, right);
  if (request_.has_equal_units) {
    const double x_span = x_range.high - x_range.low, y_span = y_range.high - y_range.low;
    const double unit = std::min(plot_.width / x_span, plot_.height / y_span);
    plot_.width = unit * x_span;
    plot_.y += (plot_.height - unit * y_span) / 2;
    plot_.height = unit * y_span;
    lay_out_across(x_range, look.width - plot_.right());
  }
  width_ = request_.has_equal_units ? std::min(plot_.right() + right + 2 * size, look.width) : look.width;
  y_ = scale_of(request_.y, y_range, plot_.bottom(), plot_.y);
}

void ChartFrame::lay_out_legend() {
  if (request_.legend.empty()) return;
  legend_rows_ = std::max<std::size_t>(1, static_cast<std::size_t>(plot_.height / (request_.look.text_size * 1.5)));
  const std::size_t columns =
      std::clamp<std::size_t>((request_.legend.size() + legend_rows_ - 1) / legend_rows_, 1, kMostLegendColumns);
  legend_shown_ = std::min(request_.legend.size(), columns * legend_rows_);
  if (legend_shown_ < request_.legend.size()) --legend_shown_;  // the last line says how many more there are
  for (const LegendEntry& entry : request_.legend)
    legend_column_ = std::max(legend_column_, kSample + kGap + text_width(entry.name, tick_size()) + 2 * kGap);
  legend_column_ = std::min(legend_column_, request_.look.width * 0.4 / static_cast<double>(columns));
  legend_width_ = 2 * kGap + legend_column_ * static_cast<double>(columns);
}

// Ticks as dense as their numbers allow; a number under the end of the axis may need more room beside the plot.
void ChartFrame::lay_out_across(const AxisRange& range, double right) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    plot_.width = std::max(request_.look.width - plot_.x - right, 10.0);
    x_ = scale_of(request_.x, range, plot_.x, plot_.right());
    for (int most = static_cast<int>(plot_.width / (request_.look.text_size * 3)); most >= 1; --most) {
      x_ticks_ = ticks_of(request_.x, range, most);
      if (!request_.x.ticks.empty() || labels_fit(x_ticks_.major, *x_, tick_size())) break;
    }
    double over_left = 0, over_right = 0;
    for (const Tick& tick : x_ticks_.major) {
      const double half = text_width(tick.label, tick_size()) / 2 + 2;
      over_left = std::max(over_left, half - (*x_)(tick.at));
      over_right = std::max(over_right, (*x_)(tick.at) + half - request_.look.width);
    }
    if (over_left <= 0 && over_right <= 0) return;
    plot_.x += over_left;
    right += over_right;
  }
}

void ChartFrame::draw_behind(Scene& scene) const {
  scene.add(Rectangle{.box = plot_, .fill = kPaper});
  if (!request_.has_grid) return;
  const auto vertical = [&](double at, const Stroke& stroke) {
    if (const double x = (*x_)(at); !std::isnan(x)) add_line(scene, {x, plot_.y}, {x, plot_.bottom()}, stroke);
  };
  const auto horizontal = [&](double at, const Stroke& stroke) {
    if (const double y = (*y_)(at); !std::isnan(y)) add_line(scene, {plot_.x, y}, {plot_.right(), y}, stroke);
  };
  const Stroke minor{.colour = kMinorGrid, .width = 0.8}, major{.colour = kMajorGrid, .width = 1};
  for (const double at : x_ticks_.minor) vertical(at, minor);
  for (const double at : y_ticks_.minor) horizontal(at, minor);
  for (const Tick& tick : x_ticks_.major) vertical(tick.at, major);
  for (const Tick& tick : y_ticks_.major) horizontal(tick.at, major);
}

void ChartFrame::draw_around(Scene& scene) const {
  scene.add(Rectangle{.box = plot_, .stroke = Stroke{.colour = kAxisColour, .width = 1}});
  draw_x_numbers(scene);
  draw_y_numbers(scene);
  draw_names(scene);
  draw_legend(scene);
}

void ChartFrame::draw_x_numbers(Scene& scene) const {
  const Stroke stroke{.colour = kAxisColour, .width = 1};
  for (const double at : x_ticks_.minor)
    add_line(scene, {(*x_)(at), plot_.bottom()}, {(*x_)(at), plot_.bottom() + kTickLength / 2}, stroke);
  std::vector<std::pair<double, double>> taken;  // names of places may be close; the first ones stay
  for (const Tick& tick : x_ticks_.major) {
    const double x = (*x_)(tick.at), half = text_width(tick.label, tick_size()) / 2 + 2;
    add_line(scene, {x, plot_.bottom()}, {x, plot_.bottom() + kTickLength}, stroke);
    if (std::ranges::any_of(taken, [&](const auto& t) { return x - half < t.second && x + half > t.first; })) continue;
    taken.emplace_back(x - half, x + half);
    scene.add(Text{.at = {x, plot_.bottom() + kTickLength + 3 + tick_size()},
                   .text = tick.label,
                   .size = tick_size(),
                   .anchor = Anchor::kMiddle});
  }
}

void ChartFrame::draw_y_numbers(Scene& scene) const {
  const Stroke stroke{.colour = kAxisColour, .width = 1};
  for (const double at : y_ticks_.minor)
    add_line(scene, {plot_.x - kTickLength / 2, (*y_)(at)}, {plot_.x, (*y_)(at)}, stroke);
  std::vector<double> taken;
  for (const Tick& tick : y_ticks_.major) {
    const double y = (*y_)(tick.at);
    add_line(scene, {plot_.x - kTickLength, y}, {plot_.x, y}, stroke);
    if (std::ranges::any_of(taken, [&](double t) { return std::abs(t - y) < tick_size() * 1.15; })) continue;
    taken.push_back(y);
    scene.add(Text{.at = {plot_.x - kTickLength - 3, y + tick_size() * 0.36},
                   .text = tick.label,
                   .size = tick_size(),
                   .anchor = Anchor::kEnd});
  }
}

void ChartFrame::draw_names(Scene& scene) const {
  const double size = request_.look.text_size;
  if (!request_.title.empty())
    scene.add(fitted(
        {.at = {plot_.centre().x, size * 1.6}, .text = request_.title, .size = size * 1.17, .anchor = Anchor::kMiddle},
        2 * std::min(plot_.centre().x, width_ - plot_.centre().x)));
  const std::string x_name = with_factor(request_.x_label, x_ticks_.factor);
  const std::string y_name = with_factor(request_.y_label, y_ticks_.factor);
  // A factor without a name stands in the margin that the numbers leave.
  if (!x_name.empty())
    scene.add(fitted({.at = {plot_.centre().x, plot_.bottom() + kTickLength + 3 + tick_size() * 1.25 + size * 1.25},
                      .text = x_name,
                      .size = size,
                      .anchor = Anchor::kMiddle},
                     2 * std::min(plot_.centre().x, width_ - plot_.centre().x)));
  if (!y_name.empty())
    scene.add(fitted(
        {.at = {size * 1.15, plot_.centre().y}, .text = y_name, .size = size, .anchor = Anchor::kMiddle, .angle = -90},
        2 * std::min(plot_.centre().y - (request_.title.empty() ? 0 : size * 2), plot_.height / 2 + tick_size())));
}

void ChartFrame::draw_legend(Scene& scene) const {
  const double size = tick_size(), row = request_.look.text_size * 1.5;
  for (std::size_t i = 0; i < std::min(legend_shown_ + 1, request_.legend.size()); ++i) {
    const LegendEntry& entry = request_.legend[i];
    const double left =
        plot_.right() + request_.extra_right + 2 * kGap + static_cast<double>(i / legend_rows_) * legend_column_;
    const double y = plot_.y + row * (static_cast<double>(i % legend_rows_) + 0.5);
    Text name{.at = {left + kSample + kGap, y + size * 0.36}, .text = entry.name, .size = size};
    if (i == legend_shown_) {
      name.text = "and " + std::to_string(request_.legend.size() - legend_shown_) + " more";
      name.at.x = left;
    } else {
      const SeriesLook& look = entry.look;
      if (look.is_area)
        scene.add(Rectangle{.box = {left + 6, y - 5, 14, 10}, .fill = look.colour});
      else if (look.has_line)
        add_line(scene, {left, y}, {left + kSample, y},
                 {.colour = look.colour, .width = look.width, .dash = look.dash});
      if (look.marker != Marker::kNone) scene.add(marker_at({left + kSample / 2, y}, look));
    }
    scene.add(fitted(name, left + legend_column_ - kGap - name.at.x));
  }
}

}  // namespace isinglass
