#include "isinglass/lab/xor_experiment.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "isinglass/data/load.h"
#include "isinglass/figure/decision_boundary.h"
#include "isinglass/io/toml.h"
#include "isinglass/nn/layers.h"
#include "isinglass/train/experiment.h"
#include "isinglass/train/population.h"

namespace isinglass {
namespace {

// Tanh with the derivative that the source's program computes: it hands its derivative the output in place of the input,
//     1 - tanh(y)^2  in place of  1 - y^2,  y = tanh(x)              (1)
// which is never below 0.42: saturated nodes go on learning.
struct TanhAsCoded : Pointwise<TanhAsCoded> {
  static constexpr std::string_view kName = "tanh_as_coded", kSummary = "tanh with a wrong derivative";

  template <class T>
  void values(std::span<const T> x, std::span<T> y) const {
    kernels::tanh(x, y);
  }
  template <class T>
  static T slope(T, T y) {
    const T again = std::tanh(y);
    return 1 - again * again;  // (1)
  }
  static Expression derivative(const Expression&, const Expression& y) {
    const Expression again = Expression::function("tanh", y, std::tanh(y.value()));
    return 1.0 - again * again;
  }
};

struct Variant {
  std::string name, network, summary;
  Index hidden = 2;
  Layer activation = Tanh{}, output_activation = Tanh{};
  double learning_rate = 0.2;
  bool has_biases = true, has_column = false;  // a column of ones beside the inputs
};

std::vector<Variant> variants() {
  return {
      {.name = "biases", .network = "2-2-1 tanh", .summary = "the textbook network: a bias for each node"},
      {.name = "as coded",
       .network = "2-3-1 tanh",
       .summary = "the source's program: ones beside the inputs, a third hidden node, its derivative",
       .hidden = 3,
       .activation = TanhAsCoded{},
       .output_activation = TanhAsCoded{},
       .has_biases = false,
       .has_column = true},
      {.name = "column of ones",
       .network = "2-3-1 tanh",
       .summary = "the same with the right derivative",
       .hidden = 3,
       .has_biases = false,
       .has_column = true},
      {.name = "no biases",
       .network = "2-2-1 tanh",
       .summary = "its hidden nodes draw lines through the origin",
       .has_biases = false},
      {.name = "four hidden", .network = "2-4-1 tanh", .summary = "twice as many hidden nodes", .hidden = 4},
      {.name = "relu", .network = "2-2-1 relu", .summary = "rectified hidden nodes, tanh output", .activation = Relu{}},
      {.name = "sigmoid",
       .network = "2-2-1 sigmoid",
       .summary = "sigmoids at the same rate: their slope is at most 1/4",
       .activation = Sigmoid{},
       .output_activation = Sigmoid{}},
      {.name = "sigmoid, fast",
       .network = "2-2-1 sigmoid",
       .summary = "the same ten times as fast",
       .activation = Sigmoid{},
       .output_activation = Sigmoid{},
       .learning_rate = 2}};
}

constexpr const char* kExperiment = R"(
precision = "double"
rng = "numpy"
[data]
inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [[0], [1], [1], [0]]
[model]
widths = [2, 2, 1]
kernel_initialiser = { kind = "uniform", low = -1, high = 1 }
bias_initialiser = { kind = "uniform", low = -1, high = 1 }
[train]
loss = "half_squared"
optimiser = { kind = "sgd", learning_rate = 0.2 }
batch_size = 1
sampling = "with_replacement"
)";

Experiment experiment_of(const Variant& variant, Index steps) {
  Value file = parse_toml(kExperiment, "xor");
  if (variant.has_column) set_override(file, "data.inputs=[[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]]");
  set_override(file, "train.optimiser.learning_rate=" + std::to_string(variant.learning_rate));
  Experiment experiment = Experiment::read(file);
  experiment.model.widths = {variant.has_column ? 3 : 2, variant.hidden, 1};
  experiment.model.activation = variant.activation;
  experiment.model.output_activation = variant.output_activation;
  experiment.model.use_bias = variant.has_biases;
  experiment.train.epochs = steps / 4;  // of four samples each
  return experiment;
}

std::vector<double> answers(const Graph& graph, Parameters<double>& parameters, const std::vector<double>& inputs) {
  const Index width = size_of(graph.input), samples = static_cast<Index>(inputs.size()) / width;
  ThreadPool pool(1);
  Plan<double> plan(graph, parameters, pool, {.max_batch = samples});
  std::ranges::copy(inputs, plan.input().data);
  plan.forward(samples, Mode::kInference, {});
  return {plan.output().data, plan.output().data + samples};
}

std::vector<double> plane_inputs(bool has_column) {
  const CellCentres centres = cell_centres({.x_low = kXorLow,
                                            .x_high = kXorHigh,
                                            .y_low = kXorLow,
                                            .y_high = kXorHigh,
                                            .rows = kXorCells,
                                            .cols = kXorCells});
  std::vector<double> inputs;
  for (const double y : centres.y)
    for (const double x : centres.x) {
      if (has_column) inputs.push_back(1);
      inputs.insert(inputs.end(), {x, y});
    }
  return inputs;
}

double worst_answer(const std::vector<double>& outputs) {
  constexpr double kWanted[] = {0, 1, 1, 0};
  double worst = 0;
  for (std::size_t n = 0; n < 4; ++n) {
    const double off = std::abs(outputs[n] - kWanted[n]);
    worst = std::isfinite(off) ? std::max(worst, off) : std::numeric_limits<double>::infinity();
  }
  return worst;
}

XorResult train(const Variant& variant, const XorSettings& s, ThreadPool& pool) {
  const Experiment experiment = experiment_of(variant, s.steps);
  const LoadedData data = load_data(experiment.data, ".", *experiment.split_stream());
  const Graph graph = Graph::build(experiment.model, data.train.input_shape());
  std::vector<Population<double>::Settings> members;
  for (Index seed = 0; seed < s.seeds; ++seed)
    members.push_back({experiment.train, {.numpy = numpy_stream(static_cast<std::uint32_t>(seed))}});
  Population<double> population({.graph = graph,
                                 .loss = resolve_loss(experiment.train, graph, false),
                                 .preprocessor = data.preprocessor,
                                 .pool = pool,
                                 .train = data.train,
                                 .validation = data.validation},
                                members);
  population.run();
  XorResult result{.name = variant.name,
                   .network = variant.network,
                   .summary = variant.summary,
                   .learning_rate = variant.learning_rate,
                   .parameters = graph.parameter_count()};
  const std::vector<double> samples = variant.has_column ? std::vector<double>{1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1}
                                                         : std::vector<double>{0, 0, 0, 1, 1, 0, 1, 1};
  for (Index seed = 0; seed < s.seeds; ++seed) {
    Parameters<double>& parameters = population.trainer(seed).parameters();
    result.worst.push_back(worst_answer(answers(graph, parameters, samples)));
    const bool has_learned = result.worst.back() < s.tolerance;
    result.learned += has_learned;
    std::vector<double>& plane = has_learned ? result.plane_learned : result.plane_stuck;
    if (plane.empty()) plane = answers(graph, parameters, plane_inputs(variant.has_column));
  }
  return result;
}

}  // namespace

std::vector<XorResult> xor_experiment(const XorSettings& settings, const std::function<void(double)>& tell) {
  ThreadPool pool;
  std::vector<XorResult> results;
  const std::vector<Variant> all = variants();
  for (const Variant& variant : all) {
    results.push_back(train(variant, settings, pool));
    if (tell) tell(static_cast<double>(results.size()) / static_cast<double>(all.size()));
  }
  return results;
}

}  // namespace isinglass
