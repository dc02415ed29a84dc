// Layers against PyTorch on random shapes: outputs, dL/dx and dL/dparameters.
//
// tests/golden/layers.json, made by tools/make_layer_golden.py, holds settings, shapes and PyTorch's numbers; inputs
// and parameters come from one formula, here and there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "isinglass/nn/layer_rig.h"
#include "isinglass/nn/layers.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

struct LayerCase {
  std::string name;
  Value golden;  // { layer, input, rows, seed, output, y, dx, dparam }, of batch_norm { mode, states } too
};
void PrintTo(const LayerCase& c, std::ostream* out) {
  *out << c.golden.find("layer")->preview() << " on " << c.golden.find("input")->preview();
}

std::vector<LayerCase> layer_cases() {
  std::vector<LayerCase> cases;
  const Value file = read_golden("layers.json");
  for (const Value& c : *file.find("cases")->as_array()) cases.push_back({*c.find("name")->as_string(), c});
  return cases;
}

class LayerOracle : public testing::TestWithParam<LayerCase> {};
INSTANTIATE_TEST_SUITE_P(, LayerOracle, testing::ValuesIn(layer_cases()),
                         [](const testing::TestParamInfo<LayerCase>& c) { return c.param.name; });

// Fills x (tensor 0), dy (1) or parameter k (2 + k) of a case: multiples of 1/8 from -2 to 2.
template <class T>
void fill(const View<T>& to, Index seed, Index tensor, double offset = 0) {
  Index i = 0;
  for (Index n = 0; n < to.rows; ++n)
    for (T& v : to.row(n)) {
      const Index k = (i++ * 7919 + (8 * seed + tensor) * 104729) % 65521 % 33;
      v = static_cast<T>(static_cast<double>(k - 16) / 8 + offset);
    }
}

// An error of `tolerance` is allowed in numbers up to 1, beyond that relative to the largest.
template <class T>
void expect_close(const View<T>& got, const Value& expected, double tolerance, const std::string& what) {
  const std::vector<double> want = numbers(expected);
  ASSERT_EQ(got.size(), static_cast<Index>(want.size())) << what;
  double largest = 1;
  for (const double v : want) largest = std::max(largest, std::abs(v));
  std::size_t i = 0;
  for (Index n = 0; n < got.rows; ++n)
    for (Index j = 0; j < got.cols; ++j, ++i)
      EXPECT_NEAR(static_cast<double>(got(n, j)), want[i], tolerance * largest) << what << " " << n << ", " << j;
}

template <class T>
void replay(const Value& golden, double tolerance) {
  const Shape in = OptionType<std::vector<Index>>::read(*golden.find("input"), {});
  const Index seed = *golden.find("seed")->as_integer();
  LayerRig<T> rig(Layer::read(*golden.find("layer")), {in}, *golden.find("rows")->as_integer());
  EXPECT_EQ(rig.layer().output_shape({in}), OptionType<std::vector<Index>>::read(*golden.find("output"), {}));
  const Value *mode = golden.find("mode"), *states = golden.find("states");
  if (mode != nullptr) rig.mode = *mode->as_string() == "training" ? Mode::kTraining : Mode::kInference;
  rig.changes_state = rig.mode == Mode::kTraining;

  fill(rig.x(), seed, 0);
  fill(rig.dy(), seed, 1);
  for (std::size_t k = 0; k < rig.specs().size(); ++k)
    fill(rig.param(k), seed, 2 + static_cast<Index>(k), rig.specs()[k].name == "running_variance" ? 2.25 : 0);
  rig.forward();
  expect_close(rig.y(), *golden.find("y"), tolerance, "y");
  // A trainer goes backward before it updates; in inference the states are those of the file.
  rig.backward();
  rig.gradient();
  expect_close(rig.dx(), *golden.find("dx"), tolerance, "dx");
  const Value::Array& gradients = *golden.find("dparam")->as_array();
  const Value::Array none, &ends = states != nullptr ? *states->as_array() : none;
  ASSERT_EQ(gradients.size() + ends.size(), rig.specs().size());
  for (std::size_t k = 0; k < gradients.size(); ++k)
    expect_close(rig.dparam(k), gradients[k], tolerance, "d" + rig.specs()[k].name);
  for (std::size_t k = 0; k < ends.size(); ++k) {
    const std::size_t p = gradients.size() + k;
    expect_close(rig.param(p), ends[k], tolerance, rig.specs()[p].name);
  }
}

TEST_P(LayerOracle, DoubleAgrees) {
  replay<double>(GetParam().golden, 1e-10);
}
TEST_P(LayerOracle, FloatAgrees) {
  replay<float>(GetParam().golden, 1e-4);
}

// The promise of the file: at least 200 shapes of layers that slide, every padding among them.
TEST(LayerOracleFile, CoversWhatItPromises) {
  std::size_t sliding = 0;
  std::vector<std::string> paddings;
  for (const LayerCase& c : layer_cases()) {
    const Value& layer = *c.golden.find("layer");
    sliding += *layer.find("kind")->as_string() != "batch_norm";
    if (const Value* padding = layer.find("padding")) paddings.push_back(*padding->as_string());
  }
  EXPECT_GE(sliding, 200u);
  for (const char* padding : {"same", "zero", "constant", "nearest", "reflect"})
    EXPECT_GE(std::count(paddings.begin(), paddings.end(), padding), 10) << padding;
}

}  // namespace
}  // namespace isinglass
