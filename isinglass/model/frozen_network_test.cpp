#include "isinglass/model/frozen_network.h"

#include <gtest/gtest.h>

#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

Graph graph_of(const std::string& text, const Shape& input) {
  Architecture architecture;
  read_options(parse_toml(text, "test"), architecture, "[model]");
  return Graph::build(architecture, input);
}

std::vector<double> start_of(const Graph& graph) {
  Parameters<double> parameters(graph);
  parameters.initialise({.seed = 3});
  return {parameters.flat().begin(), parameters.flat().end()};
}

TEST(FrozenNetwork, ComputesByHand) {
  const Graph graph = graph_of("widths = [2, 1]\noutput_activation = \"linear\"", {2});
  Parameters<double> parameters(graph);
  parameters[0](0, 0) = 2;
  parameters[0](1, 0) = -3;
  parameters[1](0, 0) = 0.5;
  const FrozenNetwork network(graph, {parameters.flat().begin(), parameters.flat().end()}, false);
  EXPECT_EQ(network.parameter(0, 1), -3);
  EXPECT_EQ(network.values(graph.output_value(), {1, 1, 0, 2}), (std::vector<double>{-0.5, -5.5}));
}

TEST(FrozenNetwork, DecodesACodeToItsReconstruction) {
  const Graph graph = graph_of("autoencoder = { widths = [6, 4, 2], activation = \"tanh\" }", {6});
  for (const bool is_float : {false, true}) {
    const FrozenNetwork network(graph, start_of(graph), is_float);
    const std::vector<double> inputs{0.1, -0.4, 0.3, 0.9, -0.2, 0.6, 1, 2, 3, -1, -2, -3};
    const auto both = network.values({graph.code_value(), graph.output_value()}, inputs);
    EXPECT_EQ(both[0].size(), 4u);
    EXPECT_EQ(network.decoded(both[0]), both[1]);
  }
}

TEST(FrozenNetwork, GivesTheSameRowsInAnyNumber) {
  const Graph graph = graph_of("widths = [3, 5, 2]", {3});
  const FrozenNetwork network(graph, start_of(graph), false);
  std::vector<double> inputs;
  for (int i = 0; i < 900; ++i) inputs.push_back(0.01 * i - 4);
  const std::vector<double> all = network.values(graph.output_value(), inputs);
  EXPECT_EQ(all.size(), 600u);
  const std::vector<double> last = network.values(graph.output_value(), {inputs.end() - 3, inputs.end()});
  EXPECT_DOUBLE_EQ(last[0], all[598]);
  EXPECT_TRUE(network.values(graph.output_value(), std::vector<double>{}).empty());
}

}  // namespace
}  // namespace isinglass
