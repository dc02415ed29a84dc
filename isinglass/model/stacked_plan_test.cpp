// A step of a stack leaves the bits that the plan of each member computes.
#include "isinglass/model/stacked_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "isinglass/kernels/instruction_set.h"
#include "isinglass/nn/layers.h"
#include "isinglass/nn/losses.h"

namespace isinglass {
namespace {

Graph network(const std::vector<std::string>& layers, Index inputs) {
  Architecture architecture;
  for (const std::string& text : layers) {
    const std::size_t space = text.find(' ');
    LayerSpec layer{.layer = Dense{.units = std::stoll(text), .use_bias = text.find("no bias") == std::string::npos}};
    layer.activation = Layer::read(Value(text.substr(space + 1, text.find(',') - space - 1)));
    architecture.layers.push_back(layer);
  }
  return Graph::build(architecture, {inputs});
}

template <class T>
class StackedPlanTest : public testing::Test {
 protected:
  void TearDown() override { kernels::use_instruction_set(kernels::instruction_sets().front()); }

  struct Member {
    Parameters<T> parameters;
    Plan<T> plan, alone;

    Member(const Graph& graph, const Loss& loss, ThreadPool& pool, Index rows)
        : parameters(graph),
          plan(graph, parameters, pool, {.max_batch = rows, .loss = loss, .training = true, .lean = true}),
          alone(graph, parameters, pool, {.max_batch = rows, .loss = loss, .training = true}) {}
  };
  void expect_same(const Graph& graph, const Loss& loss, Index rows, Index members) {
    std::mt19937 random(3);
    std::uniform_real_distribution<T> draw(-1, 1);
    std::vector<std::unique_ptr<Member>> each;
    std::vector<Plan<T>*> plans;
    for (Index m = 0; m < members; ++m) {
      Member& member = *each.emplace_back(std::make_unique<Member>(graph, loss, pool_, rows + 2));
      for (T& number : member.parameters.flat()) number = draw(random);
      for (Index n = 0; n < rows; ++n) {
        for (T& number : member.plan.input().row(n)) number = draw(random);
        for (T& number : member.plan.target().row(n)) number = draw(random) > 0 ? T{1} : T{0};
        member.plan.weights()[static_cast<std::size_t>(n)] = 1 + draw(random) / 2;
      }
      for (Index n = 0; n < rows; ++n) {
        std::ranges::copy(member.plan.input().row(n), member.alone.input().row(n).begin());
        std::ranges::copy(member.plan.target().row(n), member.alone.target().row(n).begin());
      }
      std::ranges::copy(member.plan.weights(), member.alone.weights().begin());
      plans.push_back(&member.plan);
    }
    StackedPlan<T> stack(graph, loss, rows + 2);
    stack.train(plans, rows);
    for (const auto& member : each) {
      const double expected = member->alone.train(rows, {});
      EXPECT_EQ(member->plan.mean_loss(), expected);
      EXPECT_TRUE(std::ranges::equal(member->plan.gradients().flat(), member->alone.gradients().flat()));
    }
  }

  ThreadPool pool_{1};
};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(StackedPlanTest, Numbers);

TYPED_TEST(StackedPlanTest, LeavesTheBitsOfEachPlan) {
  const Graph squared = network({"9 relu", "5 tanh", "2 linear"}, 7);
  const Graph classes = network({"8 relu", "5 softmax"}, 3);
  const Graph crossed = network({"8 leaky_relu", "6 swish, no bias", "3 sigmoid"}, 4);
  for (const std::string& set : kernels::instruction_sets()) {
    SCOPED_TRACE(set);
    kernels::use_instruction_set(set);
    const Index most = StackedPlan<TypeParam>::most_members();
    for (const Index rows : {1, 16, 21})
      for (const Index members : {most, std::max<Index>(most - 2, 1)}) {
        this->expect_same(squared, MeanSquared{}, rows, members);
        this->expect_same(classes, CategoricalCrossEntropy{}, rows, members);
        this->expect_same(crossed, BinaryCrossEntropy{}, rows, members);
      }
  }
}

TYPED_TEST(StackedPlanTest, IsForSmallChainsOfDenseLayers) {
  if (StackedPlan<TypeParam>::most_members() == 1) return;
  EXPECT_TRUE(StackedPlan<TypeParam>::fits(network({"9 relu", "2 linear"}, 7), MeanSquared{}, 32));
  EXPECT_TRUE(StackedPlan<TypeParam>::fits(network({"9 relu", "2 softmax"}, 7), CategoricalCrossEntropy{}, 32));
  EXPECT_FALSE(StackedPlan<TypeParam>::fits(network({"9 softmax", "2 linear"}, 7), MeanSquared{}, 32));
  EXPECT_FALSE(StackedPlan<TypeParam>::fits(network({"900 relu", "2 linear"}, 700), MeanSquared{}, 32));
  Architecture dropping;
  dropping.layers.push_back({.layer = Dropout{.rate = 0.5}});
  dropping.layers.push_back({.layer = Dense{.units = 2}});
  EXPECT_FALSE(StackedPlan<TypeParam>::fits(Graph::build(dropping, {3}), MeanSquared{}, 32));
}

}  // namespace
}  // namespace isinglass
