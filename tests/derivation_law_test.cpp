// The law of explanations: for every input, node and parameter of a network, the paths of the chain rule add up to the
// gradient of back-propagation and agree with a finite difference.
#include <gtest/gtest.h>

#include <cmath>

#include "isinglass/explain/derivation.h"
#include "isinglass/explain/moment_rig.h"
#include "isinglass/record/replay.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

double scale_of(double x) {
  return std::max(1.0, std::abs(x));
}

// The law: for every input, node and parameter, the paths add up to back-propagation's gradient and agree with a
// finite difference; for each sample and for the batch.
void expect_law(const Moment& moment, const DerivationOptions& options = {}) {
  std::vector<std::optional<Index>> rows{std::nullopt, moment.rows() - 1};
  for (const auto& row : rows)
    for (const Address& address : all_quantities(moment.graph())) {
      if (!row && address.is_value() && moment.rows() > 1) continue;
      const Derivation d = derive(moment, address, row, options);
      SCOPED_TRACE(name_of(d.target, moment.graph()) + (row ? " of one sample" : ""));
      double listed = 0;
      for (const Derivation::Path& path : d.paths) {
        double product = 1;
        for (const std::size_t f : path.factors) product *= d.factors[f].value();
        EXPECT_NEAR(path.product, product, 1e-12 * scale_of(product));
        listed += path.product;
      }
      EXPECT_NEAR(listed + d.rest, d.sum_of_paths, 1e-12 * scale_of(listed));
      if (!std::isnan(d.gradient)) {
        EXPECT_NEAR(d.sum_of_paths, d.gradient, 1e-12 * scale_of(d.gradient));
      }
      EXPECT_NEAR(d.sum_of_paths, d.finite_difference, 1e-6 * scale_of(d.sum_of_paths));
      if (d.is_complete) {
        EXPECT_EQ(static_cast<double>(d.paths.size()), d.path_count);
      }
    }
}

const char* const kDense = "widths = [3, 2, 1]\nactivation = \"sigmoid\"\noutput_activation = \"linear\"";
const char* const kConv =
    "layers = [{ kind = \"conv1d\", kernels = 1, kernel_size = 3, activation = \"sigmoid\" }, { kind = \"flatten\" }, "
    "{ kind = \"dense\", units = 1 }]";
const char* const kAutoencoder =
    "autoencoder = { widths = [3, 2, 1], activation = \"sigmoid\", output_activation = \"linear\" }";

struct Case {
  const char *name, *model, *loss;
  Shape input;
};
void PrintTo(const Case& c, std::ostream* os) {
  *os << c.name;
}
class Law : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    , Law,
    testing::Values(
        Case{"Dense", kDense, "half_squared", {3}}, Case{"Conv", kConv, "huber", {5}},
        Case{"Autoencoder", kAutoencoder, "mean_squared", {3}},
        Case{"TiedAutoencoder",
             "autoencoder = { widths = [3, 2], activation = \"tanh\", tied = true }",
             "mean_squared",
             {3}},
        Case{"Softmax",
             "widths = [4, 3, 3]\nactivation = \"tanh\"\noutput_activation = \"softmax\"",
             "categorical_cross_entropy",
             {4}},
        Case{"Sigmoid",
             "widths = [4, 3, 2]\nactivation = \"relu\"\noutput_activation = \"sigmoid\"",
             "binary_cross_entropy",
             {4}},
        Case{"Residual",
             "layers = [{ kind = \"residual\", layers = [{ kind = \"dense\", units = 3, activation = \"swish\" }, { "
             "kind "
             "= \"dense\", units = 3 }], activation = \"softplus\" }, { kind = \"dense\", units = 2 }]",
             "mean_absolute",
             {3}},
        Case{"BatchNormCouplesSamples",
             "layers = [{ kind = \"dense\", units = 2 }, { kind = \"batch_norm\" }, { kind = \"tanh\" }, { kind = "
             "\"dense\", units = 2 }, { kind = \"batch_norm\" }]",
             "half_squared",
             {3}},
        Case{
            "Images",
            "layers = [{ kind = \"conv2d\", kernels = 2, activation = \"prelu\" }, { kind = \"batch_norm\" }, { kind = "
            "\"max_pool2d\" }, { kind = \"flatten\" }, { kind = \"dense\", units = 2, activation = \"softmax\" }]",
            "categorical_cross_entropy",
            {1, 6, 6}},
        Case{"RandomDraws",
             "layers = [{ kind = \"dense\", units = 4, activation = \"rrelu\" }, { kind = \"dropout\", rate = 0.4 }, { "
             "kind = \"dense\", units = 2 }]",
             "half_squared",
             {3}},
        Case{"ActivityPenalty",
             "layers = [{ kind = \"dense\", units = 3, activation = \"sigmoid\", activity_l1 = 0.1 }, { kind = "
             "\"dense\", "
             "units = 1 }]",
             "half_squared",
             {3}}),
    [](const auto& row) { return row.param.name; });

TEST_P(Law, EveryDerivativeIsTheSumOfItsPaths) {
  const Case& c = GetParam();
  expect_law(MomentRig{c.model, c.input, c.loss, 1}.moment());
  expect_law(MomentRig{c.model, c.input, c.loss, 3}.moment());
  expect_law(MomentRig{c.model, c.input, c.loss, 2, 7, {0.5, 3}}.moment());
}
TEST_P(Law, TheLargestPathsAndTheRestAreTheSameSum) {
  const Case& c = GetParam();
  expect_law(MomentRig{c.model, c.input, c.loss, 2}.moment(), {.most_paths = 0, .largest = 3});
}

// The state of an example at some epoch, with the epoch's batch.
Moment example(const std::string& name, Index epoch) {
  const Experiment experiment = load_experiment(source_path("examples/" + name + ".toml"));
  LoadedData data = load_data(experiment.data, source_path("examples"), *experiment.split_stream());
  const auto replay = Replay::make(experiment, std::move(data), nullptr, 1);
  replay->go_to(epoch * replay->batches());
  StepMoment step = replay->moment(Replay::Batch{});
  return Moment({.graph = replay->graph(),
                 .loss = replay->loss(),
                 .parameters = std::move(step.parameters),
                 .inputs = std::move(step.inputs),
                 .targets = std::move(step.targets),
                 .weights = std::move(step.weights),
                 .samples = std::move(step.samples),
                 .key = step.key,
                 .epoch = step.epoch});
}

TEST(ExampleLaw, EveryDerivativeOfTheNetworksWorkedByHand) {
  for (const char* name : {"ann-3-2-1", "cnn-single", "cnn-batch", "autoencoder-3-2-1-2-3"})
    for (const Index epoch : {0, 1, 9}) {
      SCOPED_TRACE(std::string(name) + ", epoch " + std::to_string(epoch));
      expect_law(example(name, epoch));
    }
}

// A network drawn at random: dense or convolutional, with each activation in turn.
struct RandomNetwork {
  explicit RandomNetwork(int number)
      : stream(counter_stream({77, Purpose::kData, 0, static_cast<std::uint64_t>(number)})) {
    constexpr const char* kActivations[] = {"elu",  "leaky_relu", "linear",  "prelu",    "relu",  "rrelu",
                                            "selu", "sigmoid",    "softmax", "softplus", "swish", "tanh"};
    auto activation = [&, next = number]() mutable {
      return std::string(", activation = \"") +
             kActivations[static_cast<std::size_t>(next++) % std::size(kActivations)] + "\" }, ";
    };
    const auto dense = [&](Index units) {
      return "{ kind = \"dense\", units = " + std::to_string(units) + activation();
    };
    std::string layers;
    if (number % 3 == 0) {
      input = {1 + below(2), 6};
      layers += "{ kind = \"conv1d\", kernels = " + std::to_string(1 + below(2)) + ", kernel_size = 3" + activation();
      layers += below(2) == 0 ? "{ kind = \"max_pool1d\" }, " : "{ kind = \"average_pool1d\" }, ";
      if (below(2) == 0) layers += "{ kind = \"batch_norm\" }, ";
      layers += "{ kind = \"flatten\" }, ";
    } else if (number % 3 == 1) {
      input = {1, 4, 4};
      layers += "{ kind = \"conv2d\", kernels = 2, kernel_size = 2" + activation();
      layers += below(2) == 0 ? "{ kind = \"global_average_pool\" }, " : "{ kind = \"flatten\" }, ";
    } else {
      input = {2 + below(3)};
      layers += dense(3);
      if (below(2) == 0) layers += "{ kind = \"batch_norm\" }, ";
      layers += "{ kind = \"residual\", layers = [" + dense(3) + "{ kind = \"dense\", units = 3 }]" + activation();
    }
    layers += dense(2);
    constexpr const char* kHeads[][2] = {{"softmax", "categorical_cross_entropy"},
                                         {"sigmoid", "binary_cross_entropy"},
                                         {"linear", "half_squared"},
                                         {"tanh", "mean_squared"}};
    const auto& head = kHeads[number % 4];
    loss = head[1];
    layers += "{ kind = \"dense\", units = 2, activation = \"" + std::string(head[0]) + "\" }";
    model = "layers = [" + layers + "]";
  }
  Index below(std::uint64_t n) const { return static_cast<Index>(stream->below(n)); }

  std::unique_ptr<RandomStream> stream;
  std::string model, loss;
  Shape input;
};

class RandomNetworkLaw : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(, RandomNetworkLaw, testing::Range(0, 36));
TEST_P(RandomNetworkLaw, EveryDerivativeIsTheSumOfItsPaths) {
  const RandomNetwork network(GetParam());
  SCOPED_TRACE(network.model);
  const auto seed = static_cast<std::uint64_t>(GetParam() + 1);
  expect_law(MomentRig{network.model, network.input, network.loss, 1 + GetParam() % 3, seed}.moment());
}

TEST(ExampleLaw, SumsToTheGradientsOfTheSourceMaterial) {
  const Value golden = read_golden("ann_3_2_1.json");
  for (const Index epoch : {0, 1, 9}) {
    const Moment moment = example("ann-3-2-1", epoch);
    const Value& expected = *golden.find("epochs")->find(std::to_string(epoch));
    for (const char* name : {"dL/dlayer1.kernel", "dL/dlayer1.bias", "dL/dlayer2.kernel", "dL/dlayer2.bias"}) {
      const std::vector<double> gradient = numbers(*expected.find(name));
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        const std::string element = std::string(name) + "[" + std::to_string(i) + "]";
        EXPECT_NEAR(derive(moment, parse_quantity(element, moment.graph())).sum_of_paths, gradient[i], 1e-13)
            << element;
      }
    }
  }
}

}  // namespace
}  // namespace isinglass
