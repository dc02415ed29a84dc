#include "isinglass/lab/universal_figure.h"

#include "isinglass/figure/chart.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/panels.h"

namespace isinglass {
namespace {

Scene fit_panel(const UniversalExperiment& experiment, const UniversalFit& fit, const std::string& name) {
  Chart chart{.title = name + ", " + std::to_string(fit.parameters) + " parameters: error " + number_label(fit.rms, 2),
              .x_label = "x"};
  chart.series = {
      {.name = "", .key = "function", .x = experiment.x, .y = experiment.y, .colour = rgb(0xb4b4b4), .width = 5},
      {.name = "", .key = name, .x = experiment.x, .y = fit.fitted, .colour = kPositive, .width = 1.8}};
  chart.look = {.width = 330, .height = 240, .text_size = 11};
  return draw(chart);
}

Series errors(const std::string& name, const std::vector<UniversalFit>& fits, const Colour& colour) {
  Series series{.name = name, .marker = Marker::kCircle, .colour = colour};
  for (const UniversalFit& fit : fits) {
    series.x.push_back(static_cast<double>(fit.parameters));
    series.y.push_back(fit.rms);
    series.point_names.push_back(std::to_string(name.starts_with("wider") ? fit.width : fit.depth));
  }
  return series;
}

}  // namespace

Scene universal_figure(const UniversalExperiment& experiment, const std::string& formula) {
  std::vector<Scene> wide, deep;
  for (const UniversalFit& fit : experiment.by_width)
    wide.push_back(fit_panel(experiment, fit, "width " + std::to_string(fit.width)));
  for (const UniversalFit& fit : experiment.by_depth)
    deep.push_back(
        fit_panel(experiment, fit, "width " + std::to_string(fit.width) + ", depth " + std::to_string(fit.depth)));
  Chart chart{.title = "Error against parameters",
              .x_label = "parameters",
              .y_label = "root mean squared error",
              .x = {.kind = Axis::kLog},
              .y = {.kind = Axis::kLog},
              .series = {errors("wider: units of one hidden layer", experiment.by_width, series_colour(0)),
                         errors("deeper: hidden layers", experiment.by_depth, series_colour(1))},
              .x_is_tight = false};
  chart.look = {.width = 760, .height = 420};
  return arrange({arrange(wide, 4, "f(x) = " + formula + " (grey) and networks of one hidden layer (red)"),
                  arrange(deep, 4, "The same by networks of more layers"), draw(chart)},
                 1);
}

}  // namespace isinglass
