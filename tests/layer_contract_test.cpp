// tests/layer_contract_test.cpp - what every layer of the table keeps to, checked on its own samples.
//
// With L = sum dy y for a fixed random dy, so that dx and dparam are the derivatives of L.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <map>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

struct LayerCase {
  std::string name;
  Sample<Layer> sample;
};
void PrintTo(const LayerCase& c, std::ostream* out) {
  *out << c.name;
}
std::string case_name(const testing::TestParamInfo<LayerCase>& info) {
  return info.param.name;
}

std::vector<LayerCase> cases() {
  std::vector<LayerCase> out;
  for (const LayerRow& row : layer_table().rows()) {
    int number = 0;
    for (const Sample<Layer>& sample : row.samples())
      out.push_back({row.name + "_" + std::to_string(number++), sample});
  }
  return out;
}
// Composites have no equations of their own; they are checked where they become networks.
std::vector<LayerCase> single_layers() {
  std::vector<LayerCase> out = cases();
  std::erase_if(out, [](const LayerCase& c) { return c.sample.layer.is_composite(); });
  return out;
}

// Numbers in -2.05 .. 2.05, exact in float, at least 0.05 away from 0, where many activations have a kink.
template <class T>
void fill_random(const View<T>& view, std::uint64_t seed) {
  const RandomKey key{.seed = seed, .purpose = Purpose::kNoise};
  for (Index r = 0; r < view.rows; ++r)
    for (Index c = 0; c < view.cols; ++c) {
      const double u = 4 * key.uniform(static_cast<std::uint64_t>(r * view.cols + c)) - 2;
      view(r, c) = static_cast<T>(static_cast<float>(u + std::copysign(0.05, u)));
    }
}

template <class T>
struct Rig : LayerRig<T> {
  explicit Rig(const Sample<Layer>& sample, Index rows = 3, Index gap = 0)
      : LayerRig<T>(sample.layer, sample.inputs, rows, gap) {
    std::uint64_t seed = 1;
    for (const View<T>& x : this->all_x()) fill_random(x, seed++);
    for (std::size_t k = 0; k < this->all_param().size(); ++k)
      if (!is_state(k)) fill_random(this->param(k), seed++);
    fill_random(this->dy(), seed);
  }
  bool is_state(std::size_t k) const { return this->specs()[k].role == ParamSpec::kState; }
  void run() {
    this->forward();
    this->backward();
    this->gradient();
  }
  // Everything that run() writes: y, dx, dparam.
  std::vector<View<T>> outputs() const {
    std::vector<View<T>> out{this->y()};
    out.insert(out.end(), this->all_dx().begin(), this->all_dx().end());
    out.insert(out.end(), this->all_dparam().begin(), this->all_dparam().end());
    return out;
  }
};

double largest(const View<double>& view) {
  double m = 1;
  for (Index r = 0; r < view.rows; ++r)
    for (Index c = 0; c < view.cols; ++c) m = std::max(m, std::abs(view(r, c)));
  return m;
}

template <class T>
void expect_near(const View<T>& actual, const View<double>& expected, double tolerance) {
  ASSERT_EQ(actual.rows, expected.rows);
  ASSERT_EQ(actual.cols, expected.cols);
  const double scale = largest(expected);
  for (Index r = 0; r < actual.rows; ++r)
    for (Index c = 0; c < actual.cols; ++c)
      ASSERT_NEAR(static_cast<double>(actual(r, c)), expected(r, c), tolerance * scale)
          << "at (" << r << ", " << c << ")";
}

template <class T>
void expect_same_bits(const Rig<T>& a, const Rig<T>& b) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  for (std::size_t k = 0; k < a.outputs().size(); ++k) {
    const View<T> v = a.outputs()[k], w = b.outputs()[k];
    for (Index r = 0; r < v.rows; ++r)
      for (Index c = 0; c < v.cols; ++c)
        ASSERT_EQ(std::bit_cast<Bits>(v(r, c)), std::bit_cast<Bits>(w(r, c)))
            << v(r, c) << " and " << w(r, c) << " at (" << r << ", " << c << ") of output " << k;
  }
}

struct Matrix {
  explicit Matrix(const View<double>& like)
      : numbers(static_cast<std::size_t>(like.size())), view(numbers.data(), like.rows, like.cols) {}
  std::vector<double> numbers;
  View<double> view;
};

class LayerContract : public testing::TestWithParam<LayerCase> {
 protected:
  const Sample<Layer>& sample() const { return GetParam().sample; }
};

// dL/dv for every number of `v`, by central differences.
Matrix differences(Rig<double>& rig, const View<double>& v) {
  const double h = 1e-5;
  auto loss = [&] {
    rig.forward();
    double sum = 0;
    for (Index r = 0; r < rig.rows(); ++r)
      for (Index c = 0; c < rig.y().cols; ++c) sum += rig.dy()(r, c) * rig.y()(r, c);
    return sum;
  };
  Matrix out(v);
  for (Index r = 0; r < v.rows; ++r)
    for (Index c = 0; c < v.cols; ++c) {
      const double center = v(r, c);
      v(r, c) = center + h;
      const double above = loss();
      v(r, c) = center - h;
      out.view(r, c) = (above - loss()) / (2 * h);
      v(r, c) = center;
    }
  return out;
}

TEST_P(LayerContract, BackwardIsTheDerivativeOfForward) {
  for (const Mode mode : {Mode::kTraining, Mode::kInference}) {
    Rig<double> rig(sample(), 2);
    rig.mode = mode;
    rig.run();
    for (std::size_t k = 0; k < rig.all_x().size(); ++k) expect_near(rig.dx(k), differences(rig, rig.x(k)).view, 1e-8);
    for (std::size_t k = 0; k < rig.all_param().size(); ++k)
      if (!rig.is_state(k)) expect_near(rig.dparam(k), differences(rig, rig.param(k)).view, 1e-8);
  }
}

TEST_P(LayerContract, PartialsAddUpToBackward) {
  for (const Mode mode : {Mode::kTraining, Mode::kInference}) {
    Rig<double> rig(sample());
    rig.mode = mode;
    rig.forward();
    std::vector<Matrix> dx(rig.all_dx().begin(), rig.all_dx().end());
    std::vector<Matrix> dparam(rig.all_dparam().begin(), rig.all_dparam().end());
    for (Index n = 0; n < rig.rows(); ++n)
      for (Index j = 0; j < rig.y().cols; ++j)
        rig.layer().partials(rig.forward_call(0, rig.rows()), n, j, [&](const Partial& partial) {
          const Quantity& q = partial.variable;
          ASSERT_NE(q.kind, Quantity::kOutput);
          const bool is_input = q.kind == Quantity::kInput;
          const View<double> sum = (is_input ? dx : dparam).at(static_cast<std::size_t>(q.which)).view;
          const Index place = is_input ? q.row * sum.cols + q.index : q.index;
          ASSERT_GE(place, 0);
          ASSERT_LT(place, sum.size());
          sum.data[place] += rig.dy()(n, j) * partial.derivative.value();
          EXPECT_FALSE(partial.derivative.text().empty());
        });
    rig.backward();
    rig.gradient();
    for (std::size_t k = 0; k < dx.size(); ++k) expect_near(rig.dx(k), dx[k].view, 1e-12);
    for (std::size_t k = 0; k < dparam.size(); ++k) expect_near(rig.dparam(k), dparam[k].view, 1e-12);
  }
}

TEST_P(LayerContract, WritesEveryNumberAndNothingElse) {
  Rig<float> rig(sample(), 3, 2);
  rig.run();
  for (const View<float>& view : rig.outputs())
    for (Index r = 0; r < view.rows; ++r)
      for (Index c = 0; c < view.stride; ++c) ASSERT_EQ(std::isnan(view.data[r * view.stride + c]), c >= view.cols);
}

TEST_P(LayerContract, FloatAgreesWithDouble) {
  Rig<float> single(sample());
  Rig<double> full(sample());
  single.run();
  full.run();
  for (std::size_t k = 0; k < full.outputs().size(); ++k) expect_near(single.outputs()[k], full.outputs()[k], 1e-5);
}

template <class T>
void expect_same_bits_for_any_split(const Sample<Layer>& sample) {
  Rig<T> whole(sample, 5), strided(sample, 5, 3), split(sample, 5);
  whole.run();
  strided.run();
  expect_same_bits(whole, strided);

  if (sample.layer.couples_batch()) {
    split.forward();
    split.backward();
  } else {
    for (const auto& [first, count] : std::map<Index, Index>{{0, 2}, {2, 1}, {3, 2}}) {
      split.forward(first, count);
      split.backward(first, count);
    }
  }
  const Index extent = split.gradient_extent();
  split.gradient(extent / 3, extent);
  split.gradient(0, extent / 3);
  expect_same_bits(whole, split);
}

TEST_P(LayerContract, SplitsAndStridesDoNotChangeBits) {
  expect_same_bits_for_any_split<float>(sample());
  expect_same_bits_for_any_split<double>(sample());
}

TEST_P(LayerContract, EmptyBatchWritesNoSampleAndZeroGradients) {
  Rig<float> rig(sample());
  rig.forward(0, 0);
  rig.backward(0, 0);
  rig.gradient(0, rig.gradient_extent(), 0);
  for (Index r = 0; r < rig.rows(); ++r)
    for (Index c = 0; c < rig.y().cols; ++c) EXPECT_TRUE(std::isnan(rig.y()(r, c)));
  for (const View<float>& dparam : rig.all_dparam())
    for (Index i = 0; i < dparam.size(); ++i) EXPECT_EQ(dparam.data[i], 0.0f);
}

TEST_P(LayerContract, BatchOfOneHasTheSameBits) {
  if (sample().layer.couples_batch()) return;
  Rig<float> one(sample(), 1), many(sample(), 5);
  one.forward();
  many.forward();
  for (Index j = 0; j < one.y().cols; ++j) EXPECT_EQ(one.y()(0, j), many.y()(0, j));
}

TEST_P(LayerContract, SaysWhyWhenNoGradientPasses) {
  Rig<double> rig(sample());
  rig.run();
  double sum = 0;
  for (const View<double>& dx : rig.all_dx())
    for (Index n = 0; n < dx.rows; ++n)
      for (const double d : dx.row(n)) sum += std::abs(d);
  // Of a single number, such as a softmax over one class, the derivative may be 0 for once.
  if (rig.y().cols == 1) return;
  EXPECT_EQ(sum == 0, !rig.layer().untrainable().empty());
}

INSTANTIATE_TEST_SUITE_P(AllLayers, LayerContract, testing::ValuesIn(single_layers()), case_name);

class LayerTable : public testing::TestWithParam<LayerCase> {};

TEST_P(LayerTable, SettingsSurviveWritingAndReading) {
  const Layer& layer = GetParam().sample.layer;
  EXPECT_EQ(Layer::read(layer.write()).write(), layer.write());
}

INSTANTIATE_TEST_SUITE_P(AllLayers, LayerTable, testing::ValuesIn(cases()), case_name);

TEST(LayerTable, DocumentsEverySetting) {
  for (const LayerRow& row : layer_table().rows()) {
    EXPECT_FALSE(row.summary.empty()) << row.name;
    EXPECT_FALSE(row.samples().empty()) << row.name;
    for (const OptionInfo& option : row.options) {
      EXPECT_FALSE(option.help.empty()) << row.name << '.' << option.name;
      EXPECT_TRUE(option.required || !option.default_text.empty()) << row.name << '.' << option.name;
    }
  }
}

TEST(LayerTable, SuggestsTheNearestName) {
  try {
    Layer::read("rellu");
    FAIL();
  } catch (const OptionError& e) {
    EXPECT_NE(std::string(e.what()).find("did you mean 'relu'"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace isinglass
