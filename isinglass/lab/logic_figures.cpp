#include "isinglass/lab/logic_figures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "isinglass/figure/chart.h"
#include "isinglass/figure/decision_boundary.h"
#include "isinglass/figure/network_diagram.h"
#include "isinglass/figure/panels.h"

namespace isinglass {
namespace {

constexpr double kLow = -0.5, kHigh = 1.5;
constexpr Index kCells = 60;
const ChartLook kPlaneLook = {.width = 330, .height = 290, .text_size = 11};

std::string title_of(const LogicNetwork& logic) {
  return logic.name + (is_right(logic) ? "" : ": wrong");
}

// The corners of the square that should be 0 and those that should be 1.
std::vector<Series> corners(const std::vector<double>& wanted) {
  std::vector<Series> points;
  for (const double value : {0.0, 1.0}) {
    Series series{.name = "",
                  .key = value == 0 ? "wanted 0" : "wanted 1",
                  .line = Line::kNone,
                  .marker = value == 0 ? Marker::kCircle : Marker::kTriangle,
                  .colour = kInk};
    for (std::size_t n = 0; n < 4; ++n)
      if (wanted[n] == value) {
        series.x.push_back(static_cast<double>(n / 2));
        series.y.push_back(static_cast<double>(n % 2));
      }
    points.push_back(std::move(series));
  }
  return points;
}

DecisionBoundary plane(const std::string& title, const std::vector<double>& wanted, Index cells) {
  return {.title = title,
          .x_label = "x_{1}",
          .y_label = "x_{2}",
          .x_low = kLow,
          .x_high = kHigh,
          .y_low = kLow,
          .y_high = kHigh,
          .rows = cells,
          .cols = cells,
          .points = corners(wanted),
          .look = kPlaneLook};
}

// Of one input: the curve.
Scene curve(const LogicNetwork& logic) {
  constexpr Index kPoints = 201;
  Series answers{.name = "", .key = logic.name};
  for (Index i = 0; i < kPoints; ++i)
    answers.x.push_back(kLow + (kHigh - kLow) * static_cast<double>(i) / static_cast<double>(kPoints - 1));
  answers.y = logic_outputs(logic, answers.x);
  Chart chart{.title = title_of(logic), .x_label = "x", .y_label = "output", .series = {std::move(answers)}};
  chart.series.push_back({.name = "",
                          .key = "wanted",
                          .x = {0, 1},
                          .y = logic.wanted,
                          .line = Line::kNone,
                          .marker = Marker::kCircle,
                          .colour = kInk});
  chart.references = {{.at = 0.5}};
  chart.look = kPlaneLook;
  return draw(chart);
}

// Edges into a node from the nodes from `first` on, the last of them being its bias.
void add_edges(NetworkDiagram& diagram, const LogicNode& node, std::size_t first, const std::string& target) {
  const std::size_t to = diagram.nodes.size() - 1;
  for (std::size_t i = 0; i < node.weights.size(); ++i)
    diagram.edges.push_back(
        {first + i, to, {{"w", diagram.title + ".w(" + std::to_string(i + 1) + "," + target + ")", node.weights[i]}}});
  diagram.edges.push_back({first + node.weights.size(), to, {{"b", diagram.title + ".b(" + target + ")", node.bias}}});
}

// Curves of the sorted errors: where one leaves the ground, the remaining seeds have not learned.
Chart error_chart(const std::vector<XorResult>& results, double tolerance) {
  Chart chart{.title = "exclusive or: the worst of the four answers",
              .x_label = "starts, from the best to the worst",
              .y_label = "error of the worst answer",
              .y = {.kind = Axis::kLog}};
  constexpr Line kLines[] = {Line::kSolid, Line::kDashed};
  for (std::size_t k = 0; k < results.size(); ++k) {
    const XorResult& result = results[k];
    Series series{
        .name = result.name + ": " + std::to_string(result.learned) + " of " + std::to_string(result.worst.size()),
        .key = result.name,
        .y = result.worst,
        .line = kLines[k / 4 % 2],
        .colour = series_colour(k % kPaletteSize),
        .width = 2.2};
    std::ranges::sort(series.y);
    series.x.resize(series.y.size());
    std::iota(series.x.begin(), series.x.end(), 1.0);
    chart.series.push_back(std::move(series));
  }
  chart.references = {{.at = tolerance, .name = "learned below"}};
  chart.look = {.width = 660, .height = 360};
  return chart;
}

Scene learned_plane(const std::string& title, const std::vector<double>& values) {
  DecisionBoundary boundary = plane(title, {0, 1, 1, 0}, kXorCells);
  boundary.values = values;
  boundary.look = {.width = 400, .height = 360};
  return draw(boundary);
}

}  // namespace

Scene logic_diagram(const LogicNetwork& logic) {
  NetworkDiagram diagram{.title = logic.name};
  const auto add_inputs = [&] {
    for (std::size_t i = 0; i < logic.inputs(); ++i)
      diagram.nodes.push_back({.name = logic.inputs() == 1 ? "x" : "x_{" + std::to_string(i + 1) + "}"});
    diagram.nodes.push_back({.name = "1"});
  };
  add_inputs();
  const std::size_t first_hidden = diagram.nodes.size();
  for (std::size_t k = 0; k < logic.hidden.size(); ++k) {
    diagram.nodes.push_back({.name = "a_{" + std::to_string(k + 1) + "}", .layer = 1});
    add_edges(diagram, logic.hidden[k], 0, "a" + std::to_string(k + 1));
  }
  const Index last = logic.hidden.empty() ? 1 : 2;
  if (last == 2) diagram.nodes.push_back({.name = "1", .layer = 1});
  diagram.nodes.push_back({.name = "y", .layer = last});
  add_edges(diagram, logic.output, last == 2 ? first_hidden : 0, "y");
  diagram.title = logic.name + " = " + logic.formula;
  return draw(diagram);
}

Scene logic_boundary(const LogicNetwork& logic) {
  if (logic.inputs() == 1) return curve(logic);
  DecisionBoundary boundary = plane(title_of(logic), logic.wanted, kCells);
  const CellCentres centres = cell_centres(boundary);
  std::vector<double> inputs;
  for (const double y : centres.y)
    for (const double x : centres.x) inputs.insert(inputs.end(), {x, y});
  boundary.values = logic_outputs(logic, inputs);
  return draw(boundary);
}

Scene xor_figure(const std::vector<XorResult>& results, double tolerance) {
  std::vector<Scene> panels{draw(error_chart(results, tolerance))};
  const auto both = std::ranges::find_if(
      results, [](const XorResult& r) { return !r.plane_learned.empty() && !r.plane_stuck.empty(); });
  if (both != results.end()) {
    panels.push_back(learned_plane(both->name + ", a start that learned", both->plane_learned));
    panels.push_back(learned_plane(both->name + ", a start that did not", both->plane_stuck));
  }
  return arrange(panels, 3);
}

Scene logic_figure(const std::vector<XorResult>& results, double tolerance) {
  std::vector<Scene> panels;
  for (const LogicNetwork& logic : logic_networks()) {
    panels.push_back(logic_diagram(logic));
    panels.push_back(logic_boundary(logic));
  }
  return arrange(
      {arrange(panels, 4,
               "Logic functions as sigmoid nodes with weights chosen by hand (circles should be 0, triangles 1)"),
       xor_figure(results, tolerance)},
      1);
}

}  // namespace isinglass
