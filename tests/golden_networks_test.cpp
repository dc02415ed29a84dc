// The networks of the examples that are worked by hand, number by number.
#include <gtest/gtest.h>

#include "tests/golden_rig.h"

namespace isinglass {
namespace {

// Spec N16: weights, biases, outputs, loss and gradients of the 3-2-1 network at every recorded epoch.
TEST(GoldenNetworks, Ann321) {
  GoldenRig rig("ann-3-2-1");
  const Value golden = read_golden("ann_3_2_1.json");
  const double tolerance = number(*golden.find("tolerance"));
  int compared = 0;
  rig.train([&](const Plan<double>& plan, Index epoch) {
    const Value* state = golden.find("epochs")->find(std::to_string(epoch));
    if (state == nullptr) return;
    const std::string when = " at epoch " + std::to_string(epoch);
    expect_parameters(rig.trainer.parameters(), *state, "", tolerance, when);
    expect_parameters(rig.trainer.plan().gradients(), *state, "dL/d", tolerance, when);
    expect_near(plan.value(1).row(0), numbers(*state->find("layer1.in")), tolerance, "layer1.in" + when);
    expect_near(plan.value(2).row(0), numbers(*state->find("layer1.out")), tolerance, "layer1.out" + when);
    expect_near(plan.output().row(0), numbers(*state->find("layer2.out")), tolerance, "layer2.out" + when);
    EXPECT_NEAR(plan.mean_loss(), number(*state->find("loss")), tolerance) << when;
    ++compared;
  });
  EXPECT_EQ(compared, 9);
}

// Spec S9: XOR one random sample at a time, with both forms of the bias.
class GoldenXor : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(, GoldenXor, testing::Values("xor", "xor-bias-column"),
                         [](const auto& row) { return row.index == 0 ? "Standard" : "BiasColumn"; });

TEST_P(GoldenXor, WeightsAfterEachRecordedStep) {
  GoldenRig rig(GetParam());
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
  Evaluator<double> evaluator(rig.graph, rig.trainer.parameters(), rig.pool, rig.loss, rig.data.preprocessor);
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
