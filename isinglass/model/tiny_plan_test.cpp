// A tiny plan gives the bits of a plan: losses and gradients, for all chains that it takes.
#include "isinglass/model/tiny_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "isinglass/kernels/instruction_set.h"
#include "isinglass/model/plan.h"
#include "isinglass/nn/layers.h"
#include "isinglass/nn/losses.h"

namespace isinglass {
namespace {

Graph chain(const std::vector<Index>& widths, const std::string& activation, const std::string& last, bool has_bias) {
  Architecture architecture;
  for (std::size_t i = 1; i < widths.size(); ++i) {
    LayerSpec spec{.layer = Dense{.units = widths[i], .use_bias = has_bias}};
    spec.activation = Layer::read(Value(i + 1 < widths.size() ? activation : last));
    architecture.layers.push_back(spec);
  }
  return Graph::build(architecture, {widths[0]});
}

template <class T>
void expect_same_numbers(const Plan<T>& a, const Plan<T>& b) {
  ASSERT_EQ(a.rows(), b.rows());
  EXPECT_EQ(a.mean_loss(), b.mean_loss());
  EXPECT_TRUE(std::ranges::equal(a.sample_losses(), b.sample_losses()));
  for (ValueId v = 0; v <= a.graph().nodes.size(); ++v)
    for (Index r = 0; r < a.rows(); ++r) {
      EXPECT_TRUE(std::ranges::equal(a.value(v).row(r), b.value(v).row(r))) << "value " << v << " row " << r;
      if (v == 0) continue;  // which has no gradient
      EXPECT_TRUE(std::ranges::equal(a.value_gradient(v).row(r), b.value_gradient(v).row(r)))
          << "gradient of value " << v << " row " << r;
    }
}

// Counts what it is told.
template <class T>
struct Listener : Observer<T> {
  std::vector<std::size_t> forward, backward;
  void after_forward(const Plan<T>&, std::size_t layer) override { forward.push_back(layer); }
  void after_backward(const Plan<T>&, std::size_t layer) override { backward.push_back(layer); }
};

template <class T>
void expect_same_bits(const Graph& graph, const Loss& loss, Index samples, const std::vector<Index>& batch,
                      double largest = 2) {
  ASSERT_TRUE(TinyPlan<T>::fits(graph, loss));
  Parameters<T> parameters(graph), gradients(graph);
  const RandomKey key{.seed = 7, .purpose = Purpose::kNoise};
  std::uint64_t drawn = 0;
  const auto fill = [&](std::span<T> all) {
    for (T& x : all) x = static_cast<T>(largest * (2 * key.uniform(drawn++) - 1));
  };
  fill(parameters.flat());
  const Index n_in = graph.input[0], n_out = size_of(graph.nodes.back().out);
  std::vector<T> x(static_cast<std::size_t>(samples * n_in)), y(static_cast<std::size_t>(samples * n_out)),
      weights(static_cast<std::size_t>(samples));
  fill(x), fill(y), fill(weights);
  const View<const T> inputs{x.data(), samples, n_in}, targets{y.data(), samples, n_out};

  ThreadPool pool(1);
  const Index count = static_cast<Index>(batch.size());
  Plan<T> plan(graph, parameters, pool, {.max_batch = count, .loss = loss, .training = true});
  for (Index r = 0; r < count; ++r) {
    const Index row = batch[static_cast<std::size_t>(r)];
    std::ranges::copy(inputs.row(row), plan.input().row(r).begin());
    std::ranges::copy(targets.row(row), plan.target().row(r).begin());
    plan.weights()[static_cast<std::size_t>(r)] = weights[static_cast<std::size_t>(row)];
  }
  const double expected = plan.train(count, {});
  TinyPlan<T> tiny(graph, loss, parameters, gradients);
  for (int repeat = 0; repeat < 2; ++repeat) {  // nothing is left behind from step to step
    EXPECT_EQ(tiny.train({inputs, targets, weights}, batch), expected);
    for (std::size_t p = 0; p < graph.parameters.size(); ++p)
      for (Index i = 0; i < graph.parameters[p].size(); ++i)
        ASSERT_EQ(gradients[p].data[i], plan.gradients()[p].data[i]) << graph.parameters[p].name << " " << i;
  }
  Plan<T> left(graph, parameters, pool, {.max_batch = count, .loss = loss, .training = true, .lean = true});
  Listener<T> listener, expected_listener;
  left.set_observer(&listener);
  plan.set_observer(&expected_listener);
  EXPECT_EQ(tiny.train({inputs, targets, weights}, batch, left), expected);
  expect_same_numbers(left, plan);
  EXPECT_EQ(left.train(count, {}), expected);  // the batch lies where a plan reads it
  EXPECT_EQ(plan.train(count, {}), expected);
  expect_same_numbers(left, plan);
  EXPECT_EQ(listener.forward.size(), 2 * expected_listener.forward.size());
  EXPECT_EQ(listener.backward.size(), 2 * expected_listener.backward.size());
}

TEST(TinyPlan, HasTheBitsOfAPlan) {
  for (const char* activation : {"sigmoid", "tanh", "relu", "linear"})
    for (const Loss& loss : {Loss(HalfSquared{}), Loss(MeanSquared{})})
      for (const bool has_bias : {true, false}) {
        SCOPED_TRACE(std::string(activation) + " " + std::string(loss.kind()));
        const Graph small = chain({3, 2, 1}, activation, "linear", has_bias);
        const Graph deep = chain({5, 7, 1, 4, 3}, activation, activation, has_bias);
        expect_same_bits<double>(small, loss, 4, {2});
        expect_same_bits<float>(small, loss, 4, {3});
        std::vector<Index> many(37);
        for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<Index>(i * 11 % 40);
        expect_same_bits<double>(deep, loss, 40, many);
        expect_same_bits<float>(deep, loss, 40, many);
        expect_same_bits<double>(deep, loss, 40, {1, 1, 39});
      }
}

TEST(TinyPlan, HasTheBitsOfAPlanOnEveryInstructionSetThatFuses) {
  for (const std::string& name : kernels::instruction_sets()) {
    kernels::use_instruction_set(name);
    if (kernels::fuses_multiply_add())
      expect_same_bits<double>(chain({3, 4, 2}, "sigmoid", "tanh", true), HalfSquared{}, 20,
                               {0, 5, 9, 13, 2, 3, 4, 19, 7});
  }
  kernels::use_instruction_set(kernels::instruction_sets().front());
}

// Sums of hundreds, where sigmoid and tanh are computed in another way, beside small ones, on each width of vectors.
TEST(TinyPlan, HasTheBitsOfAPlanWhereActivationsEnd) {
  std::vector<Index> batch(24);
  std::iota(batch.begin(), batch.end(), Index{0});
  for (const std::string& name : kernels::instruction_sets()) {
    kernels::use_instruction_set(name);
    if (!kernels::fuses_multiply_add()) continue;
    for (const char* activation : {"sigmoid", "tanh"}) {
      expect_same_bits<double>(chain({3, 6, 2}, activation, activation, true), HalfSquared{}, 24, batch, 8);
      expect_same_bits<double>(chain({3, 6, 2}, activation, activation, true), HalfSquared{}, 24, {7}, 8);
    }
  }
  kernels::use_instruction_set(kernels::instruction_sets().front());
}

TEST(TinyPlan, HasTheBitsOfAPlanForRandomShapes) {
  const RandomKey key{.seed = 11, .purpose = Purpose::kNoise};
  std::uint64_t drawn = 0;
  const auto draw = [&](Index most) {
    return 1 + static_cast<Index>(key.uniform(drawn++) * static_cast<double>(most));
  };
  for (int i = 0; i < 20; ++i) {
    std::vector<Index> widths{draw(6), draw(6), draw(6), draw(6)}, batch(static_cast<std::size_t>(draw(20)));
    for (Index& row : batch) row = draw(20) - 1;
    expect_same_bits<double>(chain(widths, i % 2 ? "tanh" : "sigmoid", "sigmoid", i % 3 > 0), MeanSquared{}, 20, batch);
    expect_same_bits<double>(chain(widths, i % 2 ? "tanh" : "sigmoid", "linear", i % 3 > 0), HalfSquared{}, 20,
                             {batch[0]});
  }
}

// Batches of an epoch one after the other, as a plan with plain gradient descent.
template <class T>
void expect_same_descent(const Graph& graph, const Loss& loss, std::size_t batch_size, double most_loss = 1e9) {
  constexpr Index kSamples = 6, kEpochs = 3;
  constexpr T kRate = static_cast<T>(0.3);
  Parameters<T> parameters(graph), moved(graph), gradients(graph);
  const RandomKey key{.seed = 3, .purpose = Purpose::kNoise};
  std::uint64_t drawn = 0;
  const auto fill = [&](std::span<T> all) {
    for (T& x : all) x = static_cast<T>(2 * key.uniform(drawn++) - 1);
  };
  fill(moved.flat());
  for (std::size_t p = 0; p < graph.parameters.size(); ++p)  // what no parameter has stays zero
    std::ranges::copy_n(moved[p].data, graph.parameters[p].size(), parameters[p].data);
  std::ranges::copy(parameters.flat(), moved.flat().begin());
  const Index n_in = graph.input[0], n_out = size_of(graph.nodes.back().out);
  std::vector<T> x(static_cast<std::size_t>(kSamples * n_in)), y(static_cast<std::size_t>(kSamples * n_out)),
      weights(kSamples);
  fill(x), fill(y), fill(weights);
  const View<const T> inputs{x.data(), kSamples, n_in}, targets{y.data(), kSamples, n_out};
  const std::vector<Index> order{4, 0, 5, 2, 1, 3};

  ThreadPool pool(1);
  Plan<T> plan(graph, parameters, pool, {.max_batch = static_cast<Index>(batch_size), .loss = loss, .training = true});
  const auto train = [&](std::size_t first) {
    const Index rows = static_cast<Index>(std::min(batch_size, order.size() - first));
    for (Index r = 0; r < rows; ++r) {
      const Index row = order[first + static_cast<std::size_t>(r)];
      std::ranges::copy(inputs.row(row), plan.input().row(r).begin());
      std::ranges::copy(targets.row(row), plan.target().row(r).begin());
      plan.weights()[static_cast<std::size_t>(r)] = weights[static_cast<std::size_t>(row)];
    }
    if (!(plan.train(rows, {}) <= most_loss)) return false;
    for (std::size_t i = 0; i < parameters.flat().size(); ++i)
      parameters.flat()[i] -= kRate * plan.gradients().flat()[i];
    return true;
  };
  Index epochs = 0, batches = 0;
  for (bool goes_on = true; goes_on && epochs < kEpochs; epochs += goes_on) {
    batches = 0;
    for (std::size_t first = 0; first < order.size() && goes_on; first += batch_size, batches += goes_on)
      goes_on = train(first);
  }
  TinyPlan<T> tiny(graph, loss, moved, gradients);
  typename TinyPlan<T>::Position at;
  tiny.descend({inputs, targets, weights}, {order, batch_size, kEpochs}, {kRate, most_loss}, at);
  EXPECT_EQ(at.epoch, std::min(epochs, kEpochs - 1));
  EXPECT_EQ(at.batch, batches);
  EXPECT_TRUE(std::ranges::equal(moved.flat(), parameters.flat()));
}

TEST(TinyPlan, DescendsToTheBitsOfAPlan) {
  for (const char* activation : {"sigmoid", "tanh", "relu", "linear"})
    for (const Loss& loss : {Loss(HalfSquared{}), Loss(MeanSquared{})})
      for (const bool has_bias : {true, false})
        for (const std::vector<Index>& widths :
             {std::vector<Index>{3, 2, 1}, {1, 4, 4, 3}, {4, 1, 2}, {2, 3, 3, 3, 4}, {5, 2}, {2, 5, 3}})
          for (const std::size_t batch_size : {1, 2, 6}) {
            SCOPED_TRACE(std::string(activation) + " " + std::to_string(widths.size()) + " layers, batches of " +
                         std::to_string(batch_size));
            const Graph graph = chain(widths, activation, "sigmoid", has_bias);
            expect_same_descent<double>(graph, loss, batch_size);
            expect_same_descent<float>(graph, loss, batch_size);
            expect_same_descent<double>(graph, loss, batch_size, 0.05);  // ends at a batch
          }
}

TEST(TinyPlan, LeavesOtherNetworksToThePlan) {
  const Loss loss = HalfSquared{};
  EXPECT_FALSE(TinyPlan<float>::fits(chain({3, 2, 1}, "elu", "linear", true), loss));
  EXPECT_FALSE(TinyPlan<float>::fits(chain({16, 16, 1}, "tanh", "linear", true), loss));
  EXPECT_FALSE(TinyPlan<float>::fits(chain({3, 2, 1}, "tanh", "linear", true), BinaryCrossEntropy{}));
  Architecture shared;
  shared.layers = {{.layer = Dense{.units = 2}}, {.layer = Dense{.units = 3, .transposed = true}, .tied_to = "layer1"}};
  EXPECT_FALSE(TinyPlan<float>::fits(Graph::build(shared, {3}), loss));
}

}  // namespace
}  // namespace isinglass
