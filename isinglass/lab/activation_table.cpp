#include "isinglass/lab/activation_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

constexpr double kReach = 40, kStep = 0.01, kTiny = 1e-6;

std::vector<double> grid() {
  std::vector<double> x;
  const Index half = std::lround(kReach / kStep);
  for (Index i = -half; i <= half; ++i) x.push_back(static_cast<double>(i) * kStep);
  return x;
}

bool is_close(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

// The derivative at 0.7 as the layer's own formula, in x and the output y.
std::string formula_of(const Layer& activation) {
  LayerRig<double> rig(activation, {{1}}, 1);
  rig.x()(0, 0) = 0.7;
  rig.forward();
  std::string text;
  rig.layer().partials(rig.forward_call(0, 1), 0, 0, [&](const Partial& partial) {
    text = partial.derivative.text([](const Quantity& q) { return q.kind == Quantity::kOutput ? "y" : "x"; });
  });
  return text.empty() ? "0" : text;
}

}  // namespace

ActivationCurve curve_of(const Layer& activation, const std::vector<double>& x) {
  const Index n = static_cast<Index>(x.size());
  LayerRig<double> rig(activation, {{n}}, 1);
  rig.mode = Mode::kInference;
  // Parameters, such as a learned slope, stand at their initial values.
  std::ranges::copy(x, rig.x().row(0).begin());
  std::ranges::fill(rig.dy().row(0), 1.0);
  rig.forward();
  rig.backward();
  const auto numbers = [](View<double> v) { return std::vector<double>(v.row(0).begin(), v.row(0).end()); };
  return {x, numbers(rig.y()), numbers(rig.dx())};
}

ActivationProperties properties_of(const std::string& name) {
  const Layer activation = Layer::read(name);
  const ActivationCurve c = curve_of(activation, grid());
  const std::size_t n = c.x.size(), zero = n / 2;
  ActivationProperties p{.name = name};
  const auto [least, largest] = std::ranges::minmax(c.y);
  p.least = least;
  p.largest = largest;
  // A bounded side has come to rest long before the end of the grid.
  const std::size_t unit = static_cast<std::size_t>(std::lround(1 / kStep));
  const auto rests = [&](std::size_t a, std::size_t b) { return is_close(c.y[a], c.y[b], 1e-6); };
  const bool left_rests = rests(0, unit), right_rests = rests(n - 1, n - 1 - unit);
  p.bounded_below = (left_rests || c.y[0] > c.y[unit]) && (right_rests || c.y[n - 1] > c.y[n - 1 - unit]);
  p.bounded_above = (left_rests || c.y[0] < c.y[unit]) && (right_rests || c.y[n - 1] < c.y[n - 1 - unit]);
  p.is_linear = is_close(c.y[n - 1] - c.y[0], 2 * kReach * c.slope[0], kTiny);
  p.is_monotonic = p.is_continuous = p.is_differentiable = true;
  bool rises = true, falls = true;
  for (std::size_t i = 1; i < n; ++i) {
    p.is_linear = p.is_linear && is_close(c.slope[i], c.slope[0], kTiny);
    p.is_monotonic = p.is_monotonic && c.y[i] >= c.y[i - 1] - kTiny * kTiny;
    rises = rises && c.slope[i] >= c.slope[i - 1] - kTiny;
    falls = falls && c.slope[i] <= c.slope[i - 1] + kTiny;
  }
  p.has_monotonic_slope = rises || falls;
  // Kinks and jumps of the known activations are at 0.
  const ActivationCurve near = curve_of(activation, {-1e-9, 1e-9});
  p.is_continuous = is_close(near.y[0], near.y[1], kTiny);
  p.is_differentiable = p.is_continuous && is_close(near.slope[0], near.slope[1], kTiny);
  p.is_near_identity =
      is_close(c.y[zero], 0, kTiny) && is_close(near.slope[0], 1, kTiny) && is_close(near.slope[1], 1, kTiny);
  p.slope_formula = formula_of(activation);
  p.largest_slope = *std::ranges::max_element(c.slope);
  return p;
}

std::vector<std::string> pointwise_activations() {
  std::vector<std::string> names;
  for (const LayerRow& row : layer_table().rows()) {
    const std::vector<Sample<Layer>> samples = row.samples();
    const Layer& layer = samples.front().layer;
    if (layer.is_composite() || layer.random()) continue;
    try {
      const Layer plain = Layer::read(row.name);
      if (plain.output_shape({{3}}) != Shape{3} || !plain.params({{3}}).empty()) continue;
    } catch (const InputError&) {  // it has required settings, or wants an image
      continue;
    }
    // One number of the input decides one of the output, and not as a mere copy under another name.
    LayerRig<double> rig(Layer::read(row.name), {{3}}, 1);
    bool is_pointwise = true;
    for (Index j = 0; j < 3; ++j) rig.x()(0, j) = 0.5;
    rig.forward();
    const double before = rig.y()(0, 0);
    rig.x()(0, 1) = -3;
    rig.forward();
    is_pointwise = rig.y()(0, 0) == before && !layer.couples_batch();
    const bool is_shape = row.name == "flatten" || row.name == "add" || row.name == "concat";
    if (is_pointwise && !is_shape) names.push_back(row.name);
  }
  return names;
}

}  // namespace isinglass
