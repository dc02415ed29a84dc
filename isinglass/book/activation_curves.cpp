#include "isinglass/book/activation_curves.h"

#include <algorithm>

#include "isinglass/figure/chart.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/lab/activation_table.h"

namespace isinglass {
namespace {

constexpr int kPoints = 1000;
constexpr double kReach = 3;

ActivationCurve curve(const std::string& activation) {
  std::vector<double> x;
  const double step = 2 * kReach / (kPoints - 1);
  for (int i = 0; i + 1 < kPoints; ++i) x.push_back(i * step - kReach);
  x.push_back(kReach);
  return curve_of(Layer::read(activation), x);
}

Chart chart_of(const ActivationPanel& panel, double low, double high) {
  Chart chart{.x_label = "x", .x = {.low = -kReach, .high = kReach}, .y = {.low = low, .high = high}};
  chart.look = {.width = 400, .height = 260};
  chart.title = panel.title;
  // Where 0 is a bound, the bound's own line stands for it.
  if (std::ranges::find(panel.bounds, 0.0) == panel.bounds.end() || low > -1)
    chart.references.push_back({.at = 0, .colour = kPaleInk, .line = Line::kSolid});
  return chart;
}

}  // namespace

Scene draw_function(const ActivationPanel& panel) {
  Chart chart = chart_of(panel, -kReach, kReach);
  chart.y_label = "f(x)";
  for (int y = -2; y <= 2; ++y) chart.y.ticks.push_back({static_cast<double>(y), fixed_label(y, 0)});
  const ActivationCurve c = curve(panel.activation);
  for (const double bound : panel.bounds) chart.references.push_back({.at = bound, .line = Line::kDashed});
  chart.series.push_back({.name = "", .key = panel.activation, .x = c.x, .y = c.y, .width = 3});
  return draw(chart);
}

Scene draw_derivative(const ActivationPanel& panel) {
  Chart chart = chart_of(panel, -0.3, 1.3);
  chart.title += ": derivative";
  chart.y_label = "df/dx";
  const ActivationCurve c = curve(panel.activation);
  chart.series.push_back(
      {.name = "", .key = panel.activation + "'", .x = c.x, .y = c.slope, .colour = series_colour(1), .width = 3});
  return draw(chart);
}

}  // namespace isinglass
