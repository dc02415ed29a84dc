// cli/lab_network.cpp - `lab activations`, `initialization`, `collapse` and `symmetry`: ideas of networks in numbers.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "cli/experiment_file.h"
#include "cli/lab.h"
#include "cli/lab_report.h"
#include "cli/output.h"
#include "cli/trained_model.h"
#include "isinglass/lab/activation_table.h"
#include "isinglass/lab/collapse.h"
#include "isinglass/lab/depth_experiment.h"
#include "isinglass/lab/lab_figures.h"
#include "isinglass/lab/symmetry.h"

namespace isinglass {
namespace {

struct ActivationArguments {
  std::string output;
  bool json = false;
};

int show_activations(const ActivationArguments& a) {
  check_output(a.output);
  LabTable table{{"activation", "range", "non-linear", "monotonic", "continuous", "differentiable", "monotonic slope",
                  "identity at 0", "largest slope", "slope for x > 0"}};
  for (const std::string& name : pointwise_activations()) {
    const ActivationProperties p = properties_of(name);
    table.push_back({name,
                     fmt::format("{}, {}", p.bounded_below ? short_number(p.least) : "-inf",
                                 p.bounded_above ? short_number(p.largest) : "inf"),
                     yes(!p.is_linear), yes(p.is_monotonic), yes(p.is_continuous), yes(p.is_differentiable),
                     yes(p.has_monotonic_slope), yes(p.is_near_identity), short_number(p.largest_slope),
                     p.slope_formula});
  }
  if (!a.output.empty()) deliver_figure(activation_figure(), a.output);
  return deliver_table(table, "l",
                       "Found by computing each on a grid over [-40, 40]. Which to choose: relu first (watch for dead "
                       "units), then leaky_relu or maxout, then\ntanh; for the output sigmoid for two classes, softmax "
                       "for several, linear for amounts; never linear between layers (see lab collapse).\n",
                       a.json);
}

struct DepthArguments {
  std::string activation = "tanh";
  std::string output;
  Index units = 500, layers = 10, samples = 1000, seed = 13;
  bool json = false;
};

int show_depth(const DepthArguments& a) {
  check_output(a.output);
  std::vector<std::pair<std::string, std::vector<DepthRow>>> starts;
  LabTable table{{"weights", "layer", "mean", "deviation", "zeros", "beyond 0.99", "gradient deviation"}};
  for (const char* name : {"0.01", "xavier", "he", "1"}) {
    const auto stream = numpy_stream(static_cast<std::uint32_t>(a.seed));
    starts.emplace_back(name, depth_experiment({.activation = a.activation,
                                                .scale = scale_of(name, a.units),
                                                .layers = a.layers,
                                                .units = a.units,
                                                .samples = a.samples},
                                               *stream));
    for (const DepthRow& row : starts.back().second)
      table.push_back({name, std::to_string(row.layer), short_number(row.mean), short_number(row.deviation),
                       fmt::format("{:.1f} %", 100 * row.zero_fraction),
                       fmt::format("{:.1f} %", 100 * row.flat_fraction), short_number(row.gradient_deviation)});
  }
  if (!a.output.empty())
    deliver_figure(depth_figure(starts, "Outputs of " + a.activation + " layers by the deviation of their weights"),
                   a.output);
  return deliver_table(
      table, "lr",
      fmt::format("{} samples through {} layers of {} {} units. A deviation that stays near 1 from layer "
                  "to layer, forward and back, can learn.\n",
                  a.samples, a.layers, a.units, a.activation),
      a.json);
}

struct CollapseArguments {
  std::string subject, output;
  bool json = false;
};

// "out1 = 0.5 + 1.2 x1 - 0.3 x2".
std::string affine_text(const AffineMap& map) {
  std::string text;
  for (Index j = 0; j < map.outputs; ++j) {
    text += fmt::format("y{} = {:.6g}", j + 1, map.intercept[static_cast<std::size_t>(j)]);
    for (Index i = 0; i < map.inputs; ++i) {
      const double slope = map.slopes[static_cast<std::size_t>(i * map.outputs + j)];
      text += fmt::format(" {} {:.6g} x{}", slope < 0 ? '-' : '+', std::abs(slope), i + 1);
    }
    text += '\n';
  }
  return text;
}

int report_collapse(const Graph& graph, Parameters<double>& parameters, const CollapseArguments& a) {
  constexpr Index kSamples = 5, kDrawnSamples = 40;
  const AffineMap map = collapse(graph, parameters);
  ThreadPool pool(1);
  Plan<double> plan(graph, parameters, pool, {.max_batch = kDrawnSamples});
  double largest = 0;
  const RandomKey key{.seed = 2, .purpose = Purpose::kNoise};
  for (Index i = 0; i < plan.input().size(); ++i)
    plan.input().data[i] = 4 * key.uniform(static_cast<std::uint64_t>(i)) - 2;
  plan.forward(kDrawnSamples, Mode::kInference, {});
  std::vector<double> of_network, of_map;
  for (Index n = 0; n < kDrawnSamples; ++n) {
    const std::vector<double> y = map({plan.input().row(n).begin(), plan.input().row(n).end()});
    for (std::size_t j = 0; j < y.size(); ++j) {
      of_map.push_back(y[j]);
      of_network.push_back(plan.output()(n, static_cast<Index>(j)));
      if (n < kSamples) largest = std::max(largest, std::abs(of_map.back() - of_network.back()));
    }
  }
  if (!a.output.empty()) deliver_figure(collapse_figure(graph, parameters, map, of_network, of_map), a.output);
  if (a.json) {
    Value document = Value::Table{};
    document.set("layers", static_cast<Index>(graph.layers.size()));
    document.set("parameters", graph.parameter_count());
    document.set("intercept", OptionType<std::vector<double>>::write(map.intercept));
    document.set("slopes", OptionType<std::vector<double>>::write(map.slopes));
    document.set("largest_difference", largest);
    print_json(document);
    return 0;
  }
  print(fmt::format(
      "{} linear layers with {} parameters are one affine map with {}:\n{}largest difference of their "
      "predictions for 5 random samples: {:.2g}\n",
      graph.layers.size(), graph.parameter_count(), map.outputs * (map.inputs + 1), affine_text(map), largest));
  return 0;
}

int show_collapse(const CollapseArguments& a) {
  check_output(a.output);
  if (!a.subject.empty() && !a.subject.ends_with(".toml")) {
    const TrainedModel m = load_trained_model(a.subject);
    Parameters<double> parameters = m.model.parameters<double>();
    return report_collapse(m.model.graph, parameters, a);
  }
  Architecture architecture;
  Shape input{3};
  if (a.subject.empty()) {
    architecture.widths = {3, 5, 4, 2};
    architecture.activation = Layer::read("linear");
    architecture.bias_initialiser = Initialiser::read("uniform");
  } else {
    const ExperimentFile file = open_experiment(a.subject, {});
    architecture = file.experiment.model;
    input = file.load().train.input_shape();
  }
  const Graph graph = Graph::build(architecture, input);
  Parameters<double> parameters(graph);
  parameters.initialise({.seed = 13});
  return report_collapse(graph, parameters, a);
}

struct SymmetryArguments {
  std::string output;
  Index epochs = 10000, seed = 1;
  bool json = false;
};

int show_symmetry(const SymmetryArguments& a) {
  check_output(a.output);
  LabTable table{{"start", "epoch", "loss", "into hidden 1", "into hidden 2", "difference"}};
  for (const char* start : {"zeros", "equal", "random"})
    for (const SymmetryRow& row : symmetry_experiment(start, a.epochs, a.seed))
      table.push_back({start, std::to_string(row.epoch), short_number(row.loss),
                       short_number(row.first[0]) + ", " + short_number(row.first[1]),
                       short_number(row.second[0]) + ", " + short_number(row.second[1]), short_number(row.difference)});
  if (!a.output.empty()) {
    std::vector<std::pair<std::string, std::vector<SymmetryRow>>> starts;
    for (const char* start : {"zeros", "equal", "random"})
      starts.emplace_back(start, symmetry_experiment(start, a.epochs, a.seed, true));
    deliver_figure(symmetry_figure(starts), a.output);
  }
  return deliver_table(
      table, "lr",
      "A 2-2-1 network on XOR. Units that start alike get the same gradient and stay alike: two of them "
      "are worth one.\n",
      a.json);
}

}  // namespace

Command activations_topic() {
  const auto a = std::make_shared<ActivationArguments>();
  return {.name = "activations",
          .summary = "Properties of every activation function, computed.",
          .example = "isinglass lab activations",
          .arguments = {figure_option(&a->output), json_flag(&a->json)},
          .run = [a] { return show_activations(*a); }};
}

Command initialization_topic() {
  const auto a = std::make_shared<DepthArguments>();
  return {.name = "initialization",
          .summary = "What reaches the end of a deep network, and what comes back, by the size of its first weights.",
          .example = "isinglass lab initialization --activation relu",
          .arguments = {{"--activation", "NAME", "activation of every layer", &a->activation},
                        {"--units", "N", "of each layer", &a->units, false, between(2, 2000)},
                        {"--layers", "N", "how deep", &a->layers, false, between(1, 100)},
                        {"--samples", "N", "how many inputs", &a->samples, false, between(1, 100000)},
                        {"--seed", "N", "of NumPy's generator", &a->seed, false, between(0, 4294967295.0)},
                        figure_option(&a->output),
                        json_flag(&a->json)},
          .run = [a] { return show_depth(*a); }};
}

Command collapse_topic() {
  const auto a = std::make_shared<CollapseArguments>();
  return {.name = "collapse",
          .summary = "A network without non-linear activations is one affine map: which one.",
          .example = "isinglass lab collapse",
          .arguments = {{"EXPERIMENT|MODEL", "", "a network of one's own; without it a 3-5-4-2 one", &a->subject},
                        figure_option(&a->output),
                        json_flag(&a->json)},
          .run = [a] { return show_collapse(*a); }};
}

Command symmetry_topic() {
  const auto a = std::make_shared<SymmetryArguments>();
  return {.name = "symmetry",
          .summary = "Hidden units that start alike stay alike: XOR from equal and from random weights.",
          .example = "isinglass lab symmetry",
          .arguments = {{"--epochs", "N", "of training", &a->epochs, false, between(1, 1000000)},
                        {"--seed", "N", "of the random start", &a->seed, false, between(0, 4294967295.0)},
                        figure_option(&a->output),
                        json_flag(&a->json)},
          .run = [a] { return show_symmetry(*a); }};
}

}  // namespace isinglass
