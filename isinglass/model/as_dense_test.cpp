#include "isinglass/model/as_dense.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "isinglass/base/error.h"
#include "isinglass/base/random.h"
#include "isinglass/nn/layer_rig.h"
#include "isinglass/nn/layers.h"

namespace isinglass {
namespace {

Graph one_layer(Layer layer, const Shape& input) {
  return Graph::build({.layers = {{.layer = std::move(layer)}}}, input);
}

std::string refusal(const Graph& graph) {
  try {
    as_dense(graph, 0);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

// The layer's own forward pass against x M + b, with drawn parameters and inputs.
void expect_multiplies_out(const Layer& layer, const Shape& input) {
  SCOPED_TRACE(layer.write().preview() + " on " + to_string(input));
  const Graph graph = one_layer(layer, input);
  const auto stream = counter_stream({.seed = 7, .purpose = Purpose::kData});
  Parameters<double> parameters(graph);
  for (double& value : parameters.flat()) value = 0.5 + stream->uniform();  // a variance is positive
  const DenseEquivalent dense = as_dense(graph, 0, &parameters);
  LayerRig<double> rig(layer, {input}, 4);
  rig.mode = Mode::kInference;
  for (std::size_t k = 0; k < graph.parameters.size(); ++k)
    std::copy_n(parameters[k].data, parameters[k].size(), rig.param(k).data);
  for (Index i = 0; i < rig.x().size(); ++i) rig.x().data[i] = stream->normal();
  rig.forward();
  ASSERT_EQ(dense.n_in, rig.x().cols);
  ASSERT_EQ(dense.n_out, rig.y().cols);
  for (Index n = 0; n < rig.rows(); ++n) {
    std::vector<double> y = dense.bias;
    for (const DenseEquivalent::Entry& e : dense.entries)
      y[static_cast<std::size_t>(e.output)] += rig.x()(n, e.input) * e.value;
    for (std::size_t j = 0; j < y.size(); ++j) EXPECT_NEAR(y[j], rig.y()(n, static_cast<Index>(j)), 1e-12) << j;
  }
}

TEST(AsDense, MultipliesOutToTheLayer) {
  expect_multiplies_out(Conv1d{.kernels = 1, .kernel_size = 3}, {5});
  expect_multiplies_out(Conv1d{.kernels = 2, .kernel_size = 3, .stride = 2, .dilation = 2, .padding = {"reflect"}},
                        {3, 9});
  expect_multiplies_out(Conv2d{.kernels = 2, .kernel_size = 3}, {4, 5});
  expect_multiplies_out(Conv2d{.kernels = 3, .kernel_size = Sizes(2, 3), .stride = 2, .padding = {"same"}}, {2, 5, 4});
  expect_multiplies_out(Conv2d{.kernels = 2, .kernel_size = 3, .padding = {"nearest"}, .pad = 2}, {2, 4, 4});
  expect_multiplies_out(Conv2d{.kernels = 4, .kernel_size = 3, .groups = 2, .padding = {"zero"}, .use_bias = false},
                        {4, 4, 3});
  expect_multiplies_out(Conv2d{.kernels = 2, .padding = {"constant"}, .padding_value = 0.5}, {1, 4, 4});
  expect_multiplies_out(Dense{.units = 3}, {4});
  expect_multiplies_out(Flatten{}, {2, 3});
}

TEST(AsDense, EveryLayerMultipliesOutOrIsRefused) {
  std::set<std::string> linear;
  for (const LayerRow& row : layer_table().rows())
    for (const Sample<Layer>& sample : row.samples()) {
      if (sample.layer.is_composite() || sample.inputs.size() != 1) continue;
      const std::string message = refusal(one_layer(sample.layer, sample.inputs[0]));
      if (message == "accepted") {
        linear.insert(row.name);
        expect_multiplies_out(sample.layer, sample.inputs[0]);
      } else {
        EXPECT_NE(message.find("is not linear"), std::string::npos) << message;
      }
    }
  for (const char* name : {"average_pool1d", "average_pool2d", "batch_norm", "conv1d", "conv2d", "dense", "flatten",
                           "global_average_pool", "linear", "upsample"})
    EXPECT_TRUE(linear.contains(name)) << name;
  for (const char* name : {"max_pool1d", "max_pool2d", "relu", "sigmoid", "tanh"})
    EXPECT_FALSE(linear.contains(name)) << name;
}

TEST(AsDense, AveragePoolingHasConstantsAndNoParameters) {
  const DenseEquivalent dense = as_dense(one_layer(Layer::read("average_pool1d"), {6}), 0);
  EXPECT_EQ(dense.size(), 18);
  EXPECT_EQ(dense.nonzero(), 6);
  EXPECT_EQ(dense.distinct(), 0);
  EXPECT_EQ(dense.saved(), 18);
  EXPECT_EQ(dense.formulas[0].text(), "0.5");
}

TEST(AsDense, CountsZerosSharedEntriesAndWhatSharingSaves) {
  const DenseEquivalent dense = as_dense(one_layer(Conv1d{.kernels = 1, .kernel_size = 3}, {5}), 0);
  EXPECT_EQ(dense.n_in, 5);
  EXPECT_EQ(dense.n_out, 3);
  EXPECT_EQ(dense.size(), 15);
  EXPECT_EQ(dense.zeros(), 6);
  EXPECT_EQ(dense.nonzero(), 9);
  EXPECT_EQ(dense.distinct(), 3);
  EXPECT_EQ(dense.shared, 9);
  EXPECT_EQ(dense.saved(), 12);
  EXPECT_EQ(dense.names,
            (std::vector<std::string>{"layer1.kernel[0,0,0]", "layer1.kernel[0,1,0]", "layer1.kernel[0,2,0]"}));
  EXPECT_EQ(dense.biases, (std::vector<std::string>(3, "layer1.bias[0]")));
}

TEST(AsDense, EveryEntryKnowsItsParameters) {
  const DenseEquivalent dense =
      as_dense(one_layer(Conv1d{.kernels = 1, .kernel_size = 3, .padding = {"nearest"}, .use_bias = false}, {3}), 0);
  std::vector<std::string> texts;
  for (std::size_t e = 0; e < dense.entries.size(); ++e)
    texts.push_back("M[" + std::to_string(dense.entries[e].input) + "," + std::to_string(dense.entries[e].output) +
                    "] = " + dense.formulas[e].text());
  EXPECT_EQ(texts,
            (std::vector<std::string>{"M[0,0] = p0[0] + p0[1]", "M[1,0] = p0[2]", "M[0,1] = p0[0]", "M[1,1] = p0[1]",
                                      "M[2,1] = p0[2]", "M[1,2] = p0[0]", "M[2,2] = p0[1] + p0[2]"}));
  EXPECT_EQ(dense.biases, (std::vector<std::string>(3, "0")));
}

TEST(AsDense, ADenseLayerSharesAndSavesNothing) {
  const DenseEquivalent dense = as_dense(one_layer(Dense{.units = 3}, {4}), 0);
  EXPECT_EQ(dense.zeros(), 0);
  EXPECT_EQ(dense.shared, 0);
  EXPECT_EQ(dense.saved(), 0);
  EXPECT_EQ(dense.names[5], "layer1.kernel[1,2]");
}

TEST(AsDense, CountsLargeLayersWithoutFormulas) {
  const DenseEquivalent dense = as_dense(one_layer(Conv2d{.kernels = 4, .kernel_size = 3}, {1, 28, 28}), 0);
  EXPECT_EQ(dense.size(), 784 * 4 * 26 * 26);
  EXPECT_EQ(dense.nonzero(), 9 * 4 * 26 * 26);
  EXPECT_EQ(dense.distinct(), 36);
  EXPECT_TRUE(dense.formulas.empty());
}

TEST(AsDense, IgnoresTheActivationOfALayer) {
  const Graph graph = Graph::build({.layers = {{.layer = Conv1d{.kernels = 1}, .activation = Layer(Sigmoid{})}}}, {5});
  EXPECT_EQ(as_dense(graph, 0).nonzero(), 9);
}

TEST(AsDense, RefusesWhatHasNoMatrix) {
  EXPECT_NE(refusal(one_layer(Relu{}, {4})).find("layer1 (relu) is not linear"), std::string::npos);
  EXPECT_NE(refusal(one_layer(Sigmoid{}, {4})).find("not linear"), std::string::npos);
  EXPECT_NE(refusal(one_layer(Maxout{.units = 2}, {3})).find("not linear"), std::string::npos);
  EXPECT_NE(refusal(one_layer(Conv2d{.kernels = 64}, {3, 64, 64})).find("connections, at most 4194304"),
            std::string::npos);
  EXPECT_NE(refusal(one_layer(Dense{.units = 1 << 20}, {1 << 20})).find("parameters, at most"), std::string::npos);
}

TEST(AsDense, FindsLayersByNameOrNumber) {
  const Graph graph = one_layer(Dense{.units = 3}, {4});
  EXPECT_EQ(find_layer(graph, "layer1"), 0U);
  EXPECT_EQ(find_layer(graph, "1"), 0U);
  EXPECT_THROW(find_layer(graph, "0"), OptionError);
  EXPECT_THROW(find_layer(graph, "layer2"), OptionError);
}

}  // namespace
}  // namespace isinglass
