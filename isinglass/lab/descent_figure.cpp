#include "isinglass/lab/descent_figure.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "isinglass/figure/chart.h"
#include "isinglass/figure/decision_boundary.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/panels.h"

namespace isinglass {
namespace {

std::vector<double> counted(std::size_t size, double first = 0) {
  std::vector<double> numbers(size);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

// The logarithm of the loss, so that the valley shows as well as the slopes, with the ways down.
Scene surface(const Landscape& land) {
  constexpr Index kContours = 14;
  DecisionBoundary plane{.title = "Ways over the loss of y = w x + b",
                         .x_label = "w",
                         .y_label = "b",
                         .x_low = land.w_low,
                         .x_high = land.w_high,
                         .y_low = land.b_low,
                         .y_high = land.b_high,
                         .rows = Landscape::kSide,
                         .cols = Landscape::kSide,
                         .level = std::nan(""),
                         .colours = {.map = ColourMap::kViridis, .label = "log_{10} loss", .paleness = 0.45},
                         .look = {.width = 760, .height = 560}};
  for (const double loss : land.losses) plane.values.push_back(std::log10(loss));
  const auto [low, high] = std::ranges::minmax_element(plane.values);
  for (Index i = 1; i <= kContours; ++i)
    plane.contours.push_back(*low + (*high - *low) * static_cast<double>(i) / (kContours + 1));
  // The shaky ways first, below the straight one.
  for (std::size_t k = land.paths.size(); k-- > 0;) {
    const DescentPath& path = land.paths[k];
    plane.paths.push_back({.name = path.name + ", " + std::to_string(path.w.size() - 1) + " updates",
                           .key = path.name,
                           .x = path.w,
                           .y = path.b,
                           .marker = k == 0 ? Marker::kCircle : Marker::kNone,
                           .colour = k == 0   ? kInk
                                     : k == 1 ? kNegative
                                              : kPositive,
                           .width = k == 2 ? 1.0 : 1.8});
  }
  plane.points = {{.name = "start",
                   .key = "start",
                   .x = {land.paths[0].w[0]},
                   .y = {land.paths[0].b[0]},
                   .line = Line::kNone,
                   .marker = Marker::kSquare,
                   .colour = kInk},
                  {.name = "least squares",
                   .key = "least squares",
                   .x = {land.best_w},
                   .y = {land.best_b},
                   .line = Line::kNone,
                   .marker = Marker::kDiamond,
                   .colour = rgb(0xffd500)}};
  return draw(plane);
}

// The same ways against the samples that they have seen.
Scene losses_of_paths(const Landscape& land) {
  Chart chart{
      .title = "Their losses", .x_label = "samples seen", .y_label = "loss above the least", .y = {.kind = Axis::kLog}};
  for (std::size_t k = land.paths.size(); k-- > 0;) {
    const DescentPath& path = land.paths[k];
    Series series{.name = path.name,
                  .key = path.name + " loss",
                  .colour = k == 0   ? kInk
                            : k == 1 ? kNegative
                                     : kPositive,
                  .width = k == 2 ? 1.0 : 1.8};
    for (std::size_t i = 0; i < path.losses.size(); ++i) {
      series.x.push_back(static_cast<double>(static_cast<Index>(i) * path.batch_size));
      series.y.push_back(path.losses[i] - land.least);
    }
    chart.series.push_back(std::move(series));
  }
  chart.look = {.width = 560, .height = 400};
  return draw(chart);
}

Scene valley(const EscapeExperiment& e) {
  Chart chart{.title = "A loss with a local minimum", .x_label = "w", .y_label = "loss"};
  chart.series = {{.name = "", .key = "loss over w", .x = e.w, .y = e.losses, .colour = kInk}};
  chart.references = {{.at = e.start, .is_vertical = true, .name = "start", .colour = kPaleInk, .line = Line::kDotted},
                      {.at = e.local, .is_vertical = true, .name = "local minimum", .colour = kNegative},
                      {.at = e.best, .is_vertical = true, .name = "best", .colour = kPositive}};
  chart.look = {.width = 560, .height = 360};
  return draw(chart);
}

Scene traces(const EscapeExperiment& e) {
  Chart chart{.title = "Who gets out (the first seed)", .x_label = "epoch", .y_label = "w"};
  for (const Escape& run : e.runs) {
    if (run.rate < 0.2) continue;
    const std::size_t batch = run.batch_size == 4 ? 0 : run.batch_size == 2 ? 1 : 2;
    chart.series.push_back({.name = "rate " + number_label(run.rate) + ", batch " + std::to_string(run.batch_size) +
                                    ": " + std::to_string(run.escaped) + " of " + std::to_string(e.seeds),
                            .key = "rate " + number_label(run.rate) + ", batch " + std::to_string(run.batch_size),
                            .x = counted(run.weights.size()),
                            .y = run.weights,
                            .line = run.rate < 0.5 ? Line::kSolid : Line::kDashed,
                            .colour = batch == 0   ? kInk
                                      : batch == 1 ? kNegative
                                                   : kPositive});
  }
  chart.references = {{.at = e.barrier, .name = "barrier", .colour = kPaleInk, .line = Line::kDotted}};
  chart.look = {.width = 760, .height = 360};
  return draw(chart);
}

}  // namespace

Scene loss_curve_figure(const std::vector<LossCurve>& curves, const std::string& title) {
  Chart chart{.title = title, .x_label = "epoch", .y_label = "training loss", .y = {.kind = Axis::kLog}};
  for (std::size_t k = 0; k < curves.size(); ++k) {
    const LossCurve& curve = curves[k];
    std::string name = (curve.name.empty() ? "" : curve.name + ": ") + number_label(curve.rate);
    if (curve.decays) name += " falling to " + number_label(curve.rate / 10);
    if (!curve.failure.empty()) name += " (diverges)";
    chart.series.push_back({.name = name,
                            .x = counted(curve.losses.size(), 1),
                            .y = curve.losses,
                            .line = curve.decays ? Line::kDashed : Line::kSolid,
                            .colour = curve.decays ? kInk : series_colour(k)});
  }
  chart.look = {.width = 1320, .height = 400};
  return draw(chart);
}

Scene descent_figure(const std::vector<LossCurve>& curves, const Landscape& landscape,
                     const EscapeExperiment& escapes) {
  return arrange({loss_curve_figure(curves, "The learning rate decides (2-16-16-2 network on two moons)"),
                  arrange({surface(landscape), losses_of_paths(landscape)}, 2),
                  arrange({valley(escapes), traces(escapes)}, 2, "Noise leaves a local minimum: y = tanh(w x)")},
                 1);
}

}  // namespace isinglass
