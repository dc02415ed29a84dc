#include "isinglass/train/network.h"

#include <gtest/gtest.h>

#include "isinglass/nn/layers.h"
#include "isinglass/train/optimisers.h"

namespace isinglass {
namespace {

// y = 2 a - b + 0.5, which one dense layer can learn exactly.
struct Plane {
  std::vector<double> x{0, 0, 1, 0, 0, 1, 1, 1}, y{0.5, 2.5, -0.5, 1.5};
  View<const double> inputs{x.data(), 4, 2};
  Dataset data = Dataset::regression(inputs, {y.data(), 4, 1});
  Architecture architecture{.layers = {{.layer = Dense{.units = 1}}}};
  TrainOptions options{.optimiser = Sgd{.learning_rate = 0.1}, .epochs = 500, .batch_size = 0};
};

TEST(Network, LearnsAndPredicts) {
  Plane plane;
  Network<double> network(plane.architecture, plane.data.input_shape(), 1, 1);
  EXPECT_EQ(network.graph().parameter_count(), 3);
  EXPECT_EQ(network.train(plane.data, plane.options), Outcome::kDone);
  const std::vector<double> answers = network.predict(plane.inputs);
  ASSERT_EQ(answers.size(), 4u);
  for (std::size_t n = 0; n < 4; ++n) EXPECT_NEAR(answers[n], plane.y[n], 1e-6);
  EXPECT_NEAR(network.parameters()[0](0, 0), 2, 1e-6);
}

TEST(Network, TrainsOnFromWhereItWas) {
  Plane plane;
  Network<double> once(plane.architecture, {2}, 1, 1), twice(plane.architecture, {2}, 1, 1);
  once.train(plane.data, plane.options);
  plane.options.epochs /= 2;
  twice.train(plane.data, plane.options);
  twice.train(plane.data, plane.options);
  EXPECT_EQ(once.predict(plane.inputs), twice.predict(plane.inputs));
}

TEST(Network, PredictsAnyNumberOfSamples) {
  Plane plane;
  Network<float> network(plane.architecture, {2}, 1, 1);
  const std::vector<double> four = network.predict(plane.inputs);
  EXPECT_TRUE(network.predict(plane.inputs.middle_rows(0, 0)).empty());
  std::vector<double> many;
  for (int k = 0; k < 150; ++k) many.insert(many.end(), plane.x.begin(), plane.x.end());
  const std::vector<double> answers = network.predict({many.data(), 600, 2});
  ASSERT_EQ(answers.size(), 600u);
  for (std::size_t n = 0; n < answers.size(); ++n) EXPECT_EQ(answers[n], four[n % 4]);
}

TEST(Network, PredictsFromFloatsAsFromDoubles) {
  Plane plane;
  const std::vector<float> x(plane.x.begin(), plane.x.end());
  const View<const float> inputs{x.data(), 4, 2};
  Network<float> network(plane.architecture, {2}, 1, 1);
  EXPECT_EQ(network.predict(inputs), network.predict(plane.inputs));
  Network<double> in_double(plane.architecture, {2}, 1, 1);
  EXPECT_EQ(in_double.predict(inputs), in_double.predict(plane.inputs));
  EXPECT_THROW(network.predict(View<const float>{x.data(), 2, 4}), ShapeError);
}

TEST(Network, ReadsManyRowsWhereTheyStand) {
  constexpr Index kRows = 300, kInputs = 150;  // more than one batch, and more than is copied
  Architecture architecture;
  for (const Index units : {9, 4}) {
    LayerSpec spec{.layer = Dense{.units = units}};
    spec.activation = Layer::read(Value("relu"));
    architecture.layers.push_back(spec);
  }
  std::vector<float> numbers(static_cast<std::size_t>(kRows * (kInputs + 1)));
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i % 97) / 97 - 0.5f;
  const std::vector<double> wide(numbers.begin(), numbers.end());
  for (const Index threads : {1, 2}) {
    Network<float> network(architecture, {kInputs}, 1, threads);
    const auto expect_same = [&](Index rows, Index stride) {
      const std::vector<double> copied = network.predict(View<const double>(wide.data(), rows, kInputs, stride));
      EXPECT_EQ(network.predict(View<const float>(numbers.data(), rows, kInputs, stride)), copied);
      EXPECT_EQ(network.predict(View<const double>(wide.data(), rows, kInputs, stride)), copied);
    };
    expect_same(kRows, kInputs);
    expect_same(kRows - 1, kInputs);
    expect_same(kRows, kInputs + 1);  // rows with gaps
    expect_same(3, kInputs);
  }
}

TEST(Network, KeepsItsParametersWhenTrainingDiverges) {
  Plane plane;
  Network<double> network(plane.architecture, {2}, 1, 1);
  const std::vector<double> before = network.predict(plane.inputs);
  plane.options.optimiser = Sgd{.learning_rate = 1e9};
  EXPECT_THROW(network.train(plane.data, plane.options), NumericError);
  EXPECT_EQ(network.predict(plane.inputs), before);
}

TEST(Network, RefusesWhatDoesNotFit) {
  Plane plane;
  EXPECT_THROW(Network<float>({}, {2}), OptionError);
  Network<float> network(plane.architecture, {3}, 1, 1);
  EXPECT_THROW(network.predict(plane.inputs), ShapeError);
  EXPECT_THROW(network.train(plane.data, plane.options), ShapeError);
}

}  // namespace
}  // namespace isinglass
