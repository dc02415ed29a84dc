#include "isinglass/model/plan.h"

#include <gtest/gtest.h>

#include "isinglass/io/toml.h"
#include "isinglass/model/first_beyond.h"
#include "isinglass/model/gradient_check.h"

namespace isinglass {
namespace {

Architecture model(const std::string& toml) {
  Architecture architecture;
  read_options(parse_toml(toml, "model.toml"), architecture, "[model]");
  return architecture;
}

// A network with random parameters, inputs and targets.
struct Rig {
  Rig(const std::string& toml, const Shape& input, const std::string& loss, Index rows)
      : graph(Graph::build(model(toml), input)),
        parameters(graph),
        plan(graph, parameters, pool,
             {.max_batch = rows, .loss = Loss::read(loss), .training = true, .input_gradient = true}) {
    parameters.initialise({.seed = 5});
    const auto stream = counter_stream({9, Purpose::kData, 0, 0});
    for (Index n = 0; n < rows; ++n) {
      for (double& x : plan.input().row(n)) x = stream->normal();
      double sum = 0;
      for (double& y : plan.target().row(n)) sum += y = stream->uniform();
      for (double& y : plan.target().row(n)) y /= sum;
    }
  }
  ThreadPool pool{1};
  Graph graph;
  Parameters<double> parameters;
  Plan<double> plan;
};

struct Case {
  const char *name, *model, *loss;
};
void PrintTo(const Case& c, std::ostream* os) {
  *os << c.name;
}
class PlanGradient : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    , PlanGradient,
    testing::Values(Case{"Dense", "widths = [4, 6, 5, 3]\nactivation = \"tanh\"\nbias_initialiser = \"uniform\"",
                         "half_squared"},
                    Case{"Residual",
                         "layers = [{ kind = \"residual\", layers = [{ kind = \"dense\", units = 7, activation = "
                         "\"swish\" }, { kind = "
                         "\"dense\", units = 4 }], activation = \"softplus\" }, { kind = \"dense\", units = 3 }]",
                         "mean_squared"},
                    Case{"Parallel",
                         "layers = [{ kind = \"dense\", units = 4 }, { kind = \"parallel\", branches = [[{ kind = "
                         "\"dense\", units = 2, "
                         "activation = \"sigmoid\" }], [{ kind = \"tanh\" }], [{ kind = \"maxout\", units = 3, pieces "
                         "= 2 }]] }, { kind = "
                         "\"dense\", units = 3, activation = \"softmax\" }]",
                         "categorical_cross_entropy"},
                    Case{"Nested",
                         "layers = [{ kind = \"residual\", layers = [{ kind = \"residual\", layers = [{ kind = "
                         "\"tanh\" }] }, { kind = "
                         "\"dense\", units = 4 }] }, { kind = \"dense\", units = 3, activation = \"sigmoid\" }]",
                         "binary_cross_entropy"},
                    Case{"RandomLayers",
                         "layers = [{ kind = \"dense\", units = 9, activation = \"rrelu\" }, { kind = \"dropout\", "
                         "rate = 0.4 }, { kind = "
                         "\"dense\", units = 5, activation = \"prelu\" }, { kind = \"dense\", units = 3 }]",
                         "huber"}),
    [](const auto& row) { return row.param.name; });

TEST_P(PlanGradient, AgreesWithFiniteDifferences) {
  Rig rig(GetParam().model, {4}, GetParam().loss, 5);
  for (const GradientCheckRow& row : check_gradients(rig.plan, rig.parameters, 5, 1))
    EXPECT_LT(row.largest_error, 1e-8) << row.worst << ": " << row.worst_gradient << " against "
                                       << row.worst_difference;
}

TEST_P(PlanGradient, OfTheInputToo) {
  Rig rig(GetParam().model, {4}, GetParam().loss, 5);
  const RandomKey key{.seed = 1};
  rig.plan.train(5, key);
  const View<const double> dx = rig.plan.value_gradient(0);
  const std::vector<double> gradient(dx.data, dx.data + 20);
  for (Index i = 0; i < 20; ++i) {
    double& x = rig.plan.input().data[i];
    const double x0 = x, h = 1e-5;
    x = x0 + h;
    const double above = rig.plan.train(5, key);
    x = x0 - h;
    const double below = rig.plan.train(5, key);
    x = x0;
    EXPECT_NEAR(gradient[static_cast<std::size_t>(i)], (above - below) / (2 * h), 1e-8) << i;
  }
}

// Large images run in chunks of few rows on one thread; with several, threads share slices of the gradients.
TEST(Plan, ChunksAndThreadsHaveTheSameBits) {
  const Graph graph = Graph::build(
      model("layers = [{ kind = \"conv2d\", kernels = 9, padding = \"same\", activation = \"relu\" }, { kind = "
            "\"conv2d\", kernels = 3, stride = 2 }, { kind = \"conv_transpose2d\", kernels = 2, stride = 2 }, { kind "
            "= \"max_pool2d\" }, { kind = \"dropout\", rate = 0.3 }, { kind = \"flatten\" }, { kind = \"dense\", "
            "units = 40, activation = \"tanh\" }, { kind = \"dense\", units = 3, activation = \"softmax\" }]"),
      {2, 40, 40});
  const Index rows = 23;
  const auto gradients_with = [&](Index threads, Index max_batch) {
    ThreadPool pool(threads);
    Parameters<float> parameters(graph);
    parameters.initialise({.seed = 5});
    Plan<float> plan(graph, parameters, pool,
                     {.max_batch = max_batch, .loss = Loss::read("categorical_cross_entropy"), .training = true});
    const auto stream = counter_stream({9, Purpose::kData, 0, 0});
    for (Index n = 0; n < rows; ++n) {
      for (float& x : plan.input().row(n)) x = static_cast<float>(stream->normal());
      for (float& y : plan.target().row(n)) y = 0;
      plan.target()(n, n % 3) = 1;
    }
    plan.train(rows, {.seed = 1});
    plan.train(rows, {.seed = 1});
    const auto flat = plan.gradients().flat();
    return std::vector<float>(flat.begin(), flat.end());
  };
  const std::vector<float> one = gradients_with(1, rows);
  EXPECT_EQ(one, gradients_with(3, rows));
  EXPECT_EQ(one, gradients_with(1, rows + 9));
}

TEST(Plan, WeightsScaleLossAndGradientOfASample) {
  Rig rig("widths = [4, 3]", {4}, "half_squared", 2);
  rig.plan.train(1, {});
  const double alone = rig.plan.mean_loss(), gradient = rig.plan.gradients().flat()[0];
  rig.plan.weights()[1] = 0;
  rig.plan.train(2, {});
  EXPECT_DOUBLE_EQ(rig.plan.mean_loss(), alone / 2);
  EXPECT_DOUBLE_EQ(rig.plan.gradients().flat()[0], gradient / 2);
}

template <class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Plan, NamesTheOutputThatALossNeeds) {
  EXPECT_EQ(message_of([] { Rig("widths = [4, 3]", {4}, "categorical_cross_entropy", 1); }),
            "the loss categorical_cross_entropy is computed together with a softmax output, but the network ends with "
            "linear; give the last layer activation = \"softmax\"");
}

TEST(Plan, RefusesToTrainABinaryStepButComputesIt) {
  const char* step = "widths = [4, 3, 1]\nactivation = \"binary_step\"";
  EXPECT_NE(message_of([&] { Rig(step, {4}, "half_squared", 1); }).find("layer1 (binary_step) cannot be trained"),
            std::string::npos);
  const Graph graph = Graph::build(model(step), {4});
  Parameters<float> parameters(graph);
  ThreadPool pool(1);
  Plan<float> plan(graph, parameters, pool, {.max_batch = 2});
  EXPECT_NO_THROW(plan.forward(2, Mode::kInference, {}));
}

TEST(Plan, FindsTheFirstNumberThatIsTooLargeOrNotFinite) {
  Rig rig("widths = [4, 3, 2]", {4}, "half_squared", 2);
  rig.plan.train(2, {});
  EXPECT_EQ(first_beyond(rig.plan), "");
  rig.parameters[0](2, 1) = -2e6;
  EXPECT_EQ(first_beyond(rig.plan, 1e6), "layer1.kernel[2,1]");
  EXPECT_EQ(first_beyond(rig.plan), "");
  rig.parameters[2](1, 0) = std::numeric_limits<double>::infinity();
  rig.plan.train(2, {});
  EXPECT_EQ(first_beyond(rig.plan), "layer2.kernel[1,0]");
  rig.plan.input()(1, 3) = std::numeric_limits<double>::quiet_NaN();
  rig.plan.train(2, {});
  EXPECT_EQ(first_beyond(rig.plan), "the input[3] of sample 1 of the batch");
}

TEST(Graph, NamesTheLayerThatDoesNotFit) {
  EXPECT_EQ(message_of([] {
              Graph::build(model("layers = [{ kind = \"dense\", units = 3 }]"), {28, 28});
            }),
            "layer1 (dense): the input must be flat, (n_in), got (28, 28); add { kind = \"flatten\" } before it");
  EXPECT_EQ(message_of([] { Graph::build(model("widths = [4, 3]"), {5}); }),
            "[model] widths begin with 4 inputs, but a sample of the data is (5)");
}

}  // namespace
}  // namespace isinglass
