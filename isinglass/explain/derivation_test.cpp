#include "isinglass/explain/derivation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "isinglass/explain/moment_rig.h"

namespace isinglass {
namespace {

const char* const kDense = "widths = [3, 2, 1]\nactivation = \"sigmoid\"\noutput_activation = \"linear\"";
const char* const kConv =
    "layers = [{ kind = \"conv1d\", kernels = 1, kernel_size = 3, activation = \"sigmoid\" }, { kind = \"flatten\" }, "
    "{ kind = \"dense\", units = 1 }]";
const char* const kAutoencoder =
    "autoencoder = { widths = [3, 2, 1], activation = \"sigmoid\", output_activation = \"linear\" }";

Moment dense() {
  return MomentRig{kDense, {3}}.moment();
}
Moment conv(Index rows) {
  return MomentRig{.model = kConv, .input = {5}, .rows = rows}.moment();
}
Moment autoencoder() {
  return MomentRig{.model = kAutoencoder, .input = {3}, .loss = "mean_squared", .rows = 4}.moment();
}

TEST(Derivation, FollowsTheChainByHand) {
  const Moment moment = dense();
  const Derivation d = derive(moment, parse_quantity("dL/dw(1,4)", moment.graph()));
  ASSERT_EQ(d.paths.size(), 1u);
  std::vector<double> values;
  for (const std::size_t f : d.paths[0].factors) values.push_back(d.factors[f].value());
  const double o6 = moment.value(parse_quantity("O6", moment.graph()));
  const double h4 = moment.value(parse_quantity("H4", moment.graph()));
  const double w46 = moment.value(parse_quantity("w(4,6)", moment.graph()));
  EXPECT_EQ(values, (std::vector<double>{o6 - moment.target()(0, 0), 1, w46, h4 * (1 - h4), moment.value(0)(0, 0)}));
}

TEST(Derivation, CountsThePathsThatMeetInANode) {
  const Moment moment = autoencoder();
  const auto paths = [&](const char* name, std::optional<Index> row) {
    return derive(moment, parse_quantity(name, moment.graph()), row).paths.size();
  };
  EXPECT_EQ(paths("dL/dw(1,4)", 0), 6u);  // three outputs, two nodes before them
  EXPECT_EQ(paths("dL/dM6", 0), 6u);
  EXPECT_EQ(paths("dL/dI1", 0), 12u);
  EXPECT_EQ(paths("dL/dw(7,9)", 0), 1u);
  EXPECT_EQ(paths("dL/dw(7,9)", {}), static_cast<std::size_t>(moment.rows()));
}

TEST(Derivation, SumsASharedWeightOverItsPositions) {
  const Moment moment = conv(1);
  EXPECT_EQ(derive(moment, parse_quantity("dL/dk(6)", moment.graph())).paths.size(), 3u);
  EXPECT_EQ(derive(moment, parse_quantity("dL/dI3", moment.graph())).paths.size(), 3u);
  EXPECT_EQ(derive(moment, parse_quantity("dL/dI1", moment.graph())).paths.size(), 1u);
}

TEST(Derivation, OfASampleIsItsShareOfTheBatch) {
  const Moment moment = conv(10);
  const Address k6 = parse_quantity("dL/dk(6)", moment.graph());
  double sum = 0;
  for (Index row = 0; row < moment.rows(); ++row) sum += derive(moment, k6, row).sum_of_paths;
  EXPECT_NEAR(sum / static_cast<double>(moment.rows()), derive(moment, k6).sum_of_paths, 1e-15);
}

TEST(Derivation, FindsTheLargestPathsAndUnits) {
  const Moment moment = autoencoder();
  const Address i1 = parse_quantity("dL/dI1", moment.graph());
  Derivation all = derive(moment, i1, 0);
  const Derivation few = derive(moment, i1, 0, {.most_paths = 5, .largest = 3});
  std::ranges::sort(all.paths, [](const auto& a, const auto& b) { return std::abs(a.product) > std::abs(b.product); });
  EXPECT_FALSE(few.is_complete);
  EXPECT_EQ(few.path_count, 12);
  ASSERT_EQ(few.paths.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(few.paths[i].product, all.paths[i].product, 1e-15);
  for (const Derivation::Layer& layer : few.layers) {
    double total = layer.rest;
    for (const auto& unit : layer.largest) total += unit.contribution();
    EXPECT_NEAR(total, layer.total, 1e-15);
    EXPECT_NEAR(layer.total, few.gradient, 1e-14) << "a layer without detours carries all of the derivative";
  }
}

TEST(Derivation, RefusesWhatHasNone) {
  const Moment moment = conv(10);
  EXPECT_THROW(derive(moment, parse_quantity("loss", moment.graph())), OptionError);
  EXPECT_THROW(derive(moment, parse_quantity("learning_rate", moment.graph())), OptionError);
  EXPECT_THROW(derive(moment, parse_quantity("C9", moment.graph())), OptionError);
  EXPECT_THROW(derive(moment, parse_quantity("C9", moment.graph()), 10), OptionError);
}

TEST(Derivation, InBookSignsIsMinusTheGradient) {
  const Moment moment = dense();
  const Derivation d = derive(moment, parse_quantity("dL/dI2", moment.graph())), book = d.in_book_signs();
  EXPECT_EQ(book.gradient, -d.gradient);
  EXPECT_EQ(book.sum_of_paths, -d.sum_of_paths);
  for (const Derivation::Path& path : book.paths)
    EXPECT_EQ(book.factors[path.factors[0]].value(), -d.factors[path.factors[0]].value());
}

}  // namespace
}  // namespace isinglass
