// Members of a population train as they would alone.
#include "isinglass/train/population.h"

#include <gtest/gtest.h>

#include "isinglass/nn/layers.h"
#include "isinglass/nn/losses.h"
#include "isinglass/train/optimisers.h"

namespace isinglass {
namespace {

class PopulationTest : public testing::Test {
 protected:
  PopulationTest() {
    graph_ = network({6, 2});
    std::vector<double> x, y;
    for (int n = 0; n < 20; ++n) {
      for (int j = 0; j < 3; ++j) x.push_back((n * 7 + j * 5) % 11 * 0.1 - 0.5);
      for (int j = 0; j < 2; ++j) y.push_back((n + j) % 3 * 0.3);
    }
    data_ = Dataset::regression({x.data(), 20, 3}, {y.data(), 20, 2});
  }

  static Graph network(const std::vector<Index>& widths) {
    Architecture architecture;
    for (const Index units : widths) {
      LayerSpec layer{.layer = Dense{.units = units}};
      layer.activation = Layer::read(Value(units == widths.back() ? "linear" : "tanh"));
      architecture.layers.push_back(layer);
    }
    return Graph::build(architecture, {3});
  }
  static Population<float>::Settings settings(Index member, double rate) {
    Population<float>::Settings s;
    s.options.epochs = 30;
    s.options.batch_size = 6;
    s.options.optimiser = Optimiser::read(Value(Value::Table{{"kind", Value("adam")}, {"learning_rate", Value(rate)}}));
    s.random.seed = static_cast<std::uint64_t>(member);
    return s;
  }
  Population<float> make(const std::vector<Population<float>::Settings>& members, ThreadPool& pool) {
    return {{graph_, loss_, preprocessor_, pool, *data_, none_}, members};
  }
  static std::vector<float> parameters(Population<float>& population, Index member) {
    const auto flat = population.trainer(member).parameters().flat();
    return {flat.begin(), flat.end()};
  }

  Graph graph_;
  Loss loss_ = MeanSquared{};
  Preprocessor preprocessor_;
  std::optional<Dataset> data_, none_;
};

TEST_F(PopulationTest, MembersEndInTheBitsOfEachAlone) {
  std::vector<Population<float>::Settings> members;
  for (Index k = 0; k < 5; ++k) members.push_back(settings(k, 0.001 * static_cast<double>(k + 1)));
  ThreadPool one(1), two(2);
  Population<float> together = make(members, two);
  for (const auto& result : together.run()) EXPECT_EQ(result.failure, "");
  for (Index k = 0; k < together.size(); ++k) {
    Population<float> alone = make({members[static_cast<std::size_t>(k)]}, one);
    alone.run();
    EXPECT_EQ(parameters(together, k), parameters(alone, 0)) << k;
    EXPECT_EQ(together.trainer(k).progress().step, 30 * 4);
  }
}

// Of a network that is too large for a tiny plan, in stacks: with members that end early, diverge or are stopped.
TEST_F(PopulationTest, StacksEndInTheBitsOfEachAlone) {
  graph_ = network({20, 12, 2});
  std::vector<Population<float>::Settings> members;
  for (Index k = 0; k < 70; ++k) {
    members.push_back(settings(k, 0.001 * static_cast<double>(k % 9 + 1)));
    if (k % 5 == 0) members.back().options.clip_norm = 0.1;
    if (k % 7 == 0) members.back().options.epochs = 11;
    if (k == 3)
      members.back().options.optimiser =
          Optimiser::read(Value(Value::Table{{"kind", Value("sgd")}, {"learning_rate", Value(1e30)}}));
    if (k == 4) members.back().options.early_stopping = EarlyStopping{.patience = 1, .min_delta = 10};
  }
  const auto stopping = [](Index stopped, Index batches) {
    return [=](Index member) {
      return TrainEvents{
          .should_stop = [=, done = Index{0}]() mutable { return ++done == batches && member == stopped; }};
    };
  };
  ThreadPool one(1), two(2);
  Population<float> together = make(members, two);
  const auto endings = together.run(stopping(5, 50));
  for (Index k = 0; k < together.size(); ++k) {
    Population<float> alone = make({members[static_cast<std::size_t>(k)]}, one);
    const Ending ending = alone.run(stopping(k == 5 ? 0 : -1, 50))[0];
    EXPECT_EQ(endings[static_cast<std::size_t>(k)].outcome, ending.outcome) << k;
    EXPECT_EQ(endings[static_cast<std::size_t>(k)].failure, ending.failure) << k;
    if (k != 3) {
      EXPECT_EQ(parameters(together, k), parameters(alone, 0)) << k;
    }
    EXPECT_EQ(together.trainer(k).progress().step, alone.trainer(0).progress().step) << k;
    EXPECT_EQ(together.trainer(k).progress().loss_sum, alone.trainer(0).progress().loss_sum) << k;
  }
}

TEST_F(PopulationTest, OneThatDivergesStopsNoOther) {
  std::vector<Population<float>::Settings> members{settings(0, 0.01), settings(1, 0.01), settings(2, 0.01)};
  members[1].options.optimiser =
      Optimiser::read(Value(Value::Table{{"kind", Value("sgd")}, {"learning_rate", Value(1e30)}}));
  ThreadPool pool(2);
  Population<float> population = make(members, pool);
  const auto results = population.run();
  EXPECT_EQ(results[0].failure, "");
  EXPECT_NE(results[1].failure.find("diverged"), std::string::npos) << results[1].failure;
  EXPECT_EQ(results[2].failure, "");
}

}  // namespace
}  // namespace isinglass
