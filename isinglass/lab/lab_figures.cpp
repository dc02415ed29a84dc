#include "isinglass/lab/lab_figures.h"

#include <algorithm>
#include <cmath>

#include "isinglass/figure/chart.h"
#include "isinglass/figure/heat_map.h"
#include "isinglass/figure/histogram.h"
#include "isinglass/figure/image_grid.h"
#include "isinglass/figure/network_diagram.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/panels.h"
#include "isinglass/lab/activation_table.h"
#include "isinglass/model/node_numbers.h"

namespace isinglass {
namespace {

constexpr double kReach = 3;
constexpr Index kPoints = 601, kMostEdges = 200, kMostPanels = 10, kMostPixels = 800;

std::string lowered(const std::string& node) {
  return node.substr(0, 1) + "_{" + node.substr(1) + "}";
}

Chart activation_chart(const std::string& name) {
  std::vector<double> x;
  for (Index i = 0; i < kPoints; ++i)
    x.push_back(kReach * (2 * static_cast<double>(i) / static_cast<double>(kPoints - 1) - 1));
  const ActivationCurve curve = curve_of(Layer::read(name), x);
  Chart chart{.title = name, .x_label = "x"};
  chart.x = {.low = -kReach, .high = kReach};
  chart.y = {.low = -kReach, .high = kReach};
  chart.series = {{.name = "", .key = name, .x = x, .y = curve.y, .colour = kPositive, .width = 2.6},
                  {.name = "",
                   .key = "d" + name + "/dx",
                   .x = x,
                   .y = curve.slope,
                   .line = Line::kDashed,
                   .colour = series_colour(0)}};
  chart.references = {{.at = 0, .colour = kAxisColour, .line = Line::kSolid},
                      {.at = 0, .is_vertical = true, .colour = kAxisColour, .line = Line::kSolid}};
  chart.look = {.width = 250, .height = 230, .text_size = 11};
  return chart;
}

Scene depth_panel(const DepthRow& row, const std::string& start) {
  Histogram histogram{
      .title = start + ", layer " + std::to_string(row.layer) + ": \u03c3 " + number_label(row.deviation, 2),
      .edges = row.edges,
      .counts = row.counts};
  histogram.look = {.width = 178, .height = 150, .text_size = 10, .has_y_numbers = false};
  return draw(histogram);
}

Chart symmetry_chart(const std::string& start, const std::vector<SymmetryRow>& rows) {
  Chart chart{.title = "start: " + start, .x_label = "epoch + 1", .y_label = "weight", .x = {.kind = Axis::kLog}};
  const auto add = [&](Index source, Index unit, const Colour& colour, Line line, double width) {
    const std::string pair = std::to_string(source) + "," + std::to_string(unit);
    Series series{.name = "\u03bb_{" + pair + "}",
                  .key = start + ".w(" + pair + ")",
                  .line = line,
                  .colour = colour,
                  .width = width};
    for (const SymmetryRow& row : rows) {
      series.x.push_back(static_cast<double>(row.epoch + 1));
      series.y.push_back((unit == 3 ? row.first : row.second)[static_cast<std::size_t>(source - 1)]);
    }
    chart.series.push_back(std::move(series));
  };
  // Those of the second unit thinner and dashed, so that both are seen where they lie on one another.
  for (const Index source : {1, 2}) {
    add(source, 3, series_colour(static_cast<std::size_t>(source - 1)), Line::kSolid, 4);
    add(source, 4, kInk, source == 1 ? Line::kDashed : Line::kDotted, 1.8);
  }
  chart.look = {.width = 460, .height = 330};
  return chart;
}

// The network's nodes without numbers, its edges with their weights.
Scene linear_network(const Graph& graph, const Parameters<double>& parameters) {
  NetworkDiagram diagram{.title = "linear network, " + std::to_string(graph.parameter_count()) + " parameters"};
  std::vector<std::size_t> before;
  const auto add_layer = [&](ValueId value, Index column) {
    std::vector<std::size_t> nodes;
    for (Index i = 0; i < size_of(graph.value_shape(value)); ++i) {
      nodes.push_back(diagram.nodes.size());
      diagram.nodes.push_back({.name = lowered(node_name(graph, value, i)), .layer = column});
    }
    return nodes;
  };
  before = add_layer(0, 0);
  Index column = 0;
  for (const GraphLayer& layer : graph.layers) {
    if (!layer.has_nodes) continue;
    const std::vector<std::size_t> nodes = add_layer(layer.out_node + 1, ++column);
    const View<const double> kernel = parameters[kernel_of(graph, layer)];
    const bool is_turned = is_transposed(graph, layer);
    for (std::size_t i = 0; i < before.size(); ++i)
      for (std::size_t j = 0; j < nodes.size(); ++j) {
        const auto row = static_cast<Index>(is_turned ? j : i), col = static_cast<Index>(is_turned ? i : j);
        const std::string pair = std::to_string(number_of(graph, layer.out_node + 1, static_cast<Index>(j)));
        diagram.edges.push_back(
            {before[i],
             nodes[j],
             {{"\u03bb", layer.name + ".w(" + std::to_string(i + 1) + "," + pair + ")", kernel(row, col)}}});
      }
    before = nodes;
  }
  diagram.most_labelled = 0;
  return draw(diagram);
}

// The intercepts are the weights of an input that is always 1.
Scene affine_network(const AffineMap& map) {
  NetworkDiagram diagram{.title = "the same as one affine map"};
  for (Index i = 0; i < map.inputs; ++i) diagram.nodes.push_back({.name = "x_{" + std::to_string(i + 1) + "}"});
  diagram.nodes.push_back({.name = "1"});
  for (Index j = 0; j < map.outputs; ++j) {
    const std::string n = std::to_string(j + 1);
    diagram.nodes.push_back({.name = "y_{" + n + "}", .layer = 1});
    const auto add = [&](Index from, const std::string& symbol, const std::string& key, double weight) {
      diagram.edges.push_back({static_cast<std::size_t>(from), diagram.nodes.size() - 1, {{symbol, key, weight}}});
    };
    for (Index i = 0; i < map.inputs; ++i) {
      const std::string pair = std::to_string(i + 1) + "," + n;
      add(i, "B_{" + pair + "}", "slope(" + pair + ")", map.slopes[static_cast<std::size_t>(i * map.outputs + j)]);
    }
    add(map.inputs, "b_{" + n + "}", "intercept(" + n + ")", map.intercept[static_cast<std::size_t>(j)]);
  }
  return draw(diagram);
}

Scene affine_matrix(const AffineMap& map) {
  HeatMap matrix{.title = "the affine map that the network is: slopes",
                 .x_label = "output",
                 .y_label = "input",
                 .rows = map.inputs,
                 .cols = map.outputs,
                 .values = map.slopes,
                 .colours = {.map = ColourMap::kDiverging, .label = "slope"}};
  return draw(matrix);
}

Scene kernel_panel(const Plane& kernel) {
  if (kernel.rows > 1) {
    HeatMap map{.title = "kernel",
                .rows = kernel.rows,
                .cols = kernel.cols,
                .values = kernel.values,
                .colours = {.map = ColourMap::kDiverging, .label = "weight"},
                .cell = std::clamp(200.0 / static_cast<double>(kernel.cols), 10.0, 48.0)};
    return draw(map);
  }
  Chart chart{.title = "kernel", .x_label = "place", .y_label = "weight", .x_is_tight = false};
  Series series{.name = "", .key = "kernel", .marker = Marker::kCircle, .colour = kInk};
  for (Index i = 0; i < kernel.cols; ++i) {
    series.x.push_back(static_cast<double>(i - kernel.cols / 2));
    series.y.push_back(kernel.values[static_cast<std::size_t>(i)]);
  }
  chart.series.push_back(std::move(series));
  chart.references = {{.at = 0, .colour = kAxisColour, .line = Line::kSolid}};
  chart.look = {.width = 360, .height = 320};
  return draw(chart);
}

Scene image_panel(const std::string& title, const std::vector<Plane>& planes) {
  ImageGrid grid{.title = title, .columns = 1};
  grid.colours.high = 255;
  grid.side = 260;
  // Of a large image every second, third, .. pixel.
  const Index step = (std::max(planes[0].rows, planes[0].cols) + kMostPixels - 1) / kMostPixels;
  GridImage image{.channels = static_cast<Index>(planes.size()),
                  .rows = (planes[0].rows + step - 1) / step,
                  .cols = (planes[0].cols + step - 1) / step};
  for (const Plane& plane : planes)
    for (Index r = 0; r < plane.rows; r += step)
      for (Index c = 0; c < plane.cols; c += step) image.values.push_back(plane(r, c));
  grid.images.push_back(std::move(image));
  return draw(grid);
}

}  // namespace

Scene activation_figure() {
  std::vector<Scene> panels;
  for (const std::string& name : pointwise_activations()) panels.push_back(draw(activation_chart(name)));
  return arrange(panels, 5, "Activations (red) and their derivatives (blue, dashed)");
}

Scene depth_figure(const std::vector<std::pair<std::string, std::vector<DepthRow>>>& starts, const std::string& title) {
  std::vector<Scene> panels;
  std::size_t columns = 1;
  for (const auto& [start, rows] : starts) {
    // Of a very deep network the layers are evenly chosen.
    const std::size_t layers = rows.size() - 1, count = std::min<std::size_t>(layers, kMostPanels);
    columns = std::max(columns, count);
    for (std::size_t i = 1; i <= count; ++i) panels.push_back(depth_panel(rows[i * layers / count], start));
  }
  return arrange(panels, static_cast<Index>(columns), title);
}

Scene symmetry_figure(const std::vector<std::pair<std::string, std::vector<SymmetryRow>>>& starts) {
  std::vector<Scene> panels;
  for (const auto& [start, rows] : starts) panels.push_back(draw(symmetry_chart(start, rows)));
  return arrange(panels, 3, "Weights into hidden units 3 and 4 of a 2-2-1 network on XOR");
}

Scene collapse_figure(const Graph& graph, const Parameters<double>& parameters, const AffineMap& map,
                      const std::vector<double>& of_network, const std::vector<double>& of_map) {
  Chart chart{.title = "predictions for random samples", .x_label = "network", .y_label = "affine map"};
  chart.series = {
      {.name = "", .key = "predictions", .x = of_network, .y = of_map, .line = Line::kNone, .marker = Marker::kCircle}};
  chart.x_is_tight = false;
  chart.look = {.width = 400, .height = 360};
  const bool is_small =
      graph.parameter_count() <= kMostEdges && std::ranges::all_of(graph.layers, [&](const GraphLayer& layer) {
        return !layer.has_nodes || is_dense(graph, layer);
      });
  if (!is_small) return arrange({affine_matrix(map), draw(chart)}, 2);
  return arrange({linear_network(graph, parameters), affine_network(map), draw(chart)}, 3);
}

Scene signal_figure(const Plane& kernel, const std::vector<SignalPanel>& panels) {
  std::vector<Scene> scenes{kernel_panel(kernel)};
  for (const SignalPanel& panel : panels) {
    Chart chart{.title = panel.title, .x_label = "x", .y_label = "value"};
    chart.series = {{.name = "signal",
                     .key = panel.title + ": signal",
                     .x = panel.before.x,
                     .y = panel.before.y,
                     .line = Line::kNone,
                     .marker = Marker::kCircle,
                     .colour = rgb(0x8a8a8a)},
                    {.name = "result",
                     .key = panel.title + ": result",
                     .x = panel.before.x,
                     .y = panel.after,
                     .colour = kPositive,
                     .width = 2.4}};
    chart.look = {.width = 560, .height = 320};
    scenes.push_back(draw(chart));
  }
  return arrange(scenes, 3);
}

Scene image_figure(const std::vector<Plane>& image, const Plane& kernel, const std::vector<Plane>& result,
                   const std::string& kernel_name) {
  return arrange({image_panel("image", image), kernel_panel(kernel), image_panel("result", result)}, 3, kernel_name);
}

}  // namespace isinglass
