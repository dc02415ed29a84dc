#include "isinglass/model/plan_lanes.h"

#include <gtest/gtest.h>

#include "isinglass/io/toml.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/model/plan.h"

namespace isinglass {
namespace {

Graph network(const std::string& layers, const Shape& input) {
  Architecture architecture;
  read_options(parse_toml("layers = [" + layers + "]", "model.toml"), architecture, "[model]");
  return Graph::build(architecture, input);
}

constexpr const char* kLeNet =
    "{ kind = \"conv2d\", kernels = 6, kernel_size = 5, padding = \"same\", activation = \"relu\" }, { kind = "
    "\"max_pool2d\" }, { kind = \"conv2d\", kernels = 8, kernel_size = 5, activation = \"tanh\" }, { kind = "
    "\"average_pool2d\" }, { kind = \"flatten\" }, { kind = \"dense\", units = 4, activation = \"softmax\" }";

// All actions of a forward pass, so many rows at a time.
std::vector<bool> lanes_of(const Graph& graph, Index rows, std::size_t number) {
  std::vector<PlanAction> actions;
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) actions.push_back({PlanAction::kForward, k});
  return values_in_lanes(graph, actions, {{0, actions.size(), rows}}, graph.output_value(), number);
}

TEST(PlanLanes, LastFromTheFirstConvolutionToTheLastPooling) {
  const Graph graph = network(kLeNet, {1, 16, 16});
  // input; conv2d, relu, max_pool2d, conv2d, tanh; average_pool2d, flatten, dense, softmax
  const std::vector<bool> expected{false, true, true, true, true, true, false, false, false, false};
  EXPECT_EQ(lanes_of(graph, 16, sizeof(float)), expected);
  EXPECT_EQ(lanes_of(graph, PlanChunk::kAllRows, sizeof(float)), expected);
}

TEST(PlanLanes, NeedWholeVectorsAndFloats) {
  const Graph graph = network(kLeNet, {1, 16, 16});
  const std::vector<bool> none(graph.nodes.size() + 1, false);
  EXPECT_EQ(lanes_of(graph, 15, sizeof(float)), none);
  EXPECT_EQ(lanes_of(graph, 16, sizeof(double)), none);
}

TEST(PlanLanes, StayFromALayerThatKnowsRowsOnly) {
  const Graph graph = network(
      "{ kind = \"conv2d\", kernels = 6, kernel_size = 5, activation = \"relu\" }, { kind = \"dropout\" }, { kind = "
      "\"max_pool2d\" }, { kind = \"conv2d\", kernels = 8, kernel_size = 3 }",
      {1, 16, 16});
  // input; conv2d, relu; dropout; max_pool2d, conv2d: a pooling takes lanes but does not make them
  EXPECT_EQ(lanes_of(graph, 16, sizeof(float)), std::vector<bool>(6, false));
}

// Losses, outputs and gradients of two steps and a forward pass.
std::vector<float> numbers_of(const Graph& graph, Index threads, Index rows, bool lean) {
  ThreadPool pool(threads);
  Parameters<float> parameters(graph);
  parameters.initialise({.seed = 5});
  Plan<float> plan(
      graph, parameters, pool,
      {.max_batch = rows, .loss = Loss::read("categorical_cross_entropy"), .training = true, .lean = lean});
  const auto stream = counter_stream({9, Purpose::kData, 0, 0});
  for (Index n = 0; n < rows; ++n) {
    for (float& x : plan.input().row(n)) x = static_cast<float>(stream->normal());
    for (float& y : plan.target().row(n)) y = 0;
    plan.target()(n, n % 4) = 1;
  }
  plan.train(rows, {.seed = 1});
  plan.train(rows, {.seed = 1});
  std::vector<float> numbers(plan.gradients().flat().begin(), plan.gradients().flat().end());
  for (const double loss : plan.sample_losses()) numbers.push_back(static_cast<float>(loss));
  plan.forward(rows, Mode::kInference, {});
  for (Index n = 0; n < rows; ++n)
    for (const float y : plan.output().row(n)) numbers.push_back(y);
  return numbers;
}

TEST(PlanLanes, ChangeNoBitOnAnyNumberOfThreads) {
  const Graph graph = network(kLeNet, {1, 24, 24});
  for (const std::string& set : kernels::instruction_sets()) {
    kernels::use_instruction_set(set);
    for (const Index rows : {7, 23, 61}) {
      const std::vector<float> expected = numbers_of(graph, 1, rows, false);
      for (const Index threads : {1, 2, 3})
        EXPECT_EQ(numbers_of(graph, threads, rows, true), expected) << set << " " << rows << " on " << threads;
    }
  }
  kernels::use_instruction_set(kernels::instruction_sets().front());
}

// A layer may be replaced while a run goes on, here by one whose padding lanes do not know.
TEST(PlanLanes, EndWhereALayerIsReplacedByOneWithout) {
  const Graph graph = network(kLeNet, {1, 16, 16});
  Architecture other;
  read_options(
      parse_toml("layers = [{ kind = \"conv2d\", kernels = 6, kernel_size = 5, padding = \"nearest\", pad = 2 }]",
                 "model.toml"),
      other, "[model]");
  const Layer padded = Graph::build(other, {1, 16, 16}).nodes[0].layer;
  const auto outputs = [&](bool lean) {
    ThreadPool pool(1);
    Parameters<float> parameters(graph);
    parameters.initialise({.seed = 5});
    Plan<float> plan(graph, parameters, pool, {.max_batch = 32, .lean = lean});
    for (Index n = 0; n < 32; ++n)
      for (Index j = 0; j < 256; ++j) plan.input()(n, j) = static_cast<float>((n * 7 + j) % 11);
    plan.forward(32, Mode::kInference, {});
    plan.set_layer(0, padded);
    plan.forward(32, Mode::kInference, {});
    return std::vector<float>(plan.output().data, plan.output().data + plan.output().size());
  };
  EXPECT_EQ(outputs(true), outputs(false));
}

}  // namespace
}  // namespace isinglass
