#include "isinglass/model/quantity_name.h"

#include <gtest/gtest.h>

#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

Graph graph_of(const std::string& toml, const Shape& input) {
  Architecture architecture;
  read_options(parse_toml(toml, "model.toml"), architecture, "[model]");
  return Graph::build(architecture, input);
}

const char* const kConv =
    "layers = [{ kind = \"conv1d\", kernels = 1, kernel_size = 3, activation = \"sigmoid\" }, { kind = \"flatten\" }, "
    "{ kind = \"dense\", units = 1 }]";
const char* const kDense = "widths = [3, 2, 1]\nactivation = \"sigmoid\"\noutput_activation = \"linear\"";
const char* const kAutoencoder = "autoencoder = { widths = [3, 2, 1], activation = \"sigmoid\" }";

std::string message_of(const std::string& name, const Graph& graph) {
  try {
    parse_quantity(name, graph);
  } catch (const OptionError& error) {
    return error.what();
  }
  return "no error";
}

std::vector<std::string> names(const Graph& graph, Naming naming = Naming::kAutomatic) {
  std::vector<std::string> names;
  for (const Address& address : all_quantities(graph)) names.push_back(name_of(address, graph, naming));
  return names;
}

using Names = std::vector<std::string>;

TEST(QuantityName, NumbersADenseNetworkByHand) {
  EXPECT_EQ(names(graph_of(kDense, {3})),
            (Names{"I1",   "I2",     "I3",     "w(1,4)", "w(1,5)", "w(2,4)", "w(2,5)", "w(3,4)", "w(3,5)", "b(4)",
                   "b(5)", "in(H4)", "in(H5)", "H4",     "H5",     "w(4,6)", "w(5,6)", "b(6)",   "in(O6)", "O6"}));
}

TEST(QuantityName, NumbersAConvolutionsKernelBeforeItsNodes) {
  EXPECT_EQ(names(graph_of(kConv, {5})), (Names{"I1",
                                                "I2",
                                                "I3",
                                                "I4",
                                                "I5",
                                                "k(6)",
                                                "k(7)",
                                                "k(8)",
                                                "b(conv)",
                                                "in(C9)",
                                                "in(C10)",
                                                "in(C11)",
                                                "C9",
                                                "C10",
                                                "C11",
                                                "layer2.in[0]",
                                                "layer2.in[1]",
                                                "layer2.in[2]",
                                                "layer2.out[0]",
                                                "layer2.out[1]",
                                                "layer2.out[2]",
                                                "w(9,12)",
                                                "w(10,12)",
                                                "w(11,12)",
                                                "b(12)",
                                                "in(O12)",
                                                "O12"}));
}

TEST(QuantityName, LettersAnAutoencoder) {
  const Graph graph = graph_of(kAutoencoder, {3});
  for (const char* name :
       {"I3", "L4", "L5", "M6", "R7", "R8", "O9", "O10", "O11", "w(4,6)", "w(6,8)", "w(8,11)", "b(7)"})
    EXPECT_EQ(name_of(parse_quantity(name, graph), graph), name);
}

TEST(QuantityName, ReadsBackWhatItWrites) {
  const char* const kImages =
      "layers = [{ kind = \"conv2d\", kernels = 2, activation = \"prelu\" }, { kind = \"batch_norm\" }, { kind = "
      "\"max_pool2d\" }, { kind = \"flatten\" }, { kind = \"maxout\", units = 3 }, { kind = \"dense\", units = 2, "
      "activation = \"softmax\" }]";
  const char* const kTied = "autoencoder = { widths = [3, 2], activation = \"tanh\", tied = true }";
  for (const Graph& graph : {graph_of(kDense, {3}), graph_of(kConv, {5}), graph_of(kAutoencoder, {3}),
                             graph_of(kImages, {2, 6, 6}), graph_of(kTied, {3}), graph_of("widths = [150, 3]", {150})})
    for (Address address : all_quantities(graph))
      for (const bool is_derivative : {false, true})
        for (const Naming naming : {Naming::kAutomatic, Naming::kByNode, Naming::kByLayer}) {
          address.is_derivative = is_derivative;
          EXPECT_EQ(parse_quantity(name_of(address, graph, naming), graph), address) << name_of(address, graph, naming);
        }
}

TEST(QuantityName, HasSeveralWaysToSayOneThing) {
  const Graph graph = graph_of(kDense, {3}), conv = graph_of(kConv, {5});
  const Address weight{.kind = Address::kParameter, .which = 2, .element = 1};
  for (const char* name : {"w(5,6)", "w( 5, 6 )", "\xce\xbb(5,6)", "layer2.kernel[1,0]", "layer2.kernel[1]"})
    EXPECT_EQ(parse_quantity(name, graph), weight) << name;
  EXPECT_EQ(parse_quantity("dL/d\xce\xbb(5,6)", graph), parse_quantity("dL/dw(5,6)", graph));
  EXPECT_EQ(parse_quantity("layer1.out[1]", graph), parse_quantity("H5", graph));
  EXPECT_EQ(parse_quantity("layer1.in[1]", graph), parse_quantity("in(H5)", graph));
  EXPECT_EQ(parse_quantity("in(I2)", graph), parse_quantity("I2", graph));
  for (const char* name : {"k(7)", "layer1.kernel[0,1,0]", "layer1.kernel[1,0]", "layer1.kernel[1]"})
    EXPECT_EQ(parse_quantity(name, conv), parse_quantity("k(7)", conv)) << name;
  EXPECT_EQ(parse_quantity("layer1.out[0,2]", conv), parse_quantity("C11", conv));
}

TEST(QuantityName, KnowsScalars) {
  const Graph graph = graph_of(kDense, {3});
  EXPECT_EQ(parse_quantity("loss", graph), Address{});
  EXPECT_EQ(parse_quantity("learning_rate", graph), (Address{.kind = Address::kScalar, .scalar = "learning_rate"}));
  EXPECT_EQ(name_of(parse_quantity("validation.loss", graph), graph), "validation.loss");
}

TEST(QuantityName, SaysWhatIsWrong) {
  const Graph graph = graph_of(kDense, {3});
  EXPECT_EQ(message_of("H6", graph), "quantity 'H6': node 6 is called O6");
  EXPECT_EQ(message_of("w(4,7)", graph), "quantity 'w(4,7)': this network has no such number; did you mean 'w(4,6)'?");
  EXPECT_EQ(message_of("dL/dw(4,7)", graph),
            "quantity 'dL/dw(4,7)': this network has no such number; did you mean 'dL/dw(4,6)'?");
  EXPECT_EQ(message_of("layer2.gamma[0]", graph),
            "quantity 'layer2.gamma[0]': layer2 (dense) has no 'gamma'; known: in, out, kernel, bias");
  EXPECT_EQ(message_of("learning_rat", graph),
            "quantity 'learning_rat': this network has no such number; did you mean 'learning_rate'?");
  EXPECT_EQ(message_of("layer1.kernel[3,0]", graph),
            "quantity 'layer1.kernel[3,0]': layer1.kernel has shape (3, 2), so index 1 is 0 to 2, got 3");
  EXPECT_EQ(message_of("layer1.kernel[1,0,0]", graph),
            "quantity 'layer1.kernel[1,0,0]': layer1.kernel has shape (3, 2), got 3 indices");
  EXPECT_EQ(message_of("something else entirely", graph),
            "quantity 'something else entirely': this network has no such number; there are I1 to I3 and, by layer, "
            "layer2.out[0] to [0], layer1.kernel[0,0] to [2,1], layer2.kernel[0,0] to [1,0], layer2.bias[0] to [0]; "
            "dL/dX of any of them; and loss, learning_rate");
  EXPECT_EQ(message_of("dL/dloss", graph), "quantity 'dL/dloss': dL/dloss is 1; name an input, a node or a parameter");
  EXPECT_NE(message_of("dL/dlearning_rate", graph).find("no derivative"), std::string::npos);
  EXPECT_NE(message_of("b(conv)", graph).find("this one has 0"), std::string::npos);
  const Graph normal = graph_of("layers = [{ kind = \"dense\", units = 2 }, { kind = \"batch_norm\" }]", {3});
  EXPECT_EQ(parse_quantity("layer2.running_mean[1]", normal).element, 1);
  EXPECT_EQ(message_of("dL/dlayer2.running_mean[1]", normal),
            "quantity 'dL/dlayer2.running_mean[1]': layer2.running_mean is not trained, so it has no derivative");
}

TEST(QuantityName, RefusesWhatIsNoName) {
  const Graph graph = graph_of(kDense, {3});
  for (const char* name : {"",
                           "dL/d",
                           "H",
                           "H4x",
                           "H-4",
                           "in(H4",
                           "w(4,6",
                           "w(4)",
                           "w(,6)",
                           "b()",
                           "layer",
                           "layer1",
                           "layer1.",
                           "layer1.kernel",
                           "layer1.kernel[",
                           "layer1.kernel[]",
                           "layer1.kernel[1,0",
                           "layer9.out[0]",
                           "k(1)",
                           "H99999999999999999999999",
                           "layer1.out[-1]",
                           "loss2",
                           "w(1,1)",
                           "w(0,4)",
                           "I0",
                           "b(1)",
                           "dL/ddL/dH4"})
    EXPECT_THROW(parse_quantity(name, graph), OptionError) << name;
}

}  // namespace
}  // namespace isinglass
