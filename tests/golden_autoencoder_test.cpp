// The autoencoder of 3, 2, 1, 2 and 3 nodes, number by number (spec E3-E7).
#include <gtest/gtest.h>

#include "tests/golden_rig.h"

namespace isinglass {
namespace {

// Least squares of y against x with a constant.
struct Line {
  double slope, intercept, r2;
};
Line fit_line(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) mean_x += x[i] / n, mean_y += y[i] / n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
  }
  return {xy / xx, mean_y - xy / xx * mean_x, xy * xy / (xx * yy)};
}

// Node values of a forward pass: two nodes a layer, the layer and its activation.
void expect_layers(const Plan<double>& plan, const Value& expected, double tolerance, const std::string& when) {
  for (std::size_t k = 0; k < plan.graph().layers.size(); ++k) {
    const std::string name = plan.graph().layers[k].name + ".out";
    expect_rows(plan.value(plan.graph().layers[k].out_node + 1), 12, *expected.find(name), tolerance, name + when);
  }
}

TEST(GoldenAutoencoder, EveryRecordedEpoch) {
  GoldenRig rig("autoencoder-3-2-1-2-3");
  const Value golden = read_golden("autoencoder.json");
  const std::vector<double> losses = numbers(*golden.find("loss every 100th epoch"));
  const double early = number(*golden.find("tolerance")), late = number(*golden.find("tolerance from epoch 5000"));
  std::vector<double> latent;
  int compared = 0;
  rig.train([&](const Plan<double>& plan, Index epoch) {
    const double tolerance = epoch < 5000 ? early : late;
    const std::string when = " at epoch " + std::to_string(epoch);
    if (epoch == 0) expect_rows(plan.value(0), 12, *golden.find("train"), tolerance, "training data");
    if (epoch % 100 == 0) {
      EXPECT_NEAR(plan.mean_loss(), losses.at(static_cast<std::size_t>(epoch / 100)), tolerance) << when;
    }
    const Value* state = golden.find("epochs")->find(std::to_string(epoch));
    if (state == nullptr) return;
    expect_parameters(rig.trainer.parameters(), *state, "", tolerance, when);
    expect_parameters(rig.trainer.plan().gradients(), *state, "dL/d", tolerance, when);
    expect_layers(plan, *state, tolerance, when);
    expect_near(plan.sample_losses(), numbers(*state->find("sample losses")), tolerance, "sample loss" + when);
    EXPECT_NEAR(plan.mean_loss(), number(*state->find("loss")), tolerance) << when;
    latent.clear();
    for (Index n = 0; n < 12; ++n) latent.push_back(plan.value(rig.graph.layers[1].out_node + 1)(n, 0));
    if (epoch == 9999) {
      EXPECT_NEAR(plan.mean_loss(), number(*golden.find("train loss at epoch 9999")), late);
    }
    ++compared;
  });
  EXPECT_EQ(compared, 7);

  // The latent value against the slope, which the network never saw (spec E7).
  const Line line = fit_line(numbers(*golden.find("slopes")), latent);
  const Value& expected = *golden.find("latent fit at epoch 9999");
  EXPECT_NEAR(line.slope, number(*expected.find("slope")), late);
  EXPECT_NEAR(line.intercept, number(*expected.find("intercept")), late);
  EXPECT_NEAR(line.r2, number(*expected.find("r2")), late);

  // After the last update: the weights, and lines that were not trained on.
  const Value& final = *golden.find("final");
  expect_parameters(rig.trainer.parameters(), final, "", late, " in the end");
  Plan<double> plan(rig.graph, rig.trainer.parameters(), rig.pool, {.max_batch = 12, .loss = rig.loss});
  const std::vector<double> test = all_numbers(*golden.find("test"));
  for (std::ptrdiff_t n = 0; n < 12; ++n) {
    std::copy_n(test.begin() + 3 * n, 3, plan.input().row(n).data());
    std::copy_n(test.begin() + 3 * n, 3, plan.target().row(n).data());
  }
  plan.forward(12, Mode::kInference, {}, true);
  expect_rows(plan.value(rig.graph.layers[1].out_node + 1), 12, *final.find("test layer2.out"), late, "test code");
  expect_rows(plan.output(), 12, *final.find("test layer4.out"), late, "test reconstruction");
  EXPECT_NEAR(plan.mean_loss(), number(*final.find("test loss")), late);

  // The same through the example's own test data.
  Evaluator<double> evaluator(rig.graph, rig.trainer.parameters(), rig.pool, rig.loss, rig.data.preprocessor);
  ASSERT_TRUE(rig.data.test.has_value());
  EXPECT_NEAR(evaluator.evaluate(*rig.data.test).loss, number(*final.find("test loss")), late);
  EXPECT_EQ(rig.graph.parameter_count(), 24);
}

}  // namespace
}  // namespace isinglass
