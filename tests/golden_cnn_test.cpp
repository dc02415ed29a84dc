// The convolutional network of eight parameters, number by number: an image of five values, a kernel of three (I1..I5,
// K6..K8), a feature map of three sigmoid nodes (C9..C11), one linear output (O12). Spec C13 and C15.
#include <gtest/gtest.h>

#include "tests/golden_rig.h"

namespace isinglass {
namespace {

constexpr ValueId kInput = 0, kMapIn = 1, kMap = 2, kOutput = 4;  // 3 is the flattened map

// A second plan over the parameters in training, which also computes what no training needs: dL/dx of the input.
class CloseLook {
 public:
  CloseLook(GoldenRig& rig, Index samples)
      : plan_(rig.graph, rig.trainer.parameters(), rig.pool,
              {.max_batch = samples, .loss = rig.loss, .training = true, .input_gradient = true}) {}

  const Plan<double>& at(const Plan<double>& training, Index first) {
    const Index rows = plan_.max_batch();
    for (Index n = 0; n < rows; ++n) {
      std::copy_n(training.value(kInput).row(first + n).data(), plan_.input().cols, plan_.input().row(n).data());
      std::copy_n(targets_->data() + first + n, 1, plan_.target().row(n).data());
    }
    plan_.train(rows, {});
    return plan_;
  }
  Plan<double>& plan() { return plan_; }
  void set_targets(const std::vector<double>& targets) { targets_ = &targets; }

 private:
  Plan<double> plan_;
  const std::vector<double>* targets_ = nullptr;
};

// The nine uses of the kernel: window j and weight k contribute d y[j]/d K[k] times dL/d y[j] (spec C13). They come from
// the derivatives that an explanation uses.
std::vector<double> kernel_partials(const Plan<double>& plan) {
  const GraphNode& node = plan.graph().nodes[0];
  const View<const double> x[] = {plan.value(kInput)}, param[] = {plan.parameters()[0], plan.parameters()[1]};
  const Forward<double> call{
      .shapes = node.in, .x = x, .param = param, .y = const_cast<Plan<double>&>(plan).value(kMapIn)};
  std::vector<double> partials(9);
  for (Index j = 0; j < 3; ++j)
    node.layer.partials(call, 0, j, [&](const Partial& p) {
      if (p.variable.kind == Quantity::kParameter && p.variable.which == 0)
        partials[static_cast<std::size_t>(3 * j + p.variable.index)] =
            p.derivative.value() * plan.value_gradient(kMapIn)(0, j);
    });
  return partials;
}

TEST(GoldenCnn, OneSample) {
  GoldenRig rig("cnn-single");
  const Value golden = read_golden("cnn_single.json");
  const double tolerance = number(*golden.find("tolerance"));
  const std::vector<double> outputs = numbers(*golden.find("layer3.out every 10th epoch")), targets = {0.1};
  CloseLook close(rig, 1);
  close.set_targets(targets);
  int compared = 0;
  rig.train([&](const Plan<double>& plan, Index epoch) {
    if (epoch % 10 == 0) {
      EXPECT_NEAR(plan.output()(0, 0), outputs.at(static_cast<std::size_t>(epoch / 10)), tolerance) << epoch;
    }
    const Value* state = golden.find("epochs")->find(std::to_string(epoch));
    if (state == nullptr) return;
    const std::string when = " at epoch " + std::to_string(epoch);
    expect_parameters(rig.trainer.parameters(), *state, "", tolerance, when);
    expect_parameters(rig.trainer.plan().gradients(), *state, "dL/d", tolerance, when);
    EXPECT_NEAR(plan.mean_loss(), number(*state->find("loss")), tolerance) << when;
    expect_rows(plan.value(kMapIn), 1, *state->find("layer1.in"), tolerance, "layer1.in" + when);
    expect_rows(plan.value(kMap), 1, *state->find("layer1.out"), tolerance, "layer1.out" + when);
    expect_rows(plan.value(kOutput), 1, *state->find("layer3.out"), tolerance, "layer3.out" + when);

    const Plan<double>& look = close.at(plan, 0);
    expect_parameters(close.plan().gradients(), *state, "dL/d", tolerance, " seen closely" + when);
    expect_rows(look.value_gradient(kMapIn), 1, *state->find("dL/dlayer1.in"), tolerance, "dL/dlayer1.in" + when);
    expect_rows(look.value_gradient(kMap), 1, *state->find("dL/dlayer1.out"), tolerance, "dL/dlayer1.out" + when);
    expect_rows(look.value_gradient(kOutput), 1, *state->find("dL/dlayer3.out"), tolerance, "dL/dlayer3.out" + when);
    expect_rows(look.value_gradient(kInput), 1, *state->find("dL/dinput"), tolerance, "dL/dinput" + when);
    expect_near(kernel_partials(look), all_numbers(*state->find("kernel partials")), tolerance, "partial" + when);
    ++compared;
  });
  EXPECT_EQ(compared, 9);
  EXPECT_EQ(rig.graph.parameter_count(), 8);
}

TEST(GoldenCnn, TenImagesAtOnce) {
  GoldenRig rig("cnn-batch");
  const Value golden = read_golden("cnn_batch.json");
  const double tolerance = number(*golden.find("tolerance"));
  const std::vector<double> errors = numbers(*golden.find("mean squared error every 10th epoch"));
  const std::vector<double> labels = numbers(*golden.find("labels"));
  CloseLook close(rig, 1);
  close.set_targets(labels);
  int compared = 0, samples = 0;
  rig.train([&](const Plan<double>& plan, Index epoch) {
    const std::string when = " at epoch " + std::to_string(epoch);
    if (epoch == 0) expect_rows(plan.value(kInput), 10, *golden.find("images"), tolerance, "image");
    if (epoch % 10 == 0) {
      EXPECT_NEAR(2 * plan.mean_loss(), errors.at(static_cast<std::size_t>(epoch / 10)), tolerance) << when;
    }
    const Value* state = golden.find("epochs")->find(std::to_string(epoch));
    if (state == nullptr) return;
    expect_parameters(rig.trainer.parameters(), *state, "", tolerance, when);
    expect_parameters(rig.trainer.plan().gradients(), *state, "dL/d", tolerance, when);
    EXPECT_NEAR(plan.mean_loss(), number(*state->find("loss")), tolerance) << when;
    expect_rows(plan.value(kOutput), 10, *state->find("layer3.out"), tolerance, "layer3.out" + when);
    ++compared;

    if (state->find("samples") == nullptr) return;
    for (Index n = 0; n < 10; ++n, ++samples) {  // what each image alone would change
      const Value& sample = state->find("samples")->as_array()->at(static_cast<std::size_t>(n));
      const std::string which = " of sample " + std::to_string(n) + when;
      const Plan<double>& look = close.at(plan, n);
      expect_parameters(close.plan().gradients(), sample, "dL/d", tolerance, which);
      expect_rows(look.value(kMap), 1, *sample.find("layer1.out"), tolerance, "layer1.out" + which);
      expect_rows(look.value_gradient(kMapIn), 1, *sample.find("dL/dlayer1.in"), tolerance, "dL/dlayer1.in" + which);
      expect_rows(look.value_gradient(kOutput), 1, *sample.find("dL/dlayer3.out"), tolerance, "dL/dlayer3.out" + which);
    }
  });
  EXPECT_EQ(compared, 9);
  EXPECT_EQ(samples, 40);
}

}  // namespace
}  // namespace isinglass
