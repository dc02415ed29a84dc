// Sizes, convolution, pooling, batch normalisation, dropout and initial bounds of the convolution chapter, in exact or
// 50-digit arithmetic: tests/golden/conv_sizes.json. True convolution, with the kernel flipped, is tested where it is,
// beside isinglass/lab/convolution.h.
#include <gtest/gtest.h>

#include "isinglass/nn/initialisers.h"
#include "isinglass/nn/layer_rig.h"
#include "isinglass/nn/layers.h"
#include "tests/golden.h"
#include "tests/golden_rig.h"

namespace isinglass {
namespace {

const Value& golden() {
  static const Value file = read_golden("conv_sizes.json");
  return file;
}
const Value::Array& golden_list(const std::string& name) {
  return *golden().find(name)->as_array();
}

// A layer of a kind with settings as the file has them; one kernel unless they say otherwise.
Layer layer_of(const std::string& kind, const Value& settings) {
  Value table = settings;
  table.set("kind", kind);
  if (kind.starts_with("conv") && table.find("kernels") == nullptr) table.set("kernels", 1);
  return Layer::read(table);
}

Value window_settings(const Value& row) {
  Value settings = Value::Table{};
  settings.set("kernel_size", *row.find("k"));
  settings.set("stride", *row.find("s"));
  settings.set("padding", "zero");
  settings.set("pad", *row.find("p"));
  return settings;
}

void put(const View<double>& to, const Value& from) {
  const std::vector<double> values = all_numbers(from);
  ASSERT_EQ(static_cast<Index>(values.size()), to.size());
  for (Index n = 0; n < to.rows; ++n) std::copy_n(values.data() + n * to.cols, to.cols, to.row(n).data());
}

// One sample forward, and backward where the file has dy. Exact but for the rounding of thirds and ninths.
void expect_case(LayerRig<double>& rig, const Value& c, double tolerance = 1e-13) {
  rig.forward();
  expect_rows(rig.y(), rig.rows(), *c.find("y"), tolerance, "y");
  if (c.find("dy") == nullptr) return;
  put(rig.dy(), *c.find("dy"));
  rig.backward();
  rig.gradient();
  expect_rows(rig.dx(), rig.rows(), *c.find("dx"), tolerance, "dx");
}
void expect_convolution(const Layer& layer, const Shape& in, const Value& c, const Value& x, const Value& kernel,
                        const Value& bias) {
  SCOPED_TRACE(layer.write().preview());
  LayerRig<double> rig(layer, {in}, 1);
  put(rig.x(), x);
  put(rig.param(0), kernel);
  put(rig.param(1), bias);
  expect_case(rig, c);
  if (c.find("dkernel") == nullptr) return;
  expect_rows(rig.dparam(0), rig.dparam(0).rows, *c.find("dkernel"), 1e-13, "dkernel");
  expect_rows(rig.dparam(1), 1, *c.find("dbias"), 1e-13, "dbias");
}

Index integer(const Value& row, const char* key) {
  return *row.find(key)->as_integer();
}

// ---- sizes (spec C5)

TEST(GoldenConvSizes, TheFormula) {
  for (const Value& row : golden_list("sizes")) {
    const Index n = integer(row, "n_in"), expected = integer(row, "n_out");
    const Layer line = layer_of("conv1d", window_settings(row)), square = layer_of("conv2d", window_settings(row));
    EXPECT_EQ(line.output_shape({{n}}), (Shape{1, expected})) << row.preview();
    EXPECT_EQ(square.output_shape({{3, n, n}}), (Shape{1, expected, expected})) << row.preview();
    const std::string numbers = "floor((" + std::to_string(n) + " + 2*" + std::to_string(integer(row, "p")) + " - " +
                                std::to_string(integer(row, "k")) + ")/" + std::to_string(integer(row, "s")) +
                                ") + 1 = " + std::to_string(expected);
    EXPECT_EQ(line.arithmetic({{n}}), numbers);
    EXPECT_EQ(square.arithmetic({{3, n, n}}), numbers);
  }
}

// Divisions are rounded down, also below zero.
TEST(GoldenConvSizes, NoWindowFits) {
  ASSERT_EQ(golden_list("sizes_to_refuse").size(), 3u);
  for (const Value& row : golden_list("sizes_to_refuse")) {
    const Index n = integer(row, "n_in");
    const std::string numbers = "floor((" + std::to_string(n) + " + 2*0 - " + std::to_string(integer(row, "k")) + ")/" +
                                std::to_string(integer(row, "s")) +
                                ") + 1 = " + std::to_string(integer(row, "formula"));
    for (const auto& [kind, shape] : {std::pair<const char*, Shape>{"conv1d", {n}}, {"conv2d", {n, n}}}) {
      try {
        const Shape out = layer_of(kind, window_settings(row)).output_shape({shape});
        ADD_FAILURE() << "an output of " << to_string(out);
      } catch (const ShapeError& e) {
        EXPECT_NE(std::string(e.what()).find(numbers), std::string::npos) << e.what();
      }
    }
  }
}

// ---- convolution (spec C1-C4)

TEST(GoldenConvSizes, OneDimensional) {
  EXPECT_EQ(golden_list("convolution_1d").size(), 21u);
  for (const Value& c : golden_list("convolution_1d")) {
    const Index length = static_cast<Index>(c.find("x")->as_array()->size());
    expect_convolution(layer_of("conv1d", *c.find("settings")), {length}, c, *c.find("x"), *c.find("kernel"),
                       *c.find("bias"));
  }
}

// Blurs, gradients and edges of a map of 4 x 4 with every padding and stride.
TEST(GoldenConvSizes, TwoDimensional) {
  EXPECT_EQ(golden_list("convolution_2d_on_I4").size(), 30u);
  for (const Value& c : golden_list("convolution_2d_on_I4")) {
    const Value& kernel = *golden().find("kernels")->find(*c.find("kernel")->as_string());
    expect_convolution(layer_of("conv2d", *c.find("settings")), {4, 4}, c, *golden().find("maps")->find("I4"), kernel,
                       Value::Array{0});
  }
}

TEST(GoldenConvSizes, SeveralChannelsForwardAndBackward) {
  for (const Value& c : golden_list("multichannel"))
    expect_convolution(layer_of("conv2d", *c.find("settings")),
                       OptionType<std::vector<Index>>::read(*c.find("input"), {}), c, *c.find("x"), *c.find("kernel"),
                       *c.find("bias"));
}

// ---- pooling (spec C7, C8)

// On ties the gradient goes to the first of the largest; windows that do not fit are left out.
TEST(GoldenConvSizes, Pooling) {
  for (const Value& c : golden_list("pooling")) {
    const Value& map = *golden().find("maps")->find(*c.find("map")->as_string());
    const Index extent = static_cast<Index>(map.as_array()->size());
    const Layer layer = Layer::read(*c.find("layer"));
    SCOPED_TRACE(layer.write().preview());
    LayerRig<double> rig(layer, {{extent, extent}}, 1);
    put(rig.x(), map);
    expect_case(rig, c);
    const Value* argmax = c.find("argmax");
    if (argmax == nullptr) continue;
    const std::vector<double> places = all_numbers(*argmax);  // row and column
    Index j = 0;
    for (; j < rig.y().cols; ++j)
      layer.partials(rig.forward_call(0, 1), 0, j, [&](const Partial& p) {
        const auto at = static_cast<std::size_t>(2 * j);
        EXPECT_EQ(p.variable.index, static_cast<Index>(places[at]) * extent + static_cast<Index>(places[at + 1]));
        EXPECT_EQ(p.derivative.value(), 1);
      });
    EXPECT_EQ(static_cast<std::size_t>(2 * j), places.size());
  }
}

TEST(GoldenConvSizes, AcrossChannels) {
  const Value& c = *golden().find("depth_pooling");
  for (const std::string reduce : {"mean", "max"}) {
    Value settings = Value::Table{};
    settings.set("reduce", reduce);
    LayerRig<double> rig(layer_of("depth_pool", settings), {{3, 2, 2}}, 1);
    put(rig.x(), *c.find("x"));
    rig.forward();
    expect_rows(rig.y(), 1, *c.find(reduce), 1e-13, reduce);
  }
  Value settings = Value::Table{};
  settings.set("kernels", 2);
  settings.set("kernel_size", 1);
  expect_convolution(layer_of("conv2d", settings), {3, 2, 2}, c, *c.find("x"), *c.find("kernel"), *c.find("bias"));
}

// ---- batch normalisation and dropout (spec C9, C10)

TEST(GoldenConvSizes, BatchNorm) {
  const Value& c = *golden().find("batch_norm");
  LayerRig<double> rig(BatchNorm{.epsilon = number(*c.find("eps"))}, {{3}}, 4);
  rig.changes_state = true;
  put(rig.x(), *c.find("x"));
  put(rig.param(0), *c.find("gamma"));
  put(rig.param(1), *c.find("beta"));
  expect_case(rig, c, 1e-14);
  expect_rows(rig.dparam(0), 1, *c.find("dgamma"), 1e-14, "dgamma");
  expect_rows(rig.dparam(1), 1, *c.find("dbeta"), 1e-14, "dbeta");
  expect_rows(rig.param(2), 1, *c.find("running_mean"), 1e-14, "running mean");
  expect_rows(rig.param(3), 1, *c.find("running_variance"), 1e-14, "running variance");
  const std::vector<double> xhat = all_numbers(*c.find("x_hat"));
  for (Index n = 0; n < 4; ++n)
    for (Index j = 0; j < 3; ++j)
      rig.layer().partials(rig.forward_call(0, 4), n, j, [&](const Partial& p) {
        if (p.variable.kind == Quantity::kParameter && p.variable.which == 0) {
          EXPECT_NEAR(p.derivative.value(), xhat[static_cast<std::size_t>(3 * n + j)], 1e-14);
        }
      });
}

TEST(GoldenConvSizes, BatchNormInInference) {
  const Value& c = *golden().find("batch_norm")->find("inference");
  LayerRig<double> rig(BatchNorm{.epsilon = 1e-5}, {{1}}, 1);
  rig.mode = Mode::kInference;
  const char* names[] = {"gamma", "beta", "running_mean", "running_variance"};
  for (std::size_t k = 0; k < 4; ++k) rig.param(k)(0, 0) = number(*c.find(names[k]));
  rig.x()(0, 0) = number(*c.find("x"));
  rig.forward();
  EXPECT_NEAR(rig.y()(0, 0), number(*c.find("y")), 1e-14);
}

// A mask cannot be given, for the draws are the layer's own: among many samples one is found with the mask of the file.
TEST(GoldenConvSizes, Dropout) {
  const Value& c = *golden().find("dropout");
  const std::vector<double> x = numbers(*c.find("x")), mask = numbers(*c.find("mask"));
  constexpr Index kRows = 2000;
  LayerRig<double> rig(Dropout{.rate = number(*c.find("p"))}, {{6}}, kRows);
  for (Index n = 0; n < kRows; ++n) {
    std::copy(x.begin(), x.end(), rig.x().row(n).data());
    std::fill_n(rig.dy().row(n).data(), 6, 1.0);
  }
  rig.forward();
  rig.backward();
  bool found = false;
  for (Index n = 0; n < kRows && !found; ++n) {
    found = true;
    for (Index j = 0; j < 6; ++j) found = found && (rig.dx()(n, j) != 0) == (mask[static_cast<std::size_t>(j)] != 0);
    if (!found) continue;
    expect_rows(rig.y().middle_rows(n, 1), 1, *c.find("train_y"), 1e-15, "y in training");
    expect_rows(rig.dx().middle_rows(n, 1), 1, *c.find("dx"), 1e-15, "dx");
  }
  EXPECT_TRUE(found);
  rig.mode = Mode::kInference;
  rig.forward();
  expect_rows(rig.y().middle_rows(0, 1), 1, *c.find("predict_y"), 0, "y in inference");
}

// ---- initial values (spec N6, C12)

// Draws the end of every range: 1, for a uniform and for a normal number.
class LargestDraws : public RandomStream {
 public:
  double uniform() override { return 1; }
  double normal() override { return 1; }
  std::uint64_t below(std::uint64_t n) override { return n - 1; }
  std::string state() const override { return {}; }
  void set_state(const std::string&) override {}
};

// Bounds of uniform and deviations of normal draws.
TEST(GoldenConvSizes, BoundsOfInitialisers) {
  LargestDraws stream;
  for (const Value& row : golden_list("initialisers"))
    for (const auto& [name, expected] : *row.as_table()) {
      if (name == "n_in" || name == "n_out") continue;
      const Initialiser initialiser = Initialiser::read(name);
      EXPECT_NEAR(initialiser.draw(stream, integer(row, "n_in"), integer(row, "n_out")), number(expected), 1e-15)
          << name << " " << row.preview();
    }
  // What n_in and n_out of a convolution are: 3 x 3, from 1 to 9 channels.
  const Layer layer = layer_of("conv2d", Value::Table{{"kernels", Value(9)}});
  const ParamSpec kernel = layer.params({{1, 8, 8}})[0];
  EXPECT_EQ(kernel.fan_in, 9);
  EXPECT_EQ(kernel.fan_out, 81);
}

}  // namespace
}  // namespace isinglass
