#include "isinglass/model/autoencoder.h"

#include <gtest/gtest.h>

#include "isinglass/io/toml.h"
#include "isinglass/model/gradient_check.h"

namespace isinglass {
namespace {

Architecture model(const std::string& text) {
  Architecture architecture;
  read_options(parse_toml(text, "test"), architecture, "[model]");
  return architecture;
}

// "conv2d+relu (1, 8, 8)" for each layer: kind, activation and output.
std::vector<std::string> layers_of(const Graph& graph) {
  std::vector<std::string> out;
  for (const GraphLayer& layer : graph.layers)
    out.push_back(layer.kind + (layer.activation.empty() ? "" : "+" + layer.activation) + " " + to_string(layer.out));
  return out;
}

TEST(Autoencoder, MirrorsWidths) {
  const Graph graph = Graph::build(
      model(R"(autoencoder = { widths = [3, 2, 1], activation = "sigmoid", output_activation = "linear" })"), {3});
  EXPECT_EQ(layers_of(graph), (std::vector<std::string>{"dense+sigmoid (2)", "dense+sigmoid (1)", "dense+sigmoid (2)",
                                                        "dense+linear (3)"}));
  EXPECT_EQ(graph.parameter_count(), 24);
  EXPECT_EQ(graph.code_value(), 4u);
  std::string nodes;
  for (const GraphLayer& layer : graph.layers) nodes += layer.letter + std::to_string(layer.first_number) + " ";
  EXPECT_EQ(nodes, "L4 M6 R7 O9 ");
}

TEST(Autoencoder, MirrorsConvolutionsPoolingAndWhatFollowsThem) {
  const Graph graph = Graph::build(model(R"(
    autoencoder.output_activation = "sigmoid"
    autoencoder.encoder = [
      { kind = "conv2d", kernels = 4, padding = "same", activation = "relu" },
      { kind = "max_pool2d" },
      { kind = "conv2d", kernels = 6, kernel_size = 3, stride = 2, padding = "zero", pad = 1 },
      { kind = "batch_norm" },
      { kind = "tanh" },
      { kind = "flatten" },
      { kind = "dense", units = 5 },
    ])"),
                                   {1, 10, 14});
  EXPECT_EQ(layers_of(graph),
            (std::vector<std::string>{"conv2d+relu (4, 10, 14)", "max_pool2d (4, 5, 7)", "conv2d (6, 3, 4)",
                                      "batch_norm (6, 3, 4)", "tanh (6, 3, 4)", "flatten (72)", "dense (5)",
                                      "dense (72)", "reshape (6, 3, 4)", "batch_norm (6, 3, 4)", "tanh (6, 3, 4)",
                                      "conv_transpose2d+relu (4, 5, 7)", "upsample (4, 10, 14)",
                                      "conv_transpose2d+sigmoid (1, 10, 14)"}));
  EXPECT_EQ(graph.encoder_layers, 7u);
}

TEST(Autoencoder, TiedDecodersShareTheKernels) {
  const Graph own = Graph::build(model("autoencoder = { widths = [6, 4, 2] }"), {6});
  const Graph tied = Graph::build(model("autoencoder = { widths = [6, 4, 2], tied = true }"), {6});
  EXPECT_EQ(own.parameter_count() - tied.parameter_count(), 6 * 4 + 4 * 2);
  EXPECT_EQ(tied.nodes[tied.layers.back().pre_node].parameters[0], tied.nodes[0].parameters[0]);
}

TEST(Autoencoder, KeepsItsNoiseOutOfTheDecoder) {
  const Graph graph = Graph::build(
      model(
          R"(autoencoder = { widths = [4, 2], noise = { kind = "gaussian_noise", deviation = 0.3 }, code_l1 = 0.1 })"),
      {4});
  EXPECT_EQ(layers_of(graph), (std::vector<std::string>{"gaussian_noise (4)", "dense+relu (2)", "dense+linear (4)"}));
  EXPECT_EQ(graph.encoder_layers, 2u);
  EXPECT_EQ(graph.nodes[graph.code_value() - 1].activity_l1, 0.1);
}

TEST(Autoencoder, RefusesWhatHasNoMirror) {
  const auto message = [](const std::string& text, const Shape& input) {
    try {
      Graph::build(model(text), input);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(
      message(R"(autoencoder.encoder = [{ kind = "maxout", units = 2, pieces = 2 }])", {4}).find("layer1 (maxout)"),
      std::string::npos);
  EXPECT_NE(message(R"(autoencoder.encoder = [{ kind = "relu" }])", {4}).find("no layer that learns"),
            std::string::npos);
  EXPECT_NE(message("autoencoder = { widths = [5, 2] }", {4}).find("5 inputs"), std::string::npos);
  EXPECT_NE(message("widths = [4, 2]\nautoencoder = { widths = [4, 2] }", {4}).find("not both"), std::string::npos);
}

// Largest disagreement of back-propagation with finite differences, over all parameters.
double worst_gradient(const std::string& text, const Shape& input) {
  const Graph graph = Graph::build(model(text), input);
  Parameters<double> parameters(graph);
  parameters.initialise({.seed = 5});
  ThreadPool pool(1);
  Plan<double> plan(graph, parameters, pool, {.max_batch = 3, .loss = Loss::read("mean_squared"), .training = true});
  const RandomKey key{.seed = 9, .purpose = Purpose::kNoise};
  for (Index n = 0; n < 3; ++n)
    for (Index j = 0; j < plan.input().cols; ++j)
      plan.target()(n, j) = plan.input()(n, j) = key.uniform(static_cast<std::uint64_t>(n * 100 + j)) - 0.4;
  double worst = 0;
  for (const GradientCheckRow& row : check_gradients(plan, parameters, 3, 1))
    worst = std::max(worst, row.largest_error);
  return worst;
}

TEST(Autoencoder, GradientsOfSharedKernelsPenaltiesNoiseAndStatesAreRight) {
  EXPECT_LT(worst_gradient("bias_initialiser = \"uniform\"\nautoencoder = { widths = [6, 4, 2], activation = \"tanh\", "
                           "tied = true, code_l1 = 0.3, noise = { kind = \"gaussian_noise\", deviation = 0.2 } }",
                           {6}),
            1e-8);
  EXPECT_LT(worst_gradient(R"(
    bias_initialiser = "uniform"
    autoencoder.tied = true
    autoencoder.encoder = [{ kind = "conv2d", kernels = 3, stride = 2, padding = "same" }, { kind = "batch_norm" },
                           { kind = "tanh" }, { kind = "conv2d", kernels = 2, padding = "same" }])",
                           {2, 5, 6}),
            1e-8);
}

TEST(Autoencoder, ThePenaltyIsPartOfTheTrainingLoss) {
  const auto loss_of = [](const std::string& code_l1) {
    const Graph graph = Graph::build(model("autoencoder = { widths = [2, 1], code_l1 = " + code_l1 + " }"), {2});
    Parameters<double> parameters(graph);
    for (double& w : parameters.flat()) w = 0.5;
    ThreadPool pool(1);
    Plan<double> plan(graph, parameters, pool, {.max_batch = 1, .loss = Loss::read("mean_squared"), .training = true});
    plan.input()(0, 0) = plan.target()(0, 0) = 1;
    plan.input()(0, 1) = plan.target()(0, 1) = 2;
    return plan.train(1, {});
  };
  // The code is relu(0.5 + 1 + 0.5) = 2.
  EXPECT_NEAR(loss_of("0.25") - loss_of("0"), 0.25 * 2, 1e-15);
}

}  // namespace
}  // namespace isinglass
