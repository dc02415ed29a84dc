#include "isinglass/nn/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "isinglass/kernels/instruction_set.h"
#include "isinglass/nn/layer_rig.h"
#include "isinglass/nn/losses.h"
#include "isinglass/nn/sigmoid.h"
#include "isinglass/nn/softmax.h"

namespace isinglass {
namespace {

// A loss on a batch, after the activation that it is fused with.
template <class T>
struct LossRig {
  LossRig(const Loss& loss_of_batch, Index rows, Index cols)
      : loss(loss_of_batch),
        activation(loss.activation().empty() ? Layer::read("linear") : Layer::read(loss.activation()), {{cols}}, rows),
        target(activation.dy()),  // has the shape needed and is not otherwise used
        derivative(activation.dx()),
        scale(static_cast<std::size_t>(rows), T{1}),
        values(static_cast<std::size_t>(rows)) {}

  LossRows<T> batch() {
    activation.forward();
    return {.z = activation.x(), .y_hat = activation.y(), .y = target, .loss = values, .scale = scale, .d = derivative};
  }
  // sum_n scale[n] l[n]
  double value() {
    const LossFunctions<T> f = loss.functions<T>();
    f.value(f.self, batch());
    double sum = 0;
    for (std::size_t n = 0; n < values.size(); ++n) sum += static_cast<double>(scale[n]) * values[n];
    return sum;
  }
  void gradient() {
    const LossFunctions<T> f = loss.functions<T>();
    f.gradient(f.self, batch());
  }

  Loss loss;
  LayerRig<T> activation;
  View<T> target, derivative;
  std::vector<T> scale;
  std::vector<double> values;
};

// A loss with logits and targets for one sample.
template <class T>
LossRig<T>& set(LossRig<T>& rig, const std::vector<double>& z, const std::vector<double>& y) {
  for (std::size_t j = 0; j < z.size(); ++j) {
    rig.activation.x().data[j] = static_cast<T>(z[j]);
    rig.target.data[j] = static_cast<T>(y[j]);
  }
  return rig;
}

class LossContract : public testing::TestWithParam<std::string> {
 protected:
  Loss loss() const { return Loss::read(GetParam()); }
  bool has_probabilities() const { return !loss().activation().empty(); }
};

TEST_P(LossContract, GradientIsTheDerivativeOfTheWeightedValue) {
  LossRig<double> rig(loss(), 3, 4);
  const RandomKey key{.seed = 5, .purpose = Purpose::kNoise};
  for (Index i = 0; i < 12; ++i) {
    const auto draw = static_cast<std::uint64_t>(i);
    rig.activation.x().data[i] = 6 * key.uniform(draw) - 3;
    rig.target.data[i] = has_probabilities() ? key.uniform(draw + 100) : 6 * key.uniform(draw + 100) - 3;
  }
  rig.scale = {1.0 / 3, 0.25, 2.0};
  rig.gradient();
  const double h = 1e-5;
  for (Index i = 0; i < 12; ++i) {
    double& z = rig.activation.x().data[i];
    const double center = z;
    z = center + h;
    const double above = rig.value();
    z = center - h;
    const double below = rig.value();
    z = center;
    EXPECT_NEAR(rig.derivative.data[i], (above - below) / (2 * h), 1e-8) << i;
  }
}

TEST_P(LossContract, FormulasOfItsDerivativesAreItsGradient) {
  LossRig<double> rig(loss(), 1, 4);
  set(rig, {0.3, -1.2, 0.8, 1.0}, {0.25, 0.5, 0, 0.25});
  rig.value();
  rig.gradient();
  const auto sample = [&] {
    return LossSample{rig.activation.x().row(0), rig.activation.y().row(0), rig.target.row(0)};
  };
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_DOUBLE_EQ(loss().derivative(sample(), j).value(), rig.derivative.data[j]);
    EXPECT_NE(loss().derivative(sample(), j).text(), "");
    double& p = rig.activation.y().data[j];
    const double center = p, h = 1e-6;
    const double formula = loss().prediction_derivative(sample(), j).value();
    p = center + h;
    const double above = loss().prediction_value(sample());
    p = center - h;
    const double below = loss().prediction_value(sample());
    p = center;
    EXPECT_NEAR(formula, (above - below) / (2 * h), 1e-7) << j;
  }
  EXPECT_NEAR(loss().prediction_value(sample()), rig.values[0], 1e-15);
}

TEST_P(LossContract, IsNotNegativeAndZeroWhereTheTargetIsMet) {
  LossRig<double> rig(loss(), 50, 3);
  const RandomKey key{.seed = 6, .purpose = Purpose::kNoise};
  for (Index i = 0; i < 150; ++i) {
    rig.activation.x().data[i] = 20 * key.uniform(static_cast<std::uint64_t>(i)) - 10;
    rig.target.data[i] = key.uniform(static_cast<std::uint64_t>(1000 + i));
  }
  rig.value();
  for (const double l : rig.values) EXPECT_GE(l, 0);

  LossRig<double> met(loss(), 1, 3);
  const double hit = has_probabilities() ? 1e4 : 1, miss = has_probabilities() ? -1e4 : 0;
  EXPECT_EQ(set(met, {hit, miss, miss}, {1, 0, 0}).value(), 0);
  met.gradient();
  for (Index j = 0; j < 3; ++j) EXPECT_EQ(met.derivative(0, j), 0);
}

template <class T>
void expect_finite(const Loss& loss) {
  for (const double target : {0.0, 0.5, 1.0})
    for (const double logit : {-1e4, -1.0, 0.0, 1.0, 1e4}) {
      LossRig<T> rig(loss, 1, 3);
      EXPECT_TRUE(std::isfinite(set(rig, {logit, 1e4, -1e4}, {target, 0, 1 - target}).value())) << logit;
      rig.gradient();
      for (Index j = 0; j < 3; ++j) EXPECT_TRUE(std::isfinite(rig.derivative(0, j))) << logit;
    }
}

TEST_P(LossContract, IsFiniteForHugeLogits) {
  expect_finite<float>(loss());
  expect_finite<double>(loss());
}

TEST_P(LossContract, NanIsNotHidden) {
  LossRig<float> rig(loss(), 1, 3);
  EXPECT_TRUE(std::isnan(set(rig, {0.5, std::nan(""), 0.5}, {0, 1, 0}).value()));
}

TEST_P(LossContract, SettingsSurviveWritingAndReading) {
  EXPECT_EQ(Loss::read(loss().write()).write(), loss().write());
}

INSTANTIATE_TEST_SUITE_P(AllLosses, LossContract, testing::ValuesIn(loss_table().names()),
                         [](const auto& test) { return test.param; });

// Value and gradient of one sample, worked by hand.
void expect_loss(const Loss& loss, const std::vector<double>& z, const std::vector<double>& y, double value,
                 const std::vector<double>& gradient) {
  LossRig<double> rig(loss, 1, static_cast<Index>(z.size()));
  EXPECT_DOUBLE_EQ(set(rig, z, y).value(), value);
  rig.gradient();
  for (std::size_t j = 0; j < z.size(); ++j) EXPECT_DOUBLE_EQ(rig.derivative.data[j], gradient[j]) << j;
}

TEST(Loss, ByHand) {
  expect_loss(HalfSquared{}, {3, 1}, {2, 3}, 2.5, {1, -2});  // errors 1 and -2
  expect_loss(MeanSquared{}, {3, 1}, {2, 3}, 2.5, {1, -2});
  expect_loss(MeanAbsolute{}, {3, 1, 5}, {2, 3, 5}, 1, {1.0 / 3, -1.0 / 3, 0});
  expect_loss(Huber{.delta = 1}, {3, 1}, {2.5, 3}, (0.125 + 1.5) / 2, {0.25, -0.5});
  expect_loss(BinaryCrossEntropy{}, {0, 0}, {1, 0.25}, std::log(2), {-0.25, 0.125});
  expect_loss(CategoricalCrossEntropy{}, {std::log(3), 0}, {0, 1}, std::log(4), {0.75, -0.75});
  expect_loss(CategoricalCrossEntropy{}, {0, 0}, {0, 2}, 2 * std::log(2), {1, -1});  // targets that sum to 2
}

// The order of a sum, stated in losses.h, on every instruction set.
TEST(Loss, SumsOfManyOutputsKeepTheirOrder) {
  for (const std::string& set : kernels::instruction_sets()) {
    kernels::use_instruction_set(set);
    for (const std::size_t n : {31U, 32U, 47U, 784U}) {
      std::vector<float> p(n), y(n);
      for (std::size_t j = 0; j < n; ++j) {
        p[j] = std::sin(static_cast<float>(j));
        y[j] = std::cos(static_cast<float>(3 * j));
      }
      const auto term = [&](std::size_t j) {
        const double e = static_cast<double>(p[j]) - static_cast<double>(y[j]);
        return e * e;
      };
      double sums[16] = {};
      std::size_t j = 0;
      for (; n >= 32 && j < n / 16 * 16; ++j) sums[j % 16] += term(j);
      for (std::size_t width = 8; width > 0; width /= 2)
        for (std::size_t l = 0; l < width; ++l) sums[l] += sums[l + width];
      double expected = sums[0];
      for (; j < n; ++j) expected += term(j);
      EXPECT_EQ(MeanSquared{}.value<float>({}, p, y), 1 / static_cast<double>(n) * expected) << set << ", " << n;
    }
  }
  kernels::use_instruction_set(kernels::instruction_sets().front());
}

TEST(Loss, FormulasReadAsOneWouldWriteThem) {
  const std::vector<double> p{0.2, 0.8}, y{0, 1};
  const LossSample s{p, p, y};
  EXPECT_EQ(Loss(HalfSquared{}).derivative(s, 1).text(), "y[1] - x1[1]");
  EXPECT_EQ(Loss(MeanSquared{}).derivative(s, 1).text(), "2 / 2 * (y[1] - x1[1])");
  EXPECT_EQ(Loss(CategoricalCrossEntropy{}).derivative(s, 1).text(), "y[1] - x1[1]");
  EXPECT_EQ(Loss(CategoricalCrossEntropy{}).prediction_derivative(s, 1).text(), "0 - x1[1] / y[1]");
}

TEST(Loss, CrossEntropyOfHugeLogitsIsTheirDistance) {
  expect_loss(BinaryCrossEntropy{}, {-1e4}, {1}, 1e4, {-1});
  expect_loss(CategoricalCrossEntropy{}, {-1e4, 1e4}, {1, 0}, 2e4, {-1, 1});
}

TEST(Loss, SuggestsTheNearestName) {
  try {
    Loss::read("mean_square");
    FAIL();
  } catch (const OptionError& e) {
    EXPECT_NE(std::string(e.what()).find("did you mean 'mean_squared'"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace isinglass
