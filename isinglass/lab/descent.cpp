#include "isinglass/lab/descent.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/decision_boundary.h"
#include "isinglass/io/toml.h"
#include "isinglass/nn/losses.h"
#include "isinglass/train/optimisers.h"
#include "isinglass/train/population.h"
#include "isinglass/train/schedules.h"
#include "isinglass/train/trainer.h"

namespace isinglass {
namespace {

constexpr const char* kTwoMoons = R"(
seed = 1
[data]
generator = { kind = "two_moons", samples = 300, noise = 0.2, seed = 4 }
[model]
widths = [2, 16, 16, 2]
activation = "tanh"
output_activation = "softmax"
[train]
optimiser = { kind = "sgd", learning_rate = 0.3 }
epochs = 60
batch_size = 20
)";

Optimiser with_rate(const Optimiser& optimiser, double rate) {
  Value table = optimiser.write();
  table.set("learning_rate", rate);
  return Optimiser::read(table);
}

template <class T>
void train(LossCurve& curve, const Experiment& experiment, const LoadedData& data, ThreadPool& pool,
           const std::function<void(double)>& tell) {
  TrainOptions options = experiment.train;
  options.optimiser = with_rate(options.optimiser, curve.rate);
  if (curve.decays) options.schedule = TimeDecay{.decay = 9 / static_cast<double>(std::max<Index>(1, options.epochs))};
  const Graph graph = Graph::build(experiment.model, data.train.input_shape());
  Trainer<T> trainer({.graph = graph,
                      .options = options,
                      .loss = resolve_loss(options, graph, data.train.is_classification()),
                      .random = experiment.random(),
                      .products = experiment.products(),
                      .preprocessor = data.preprocessor,
                      .pool = pool,
                      .train = data.train,
                      .validation = data.validation});
  try {
    trainer.run({.on_epoch = [&](const EpochReport& report) {
      curve.losses.push_back(report.train_loss);
      tell(static_cast<double>(report.epoch + 1) / static_cast<double>(report.epochs));
    }});
  } catch (const NumericError& error) {
    curve.failure = error.what();
  }
}

// Samples of one input and one target for one neuron, and its loss for parameters of one's choice.
class Neuron {
 public:
  Neuron(const Architecture& architecture, std::vector<double> x, std::vector<double> y)
      : samples_(static_cast<Index>(x.size())),
        data_(Dataset::regression({x.data(), samples_, 1}, {y.data(), samples_, 1})),
        graph_(Graph::build(architecture, {1})),
        parameters_(graph_),
        plan_(graph_, parameters_, pool_, {.max_batch = samples_, .loss = loss_}) {
    std::ranges::copy(x, plan_.input().data);
    std::ranges::copy(y, plan_.target().data);
  }

  Index samples() const { return samples_; }
  const Graph& graph() const { return graph_; }
  const Dataset& data() const { return data_; }
  const Loss& loss() const { return loss_; }
  // Mean loss with the weight w and, if there is one, the bias b.
  double loss_at(double w, double b = 0) {
    set(parameters_, w, b);
    plan_.forward(samples_, Mode::kInference, {}, true);
    return plan_.mean_loss();
  }
  static void set(Parameters<double>& parameters, double w, double b = 0) {
    parameters[0].data[0] = w;
    if (parameters.graph().parameters.size() > 1) parameters[1].data[0] = b;
  }

 private:
  Index samples_;
  Dataset data_;
  Graph graph_;
  Loss loss_ = HalfSquared{};
  ThreadPool pool_{1};
  Parameters<double> parameters_;
  Plan<double> plan_;
};

TrainOptions descent(double rate, Index batch_size, Index epochs) {
  return {.loss = HalfSquared{}, .optimiser = Sgd{.learning_rate = rate}, .epochs = epochs, .batch_size = batch_size};
}

DescentPath path_of(Neuron& neuron, const std::string& name, const TrainOptions& options, double w, double b,
                    Index seed) {
  DescentPath path{.name = name, .batch_size = options.batch_size == 0 ? neuron.samples() : options.batch_size};
  const Preprocessor nothing;
  ThreadPool pool(1);
  Trainer<double> trainer({.graph = neuron.graph(),
                           .options = options,
                           .loss = neuron.loss(),
                           .random = {.seed = static_cast<std::uint64_t>(seed)},
                           .preprocessor = nothing,
                           .pool = pool,
                           .train = neuron.data()});
  Neuron::set(trainer.parameters(), w, b);
  const auto look = [&] {
    const Parameters<double>& parameters = trainer.parameters();
    path.w.push_back(parameters[0].data[0]);
    path.b.push_back(parameters[1].data[0]);
    path.losses.push_back(neuron.loss_at(path.w.back(), path.b.back()));
  };
  look();
  trainer.run({.on_batch = [&](const BatchReport&) { look(); }});
  return path;
}

Architecture one_neuron(bool has_bias, const char* activation) {
  Architecture architecture;
  architecture.widths = {1, 1};
  architecture.use_bias = has_bias;
  architecture.output_activation = Layer::read(activation);
  return architecture;
}

// Descents from one place, one for each seed.
Escape escapes_of(const Neuron& neuron, double rate, Index batch_size, const EscapeExperiment& e, ThreadPool& pool) {
  std::vector<Population<double>::Settings> members;
  for (Index seed = 0; seed < e.seeds; ++seed)
    members.push_back({descent(rate, batch_size, e.epochs), {.seed = static_cast<std::uint64_t>(seed)}});
  const Preprocessor nothing;
  const std::optional<Dataset> no_data;
  Population<double> population({.graph = neuron.graph(),
                                 .loss = neuron.loss(),
                                 .preprocessor = nothing,
                                 .pool = pool,
                                 .train = neuron.data(),
                                 .validation = no_data},
                                members);
  const auto weight = [&](Index member) { return population.trainer(member).parameters()[0].data[0]; };
  Escape escape{.rate = rate, .batch_size = batch_size, .weights = {e.start}};
  for (Index k = 0; k < e.seeds; ++k) Neuron::set(population.trainer(k).parameters(), e.start);
  population.run([&](Index member) {
    TrainEvents events;
    if (member == 0) events.on_epoch = [&](const EpochReport&) { escape.weights.push_back(weight(0)); };
    return events;
  });
  for (Index k = 0; k < e.seeds; ++k) escape.escaped += weight(k) < e.barrier;
  return escape;
}

}  // namespace

std::vector<LossCurve> loss_curves(const Experiment& experiment, const LoadedData& data,
                                   const std::vector<std::pair<std::string, double>>& rates,
                                   const std::function<void(double)>& tell) {
  std::vector<LossCurve> curves;
  for (const auto& [name, rate] : rates) curves.push_back({.name = name, .rate = rate});
  curves.push_back({.name = "decaying", .rate = rates.back().second, .decays = true});
  ThreadPool pool;
  for (std::size_t k = 0; k < curves.size(); ++k) {
    const auto tell_part = [&](double part) {
      if (tell) tell((static_cast<double>(k) + part) / static_cast<double>(curves.size()));
    };
    if (experiment.is_double())
      train<double>(curves[k], experiment, data, pool, tell_part);
    else
      train<float>(curves[k], experiment, data, pool, tell_part);
  }
  return curves;
}

Experiment demonstration_experiment() {
  return Experiment::read(parse_toml(kTwoMoons, "learning-rate"));
}

std::vector<std::pair<std::string, double>> demonstration_rates() {
  return {{"small", 0.003}, {"good", 0.3}, {"large", 3}};
}

Landscape descent_paths(double rate, Index epochs, Index seed) {
  constexpr double kStartW = -1.2, kStartB = 2.6;
  std::vector<double> x, y;
  const auto stream = counter_stream({.seed = 5, .purpose = Purpose::kNoise});
  for (Index i = 0; i < 24; ++i) {
    x.push_back(2 * static_cast<double>(i) / 23);
    y.push_back(1.5 * x.back() - 0.5 + 0.6 * stream->normal());
  }
  Neuron neuron(one_neuron(true, "linear"), std::move(x), std::move(y));
  Landscape land{.w_low = -2, .w_high = 4, .b_low = -3, .b_high = 3};
  const CellCentres centres = cell_centres({.x_low = land.w_low,
                                            .x_high = land.w_high,
                                            .y_low = land.b_low,
                                            .y_high = land.b_high,
                                            .rows = Landscape::kSide,
                                            .cols = Landscape::kSide});
  for (const double b : centres.y)
    for (const double w : centres.x) land.losses.push_back(neuron.loss_at(w, b));
  const DescentPath far = path_of(neuron, "", descent(0.5, 0, 2000), kStartW, kStartB, seed);
  land.best_w = far.w.back();
  land.best_b = far.b.back();
  land.least = far.losses.back();
  for (const auto& [name, size] :
       {std::pair{"batch", Index{0}}, std::pair{"mini-batch", Index{4}}, std::pair{"stochastic", Index{1}}})
    land.paths.push_back(path_of(neuron, name, descent(rate, size, epochs), kStartW, kStartB, seed));
  return land;
}

EscapeExperiment escape_experiment(Index seeds) {
  constexpr Index kPoints = 701;
  constexpr double kLow = -5, kHigh = 2;
  EscapeExperiment e{.start = 0.8, .seeds = seeds, .epochs = 200};
  Neuron neuron(one_neuron(false, "tanh"), {4, -0.5, -0.5, -0.5}, {0.5, 0.9, 0.9, 0.9});
  for (Index i = 0; i < kPoints; ++i) {
    e.w.push_back(kLow + (kHigh - kLow) * static_cast<double>(i) / static_cast<double>(kPoints - 1));
    e.losses.push_back(neuron.loss_at(e.w.back()));
  }
  // The top of the barrier is the highest place between the lowest of the left and the lowest of the right.
  const auto place = [&](auto it) { return e.w[static_cast<std::size_t>(it - e.losses.begin())]; };
  const auto middle = std::ranges::lower_bound(e.w, -1.0) - e.w.begin();
  const auto best = std::min_element(e.losses.begin(), e.losses.begin() + middle);
  const auto local =
      std::min_element(e.losses.begin() + (std::ranges::lower_bound(e.w, -0.2) - e.w.begin()), e.losses.end());
  e.best = place(best);
  e.local = place(local);
  e.barrier = place(std::max_element(best, local));
  ThreadPool pool;
  for (const double rate : {0.1, 0.3, 1.0})
    for (const Index batch : {4, 2, 1}) e.runs.push_back(escapes_of(neuron, rate, batch, e, pool));
  return e;
}

}  // namespace isinglass
