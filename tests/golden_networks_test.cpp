// The networks of the examples that are worked by hand, number by number.
#include <gtest/gtest.h>

#include "isinglass/data/load.h"
#include "isinglass/train/experiment.h"
#include "isinglass/train/trainer.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

// An example in double precision, ready to be trained.
struct Rig {
  explicit Rig(const std::string& example)
      : experiment(load_experiment(source_path("examples/" + example + ".toml"))),
        data(load_data(experiment.data, source_path("examples"), *counter_stream({}))),
        graph(Graph::build(experiment.model, data.train.input_shape())),
        trainer({.graph = graph,
                 .options = experiment.train,
                 .loss = resolve_loss(experiment.train, graph, false),
                 .random = experiment.random(),
                 .preprocessor = data.preprocessor,
                 .pool = pool,
                 .train = data.train}) {}

  ThreadPool pool{1};
  Experiment experiment;
  LoadedData data;
  Graph graph;
  Trainer<double> trainer;
};

void expect_near(std::span<const double> got, const std::vector<double>& expected, double tolerance,
                 const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], tolerance) << what << " " << i;
}

void expect_parameters(const Parameters<double>& parameters, const Value& expected, const std::string& prefix,
                       double tolerance, const std::string& when) {
  for (std::size_t k = 0; k < parameters.graph().parameters.size(); ++k) {
    const std::string name = prefix + parameters.graph().parameters[k].name;
    const View<const double> w = parameters[k];
    expect_near({w.data, static_cast<std::size_t>(w.size())}, numbers(*expected.find(name)), tolerance, name + when);
  }
}

// Spec N16: weights, biases, outputs, loss and gradients of the 3-2-1 network at every recorded epoch.
TEST(GoldenNetworks, Ann321) {
  Rig rig("ann-3-2-1");
  const Value golden = read_golden("ann_3_2_1.json");
  const double tolerance = number(*golden.find("tolerance"));
  int compared = 0;
  class Watcher : public Observer<double> {
   public:
    std::function<void(const Plan<double>&)> before_update;
    void after_backward(const Plan<double>& plan, std::size_t layer) override {
      if (layer == 0) before_update(plan);
    }
  } watcher;
  watcher.before_update = [&](const Plan<double>& plan) {
    const Value* state = golden.find("epochs")->find(std::to_string(rig.trainer.progress().epoch));
    if (state == nullptr) return;
    const std::string when = " at epoch " + std::to_string(rig.trainer.progress().epoch);
    expect_parameters(rig.trainer.parameters(), *state, "", tolerance, when);
    expect_parameters(rig.trainer.plan().gradients(), *state, "dL/d", tolerance, when);
    expect_near(plan.value(1).row(0), numbers(*state->find("layer1.in")), tolerance, "layer1.in" + when);
    expect_near(plan.value(2).row(0), numbers(*state->find("layer1.out")), tolerance, "layer1.out" + when);
    expect_near(plan.output().row(0), numbers(*state->find("layer2.out")), tolerance, "layer2.out" + when);
    EXPECT_NEAR(plan.mean_loss(), number(*state->find("loss")), tolerance) << when;
    ++compared;
  };
  rig.trainer.plan().set_observer(&watcher);
  rig.trainer.run({});
  EXPECT_EQ(compared, 9);
}

// Spec S9: XOR one random sample at a time, with both forms of the bias.
class GoldenXor : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(, GoldenXor, testing::Values("xor", "xor-bias-column"),
                         [](const auto& row) { return row.index == 0 ? "Standard" : "BiasColumn"; });

TEST_P(GoldenXor, WeightsAfterEachRecordedStep) {
  Rig rig(GetParam());
  const Value golden = read_golden("xor.json");
  const Value& expected = *golden.find("cases")->find(GetParam());
  const double tolerance = number(*golden.find("tolerance"));
  int compared = 0;
  rig.trainer.run({.on_batch = [&](const BatchReport&) {
    const Index step = rig.trainer.progress().step - 1;
    if (const Value* state = expected.find("steps")->find(std::to_string(step))) {
      expect_parameters(rig.trainer.parameters(), *state, "", tolerance, " after step " + std::to_string(step));
      ++compared;
    }
  }});
  EXPECT_EQ(compared, 6);
  Evaluator<double> evaluator(rig.graph, rig.trainer.parameters(), rig.pool,
                              resolve_loss(rig.experiment.train, rig.graph, false), rig.data.preprocessor);
  expect_near(evaluator.predict(rig.data.train), numbers(*expected.find("predictions")), tolerance, "prediction");
}

// Spec N3: weights and biases of fully connected networks, in total and for each layer.
TEST(GoldenNetworks, ParameterCounts) {
  const Value golden = read_golden("parameter_counts.json");
  for (const Value& row : *golden.find("dense")->as_array()) {
    const auto widths = OptionType<std::vector<Index>>::read(*row.find("layers"), {});
    Architecture architecture;
    architecture.widths = widths;
    const Graph graph = Graph::build(architecture, {widths[0]});
    EXPECT_EQ(graph.parameter_count(), *row.find("total")->as_integer()) << row.preview();
    std::vector<Index> per_layer;
    for (const GraphLayer& layer : graph.layers) per_layer.push_back(layer.parameters);
    EXPECT_EQ(per_layer, OptionType<std::vector<Index>>::read(*row.find("per_layer"), {})) << row.preview();
  }
}

}  // namespace
}  // namespace isinglass
