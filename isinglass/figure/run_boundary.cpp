#include "isinglass/figure/run_boundary.h"

#include <algorithm>
#include <limits>

#include "isinglass/base/error.h"
#include "isinglass/figure/run_curves.h"
#include "isinglass/figure/run_network.h"

namespace isinglass {
namespace {

constexpr Index kCells = 140, kCellsOfClasses = 200, kMostPoints = 600;  // cells along an axis
constexpr double kMargin = 0.1;                                          // of the range of the samples

struct Plane2 {
  std::size_t x = 0, y = 1;  // which inputs
  std::vector<double> middle;
};

Plane2 plane_of(RunReader& run, const std::vector<std::string>& names, const std::vector<std::string>& features,
                const std::vector<double>& inputs) {
  const std::size_t n_in = names.size();
  if (features.empty() && n_in != 2)
    throw OptionError(run.directory() + ": the network has " + std::to_string(n_in) +
                      " inputs; name two of them with --features, such as " + names[0] + "," + names[n_in > 1 ? 1 : 0]);
  Plane2 plane;
  if (!features.empty()) {
    if (features.size() != 2)
      throw OptionError("--features: expected two names with a comma between them, got " +
                        std::to_string(features.size()));
    for (std::size_t i = 0; i < 2; ++i) {
      const auto found = std::ranges::find(names, features[i]);
      if (found == names.end())
        throw OptionError("--features: there is no input '" + features[i] + "'" + did_you_mean(features[i], names));
      (i == 0 ? plane.x : plane.y) = static_cast<std::size_t>(found - names.begin());
    }
    if (plane.x == plane.y)
      throw OptionError("--features: expected two different inputs, got " + features[0] + " twice");
  }
  plane.middle.resize(n_in);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    plane.middle[i % n_in] += inputs[i] * static_cast<double>(n_in) / static_cast<double>(inputs.size());
  return plane;
}

void set_range(const std::vector<double>& inputs, std::size_t n_in, std::size_t which, double& low, double& high) {
  low = std::numeric_limits<double>::infinity();
  high = -low;
  for (std::size_t i = which; i < inputs.size(); i += n_in) {
    low = std::min(low, inputs[i]);
    high = std::max(high, inputs[i]);
  }
  const double margin = high > low ? (high - low) * kMargin : 1;
  low -= margin;
  high += margin;
}

// The class with the largest output of each row, and by how much it leads the next.
void judge(const std::vector<double>& outputs, std::size_t classes, DecisionBoundary& boundary) {
  boundary.values.clear();
  for (std::size_t begin = 0; begin < outputs.size(); begin += classes) {
    std::size_t first = begin;
    for (std::size_t i = begin; i < begin + classes; ++i)
      if (outputs[i] > outputs[first]) first = i;
    double next = -std::numeric_limits<double>::infinity();
    for (std::size_t i = begin; i < begin + classes; ++i)
      if (i != first) next = std::max(next, outputs[i]);
    boundary.values.push_back(static_cast<double>(first - begin));
    boundary.margins.push_back(outputs[first] - next);
  }
}

// Training samples on the plane.
struct PlacedSamples {
  std::vector<double> x, y, targets;
  std::size_t width = 1;  // targets of a sample

  void add_to(Series& series, std::size_t i) const {
    series.x.push_back(x[i]);
    series.y.push_back(y[i]);
  }
};

// A series for each class.
void add_classes(const PlacedSamples& samples, std::vector<std::string> names, DecisionBoundary& boundary) {
  if (names.empty()) names = {"target 0", "target 1"};
  for (const std::string& name : names) boundary.points.push_back({.name = name, .key = "samples of " + name});
  for (std::size_t i = 0; i < samples.x.size(); ++i) {
    const auto row = samples.targets.begin() + static_cast<std::ptrdiff_t>(i * samples.width);
    const auto largest = std::max_element(row, row + static_cast<std::ptrdiff_t>(samples.width)) - row;
    samples.add_to(
        boundary.points[static_cast<std::size_t>(boundary.classes.empty() ? *row : static_cast<double>(largest))], i);
  }
}

// Amounts: the samples in the colours of their targets, on the scale of the outputs.
void add_amounts(const PlacedSamples& samples, const std::string& name, DecisionBoundary& boundary) {
  DataRange range;
  range.include(boundary.values, Axis::kLinear);
  range.include(samples.targets, Axis::kLinear);
  boundary.level = std::numeric_limits<double>::quiet_NaN();
  boundary.colours = {.low = range.low, .high = range.high, .label = name};
  const NumberColours colours(boundary.colours, samples.targets);
  boundary.colours.paleness = 0.35;
  Series series{.name = "samples: their targets",
                .key = "samples",
                .line = Line::kNone,
                .marker = Marker::kCircle,
                .colour = kInk};
  for (std::size_t i = 0; i < samples.x.size(); ++i) {
    samples.add_to(series, i);
    series.point_colours.push_back(colours(samples.targets[i]));
  }
  boundary.points.push_back(std::move(series));
}

}  // namespace

DecisionBoundary boundary_of(RunReader& run, Index epoch, const std::vector<std::string>& features) {
  const Dataset& data = run.data().train;
  const bool are_classes = data.target_kind() == TargetKind::kOneHot;
  if (!are_classes && data.outputs() != 1)
    throw InputError(run.directory() + ": the network has " + std::to_string(data.outputs()) +
                     " outputs that are no classes; a plane shows classes, or one number");
  const std::vector<Index> samples = spread_samples(data.size(), kMostPoints);
  const std::vector<double> inputs = inputs_of(data, samples), targets = targets_of(data, samples);
  const std::vector<std::string> names = run.data().preprocessor.input_names();
  const Plane2 plane = plane_of(run, names, features, inputs);
  DecisionBoundary boundary{.title = run_name(run) + ", epoch " + std::to_string(epoch),
                            .x_label = names[plane.x],
                            .y_label = names[plane.y],
                            .rows = are_classes ? kCellsOfClasses : kCells,
                            .cols = are_classes ? kCellsOfClasses : kCells};
  set_range(inputs, names.size(), plane.x, boundary.x_low, boundary.x_high);
  set_range(inputs, names.size(), plane.y, boundary.y_low, boundary.y_high);
  boundary.values = RunNetwork(run, epoch).outputs(samples_at(cell_centres(boundary), plane.middle, plane.x, plane.y));
  PlacedSamples placed{.targets = targets, .width = static_cast<std::size_t>(data.outputs())};
  for (std::size_t i = 0; i < inputs.size(); i += names.size()) {
    placed.x.push_back(inputs[i + plane.x]);
    placed.y.push_back(inputs[i + plane.y]);
  }
  if (are_classes) {
    boundary.classes = data.class_names();
    judge(std::vector<double>(boundary.values), boundary.classes.size(), boundary);
  }
  const bool are_yes_or_no = std::ranges::all_of(targets, [](double y) { return y == 0 || y == 1; });
  if (are_classes || are_yes_or_no)
    add_classes(placed, data.class_names(), boundary);
  else
    add_amounts(placed, run.data().preprocessor.output_names()[0], boundary);
  return boundary;
}

}  // namespace isinglass
