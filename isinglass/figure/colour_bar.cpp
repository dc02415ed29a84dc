#include "isinglass/figure/colour_bar.h"

#include <algorithm>
#include <cmath>

#include "isinglass/figure/chart_frame.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {
namespace {
constexpr double kBar = 14, kTick = 4, kNumberSize = 11, kLabelSize = 12;
constexpr Index kSteps = 128;  // colours of the bar
}  // namespace

NumberColours::NumberColours(const ColourScale& scale, const std::vector<double>& numbers) : scale_(scale) {
  DataRange data;
  data.include(numbers, Axis::kLinear);
  if (scale.map == ColourMap::kDiverging && !data.is_empty) {
    const double farthest = std::max(std::abs(data.low), std::abs(data.high));
    data.include(-farthest);
    data.include(farthest);
  }
  range_ = axis_range({.low = scale.low, .high = scale.high}, data, true, "of colours");
}

Colour NumberColours::operator()(double number) const {
  // NaN stays NaN and becomes the colour of missing numbers.
  return at((number - range_.low) / (range_.high - range_.low));
}

Colour NumberColours::at(double t) const {
  return mix(map_colour(scale_.map, t), kPaper, scale_.paleness);
}

Ticks NumberColours::ticks() const {
  return ticks_of({}, range_, 6);
}

double NumberColours::bar_width() const {
  double numbers = 0;
  for (const Tick& tick : ticks().major) numbers = std::max(numbers, text_width(tick.label, kNumberSize));
  return kBar + kTick + 4 + numbers + (scale_.label.empty() && ticks().factor.empty() ? 0 : 8 + kLabelSize);
}

void NumberColours::draw_bar(Scene& scene, const Box& box) const {
  const Box bar{box.x, box.y, kBar, box.height};
  Pixels pixels{.box = bar, .rows = kSteps, .cols = 1};
  for (Index i = 0; i < kSteps; ++i) {
    const Colour colour = at(1 - (static_cast<double>(i) + 0.5) / kSteps);
    pixels.rgb.insert(pixels.rgb.end(), {colour.red, colour.green, colour.blue});
  }
  scene.add(std::move(pixels));
  scene.add(Rectangle{.box = bar, .stroke = Stroke{.colour = kAxisColour, .width = 0.8}});
  const AxisScale place(Axis::kLinear, range_.low, range_.high, bar.bottom(), bar.y);
  const Ticks shown = ticks();
  for (const Tick& tick : shown.major) {
    const double y = place(tick.at);
    scene.add(Polyline{.points = {{bar.right(), y}, {bar.right() + kTick, y}}, .stroke = Stroke{kAxisColour, 1}});
    scene.add(Text{.at = {bar.right() + kTick + 3, y + kNumberSize * 0.36}, .text = tick.label, .size = kNumberSize});
  }
  std::string label = scale_.label;
  if (!shown.factor.empty())
    label += (label.empty() ? "\u00d7" : "  (\u00d7") + shown.factor + (label.empty() ? "" : ")");
  if (!label.empty())
    scene.add(fitted({.at = {box.x + bar_width() - kLabelSize * 0.25, bar.centre().y},
                      .text = label,
                      .size = kLabelSize,
                      .anchor = Anchor::kMiddle,
                      .angle = -90},
                     box.height));
}

}  // namespace isinglass
