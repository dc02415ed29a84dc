// isinglass/figure/colour_bar.h - which colour stands for which number, and the bar beside a figure that says so.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "isinglass/figure/axis.h"
#include "isinglass/figure/scene.h"

namespace isinglass {

// What a figure asks of its colours. Bounds left out follow from the numbers; the diverging map has 0 in its middle.
struct ColourScale {
  ColourMap map = ColourMap::kViridis;
  std::optional<double> low = {}, high = {};
  std::string label = {};  // beside the bar
  double paleness = 0;     // 0 to 1: how much paper is mixed in, where samples are drawn over the colours
};

// The scale with its bounds. Throws InputError for bounds as axis_range does.
class NumberColours {
 public:
  NumberColours(const ColourScale& scale, const std::vector<double>& numbers);
  Colour operator()(double number) const;  // numbers beyond a bound take its colour

  // A bar in `box` with numbers to its right. bar_width() is what all of it needs.
  void draw_bar(Scene& scene, const Box& box) const;
  double bar_width() const;

 private:
  Colour at(double t) const;
  Ticks ticks() const;
  ColourScale scale_;
  AxisRange range_{0, 1};
};

}  // namespace isinglass
