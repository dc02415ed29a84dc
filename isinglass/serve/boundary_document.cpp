#include "isinglass/serve/boundary_document.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "isinglass/base/error.h"
#include "isinglass/figure/decision_boundary.h"
#include "isinglass/figure/quantity_symbol.h"
#include "isinglass/figure/run_network.h"
#include "isinglass/model/quantity_name.h"
#include "isinglass/serve/network_document.h"
#include "isinglass/serve/request.h"

namespace isinglass {
namespace {

constexpr Index kMostSamples = 600;
constexpr double kMargin = 0.15;  // of the range of the samples

// One number of the network for each cell; kWinner: which class has the largest output.
struct Grid {
  ValueId value = 0;
  Index element = 0;
  bool is_winner = false;
};

struct Unit {
  Address output;
  Index column = 0;  // the layers with units, from 1
  std::size_t grid = 0, line = 0;
  std::optional<double> level;
  bool is_output = false;
};

struct RunPlane {
  std::size_t x = 0, y = 1;
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
  std::vector<Index> samples;
  std::vector<double> inputs, targets, middle;
  std::vector<Grid> grids;
  std::vector<Unit> units;
};

void set_range(const RunPlane& plane, std::size_t which, double& low, double& high) {
  low = std::numeric_limits<double>::infinity();
  high = -low;
  for (std::size_t i = which; i < plane.inputs.size(); i += plane.middle.size()) {
    low = std::min(low, plane.inputs[i]);
    high = std::max(high, plane.inputs[i]);
  }
  const double margin = high > low ? (high - low) * kMargin : 1;
  low -= margin;
  high += margin;
}

bool differs(const RunPlane& plane, std::size_t which) {
  for (std::size_t i = which; i < plane.inputs.size(); i += plane.middle.size())
    if (plane.inputs[i] != plane.inputs[which]) return true;
  return false;
}

void choose_axes(RunPlane& plane, const PlaneRequest& request) {
  const std::size_t n_in = plane.middle.size();
  std::vector<std::size_t> order;
  for (const bool wanted : {true, false})
    for (std::size_t i = 0; i < n_in; ++i)
      if (differs(plane, i) == wanted) order.push_back(i);
  plane.x = std::min(order[0], order[1]);
  plane.y = std::max(order[0], order[1]);
  const auto choose = [&](const std::optional<Index>& wanted, const char* axis, std::size_t& which) {
    if (!wanted) return;
    if (*wanted >= static_cast<Index>(n_in))
      throw InputError(std::string(axis) + ": the inputs are 0 to " + std::to_string(n_in - 1) + ", got " +
                       std::to_string(*wanted));
    which = static_cast<std::size_t>(*wanted);
  };
  choose(request.x, "x", plane.x);
  choose(request.y, "y", plane.y);
  if (plane.x == plane.y) throw InputError("x, y: expected two different inputs, got one twice");
}

// Where a unit turns from no to yes: at the middle of its output, or, of one that is flat on a side, where its
// pre-activation is 0.
std::optional<double> level_of(const std::string& activation) {
  if (activation == "sigmoid" || activation == "softmax") return 0.5;
  if (activation.empty() || activation == "linear" || activation == "tanh" || activation == "softsign") return 0;
  return std::nullopt;
}

void add_units(RunPlane& plane, const Graph& graph, const Dataset& data) {
  Index column = 0;
  for (const GraphLayer& layer : graph.layers) {
    if (!layer.has_nodes || layer.out.size() != 1) continue;
    ++column;
    const bool is_output = &layer == &graph.layers.back();
    if (static_cast<Index>(plane.units.size()) + layer.out[0] > kMostPlaneUnits && !is_output) continue;
    for (Index j = 0; j < std::min(layer.out[0], kMostPlaneUnits); ++j) {
      Unit unit{.output = {.kind = Address::kOutput, .which = layer.out_node + 1, .element = j},
                .column = column,
                .grid = plane.grids.size(),
                .line = plane.grids.size(),
                .level = level_of(layer.activation),
                .is_output = is_output};
      plane.grids.push_back({.value = layer.out_node + 1, .element = j});
      if (!unit.level) {
        unit.level = 0;
        unit.line = plane.grids.size();
        plane.grids.push_back({.value = layer.pre_node + 1, .element = j});
      }
      const bool are_yes_or_no = std::ranges::all_of(plane.targets, [](double t) { return t == 0 || t == 1; });
      if (is_output && are_yes_or_no) {
        unit.level = 0.5;
        unit.line = unit.grid;
      } else if (is_output && data.target_kind() == TargetKind::kValues) {
        unit.level.reset();
      }
      plane.units.push_back(unit);
    }
  }
  if (data.target_kind() == TargetKind::kOneHot && data.outputs() > 2)
    plane.grids.push_back({.value = graph.output_value(), .is_winner = true});
}

RunPlane plane_of(const RunAtStep& run, const PlaneRequest& request) {
  const Dataset& data = run.replay.data().train;
  const Graph& graph = run.replay.graph();
  if (graph.input.size() != 1 || data.inputs() < 2 || data.inputs() > kMostPlaneInputs)
    throw InputError(run.directory + ": the network sees " + std::to_string(data.inputs()) +
                     " inputs; a plane is spanned by two, out of at most " + std::to_string(kMostPlaneInputs) +
                     "; begin one, such as the scene xor");
  RunPlane plane{.samples = spread_samples(data.size(), kMostSamples)};
  plane.inputs = inputs_of(data, plane.samples);
  plane.targets = targets_of(data, plane.samples);
  plane.middle.resize(static_cast<std::size_t>(data.inputs()));
  for (std::size_t i = 0; i < plane.inputs.size(); ++i)
    plane.middle[i % plane.middle.size()] += plane.inputs[i] / static_cast<double>(plane.samples.size());
  choose_axes(plane, request);
  set_range(plane, plane.x, plane.x_low, plane.x_high);
  set_range(plane, plane.y, plane.y_low, plane.y_high);
  add_units(plane, graph, data);
  return plane;
}

Value axis_document(const std::vector<std::string>& names, std::size_t which, double low, double high) {
  Value out = Value::Table{};
  out.set("input", static_cast<Index>(which));
  out.set("name", names[which]);
  out.set("low", low);
  out.set("high", high);
  return out;
}

// The class of each sample, or its target.
std::vector<double> marks_of(const RunPlane& plane, const Dataset& data) {
  if (data.target_kind() != TargetKind::kOneHot) {
    std::vector<double> marks;
    const auto width = static_cast<std::size_t>(data.outputs());
    for (std::size_t i = 0; i < plane.targets.size(); i += width) marks.push_back(plane.targets[i]);
    return marks;
  }
  std::vector<double> marks;
  for (const Index sample : plane.samples)
    marks.push_back(static_cast<double>(data.labels()[static_cast<std::size_t>(sample)]));
  return marks;
}

Value points_document(const RunPlane& plane, const Dataset& data) {
  const std::vector<double> marks = marks_of(plane, data);
  Value::Array points;
  for (std::size_t i = 0; i < plane.samples.size(); ++i) {
    Value point = Value::Table{};
    point.set("sample", plane.samples[i]);
    point.set("x", plane.inputs[i * plane.middle.size() + plane.x]);
    point.set("y", plane.inputs[i * plane.middle.size() + plane.y]);
    if (i < marks.size()) point.set("target", marks[i]);
    points.push_back(std::move(point));
  }
  return points;
}

}  // namespace

Value boundary_document(const RunAtStep& run, const PlaneRequest& request) {
  const RunPlane plane = plane_of(run, request);
  const Graph& graph = run.replay.graph();
  const LoadedData& data = run.replay.data();
  const std::vector<std::string> names = data.preprocessor.input_names();
  Value out = Value::Table{};
  out.set("inputs", Value::Array(names.begin(), names.end()));
  out.set("x", axis_document(names, plane.x, plane.x_low, plane.x_high));
  out.set("y", axis_document(names, plane.y, plane.y_low, plane.y_high));
  const std::vector<std::string>& classes = data.train.class_names();
  out.set("classes", Value::Array(classes.begin(), classes.end()));
  out.set("kind", data.train.target_kind() == TargetKind::kOneHot ? "classes" : "number");
  Value::Array units;
  for (const Unit& unit : plane.units) {
    Value row = Value::Table{};
    const std::string name = name_of(unit.output, graph);
    row.set("name", name);
    row.set("symbol", symbol_of(name));
    row.set("column", unit.column);
    row.set("output", unit.is_output);
    row.set("grid", static_cast<Index>(unit.grid));
    row.set("line", static_cast<Index>(unit.line));
    if (unit.level) row.set("level", *unit.level);
    units.push_back(std::move(row));
  }
  out.set("units", std::move(units));
  out.set("grids", static_cast<Index>(plane.grids.size()));
  if (!plane.grids.empty() && plane.grids.back().is_winner)
    out.set("winner", static_cast<Index>(plane.grids.size() - 1));
  out.set("points", points_document(plane, data.train));
  return out;
}

std::string boundary_grids(const RunAtStep& run, const PlaneRequest& request, Index cells) {
  const RunPlane plane = plane_of(run, request);
  const CellCentres centres = cell_centres({.x_low = plane.x_low,
                                            .x_high = plane.x_high,
                                            .y_low = plane.y_low,
                                            .y_high = plane.y_high,
                                            .rows = cells,
                                            .cols = cells});
  const std::vector<double> inputs = samples_at(centres, plane.middle, plane.x, plane.y);
  std::vector<ValueId> values;
  for (const Grid& grid : plane.grids) values.push_back(grid.value);
  const FrozenNetwork network = run.network();
  const auto found = network.values(values, inputs);
  const auto count = static_cast<std::size_t>(cells * cells);
  std::vector<float> numbers;
  for (std::size_t k = 0; k < plane.grids.size(); ++k) {
    const std::size_t width = found[k].size() / count;
    for (std::size_t cell = 0; cell < count; ++cell) {
      const auto row = found[k].begin() + static_cast<std::ptrdiff_t>(cell * width);
      const auto winner = std::max_element(row, row + static_cast<std::ptrdiff_t>(width)) - row;
      numbers.push_back(plane.grids[k].is_winner ? static_cast<float>(winner)
                                                 : static_cast<float>(row[plane.grids[k].element]));
    }
  }
  std::string bytes(numbers.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

}  // namespace isinglass
