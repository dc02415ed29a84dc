// The labs about networks: activations, depth, collapse, symmetry.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "isinglass/io/toml.h"
#include "isinglass/lab/activation_table.h"
#include "isinglass/lab/collapse.h"
#include "isinglass/lab/depth_experiment.h"
#include "isinglass/lab/symmetry.h"

namespace isinglass {
namespace {

TEST(ActivationTable, HasTheKnownProperties) {
  const ActivationProperties relu = properties_of("relu"), tanh = properties_of("tanh"),
                             sigmoid = properties_of("sigmoid");
  EXPECT_TRUE(relu.bounded_below && !relu.bounded_above && relu.is_monotonic && relu.is_continuous);
  EXPECT_FALSE(relu.is_differentiable);
  EXPECT_FALSE(relu.is_near_identity);  // on its right side only
  EXPECT_TRUE(tanh.is_near_identity && tanh.is_differentiable);
  EXPECT_EQ(tanh.slope_formula, "1 - y * y");
  EXPECT_FALSE(tanh.has_monotonic_slope);  // it is bell-shaped
  EXPECT_FALSE(sigmoid.is_near_identity);
  EXPECT_NEAR(sigmoid.largest_slope, 0.25, 1e-12);
  EXPECT_EQ(sigmoid.least > -1e-12 && sigmoid.largest < 1 + 1e-12, true);
  EXPECT_TRUE(properties_of("softplus").has_monotonic_slope);
  EXPECT_TRUE(properties_of("linear").is_linear);
  EXPECT_FALSE(properties_of("binary_step").is_linear);
  EXPECT_FALSE(properties_of("binary_step").is_continuous);
  EXPECT_FALSE(properties_of("swish").is_monotonic);
  EXPECT_TRUE(properties_of("elu").is_differentiable);
}

TEST(ActivationTable, ListsActivationsAndNothingElse) {
  const std::vector<std::string> names = pointwise_activations();
  for (const char* name : {"relu", "tanh", "sigmoid", "elu", "selu", "softplus", "leaky_relu", "swish", "linear"})
    EXPECT_NE(std::ranges::find(names, name), names.end()) << name;
  for (const char* name : {"dense", "dropout", "softmax", "flatten", "batch_norm", "residual"})
    EXPECT_EQ(std::ranges::find(names, name), names.end()) << name;
}

// Spec S6, as NumPy computes it.
TEST(DepthExperiment, AgreesWithNumPy) {
  const auto stream = numpy_stream(13);
  const std::vector<DepthRow> rows = depth_experiment({.activation = "tanh", .scale = 0.01}, *stream);
  ASSERT_EQ(rows.size(), 11u);
  EXPECT_NEAR(rows[0].mean, -0.0010218953195993597, 1e-12);
  EXPECT_NEAR(rows[0].deviation, 1.000164222432067, 1e-12);
  EXPECT_NEAR(rows[0].gradient_deviation / 3.0173135443221124e-07, 1, 1e-9);
  EXPECT_NEAR(rows[1].mean, 6.994701759731239e-05, 1e-13);
  EXPECT_NEAR(rows[1].deviation, 0.21343233226857936, 1e-12);
  EXPECT_NEAR(rows[1].largest, 0.8044319065406856, 1e-12);
}

TEST(DepthExperiment, HeKeepsRectifiedUnitsAliveAndXavierDoesNot) {
  const auto last = [](const char* name) {
    const auto stream = numpy_stream(13);
    return depth_experiment({.activation = "relu", .scale = scale_of(name, 100), .units = 100, .samples = 200}, *stream)
        .back()
        .deviation;
  };
  EXPECT_LT(last("xavier"), 0.1);
  EXPECT_GT(last("he"), 0.3);
  EXPECT_THROW(scale_of("hee", 4), OptionError);
}

TEST(Collapse, GivesTheAffineMapOfALinearNetwork) {
  Architecture architecture;
  read_options(parse_toml("widths = [3, 4, 2]\nactivation = \"linear\"\nbias_initialiser = \"uniform\"", "t"),
               architecture, "[model]");
  const Graph graph = Graph::build(architecture, {3});
  Parameters<double> parameters(graph);
  parameters.initialise({.seed = 4});
  const AffineMap map = collapse(graph, parameters);
  // B = W_1 W_2.
  double product = 0;
  for (Index k = 0; k < 4; ++k) product += parameters[0](1, k) * parameters[2](k, 1);
  EXPECT_NEAR(map.slopes[1 * 2 + 1], product, 1e-15);
  EXPECT_EQ(map({0, 0, 0}), map.intercept);
  read_options(parse_toml("activation = \"tanh\"", "t"), architecture, "[model]");
  const Graph bent = Graph::build(architecture, {3});
  EXPECT_THROW(collapse(bent, parameters), OptionError);
}

TEST(Symmetry, EqualStartsStayEqualAndRandomOnesDoNot) {
  for (const char* start : {"zeros", "equal"}) {
    const std::vector<SymmetryRow> rows = symmetry_experiment(start, 100, 1);
    for (const SymmetryRow& row : rows) EXPECT_EQ(row.difference, 0) << start << " at epoch " << row.epoch;
    EXPECT_EQ(rows.back().epoch, 100);
  }
  const std::vector<SymmetryRow> rows = symmetry_experiment("random", 10000, 1);
  EXPECT_GT(rows.back().difference, 0.1);
  EXPECT_LT(rows.back().loss, 0.01);
  EXPECT_GT(symmetry_experiment("equal", 10000, 1).back().loss, 0.05);
}

}  // namespace
}  // namespace isinglass
