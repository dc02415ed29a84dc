// Activations against numbers computed with 50 digits, to 4 units in the last place.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "isinglass/nn/layer_rig.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// How many doubles lie between a and b.
std::uint64_t distance(double a, double b) {
  if (a == b) return 0;
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<std::uint64_t>::max();
  auto place = [](double x) {
    const auto bits = std::bit_cast<std::int64_t>(std::abs(x));
    return std::signbit(x) ? -bits : bits;
  };
  return static_cast<std::uint64_t>(std::abs(place(a) - place(b)));
}

void expect_4_ulp(double actual, double expected, const std::string& what) {
  EXPECT_LE(distance(actual, expected), 4u)
      << what << ": got " << number_text(actual) << ", expected " << number_text(expected);
}

// A JSON number, or the text "Infinity".
double limit(const Value& v) {
  if (const std::string* text = v.as_string()) return *text == "Infinity" ? kInfinity : -kInfinity;
  return number(v);
}

// The functions of one element: layer, value, derivative, ...
Value::Array functions() {
  return *read_golden("activations.json").find("functions")->as_array();
}

// A layer over the values of x as one sample, in inference and with dy = 1, so that dx is the derivative.
void run(LayerRig<double>& rig, const std::vector<double>& x) {
  rig.mode = Mode::kInference;
  for (std::size_t i = 0; i < x.size(); ++i) {
    rig.x().data[i] = x[i];
    rig.dy().data[i] = 1;
  }
  rig.forward();
  rig.backward();
}

TEST(Activations, ValuesAndDerivativesAreRightTo4Ulp) {
  const std::vector<double> common_x = numbers(*read_golden("activations.json").find("x"));
  for (const Value& function : functions()) {
    const Layer layer = Layer::read(*function.find("layer"));
    const std::string kind(layer.kind());
    const Value* own_x = function.find("x");
    const std::vector<double> x = own_x != nullptr ? numbers(*own_x) : common_x;
    const std::vector<double> value = numbers(*function.find("value"));
    const std::vector<double> derivative = numbers(*function.find("derivative"));
    LayerRig<double> rig(layer, {{static_cast<Index>(x.size())}}, 1);
    run(rig, x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      // Beyond, x sigmoid(x) is a subnormal number times x.
      if (kind == "swish" && x[i] < -708) {
        EXPECT_NEAR(rig.y().data[i], value[i], 1e-320);
        EXPECT_NEAR(rig.dx().data[i], derivative[i], 1e-320);
        continue;
      }
      expect_4_ulp(rig.y().data[i], value[i], kind + "(" + number_text(x[i]) + ")");
      expect_4_ulp(rig.dx().data[i], derivative[i], kind + "'(" + number_text(x[i]) + ")");
    }
  }
}

TEST(Activations, ParameterDerivativesAreRightTo4Ulp) {
  const std::vector<double> x = numbers(*read_golden("activations.json").find("x"));
  for (const Value& function : functions()) {
    const Value* derivative = function.find("parameter_derivative");
    if (derivative == nullptr) continue;
    const Layer layer = Layer::read(*function.find("layer"));
    for (std::size_t i = 0; i < x.size(); ++i) {
      LayerRig<double> rig(layer, {{1}}, 1);
      run(rig, {x[i]});
      rig.gradient();
      expect_4_ulp(rig.dparam(0)(0, 0), numbers(*derivative)[i],
                   std::string(layer.kind()) + " at " + number_text(x[i]));
    }
  }
}

TEST(Activations, HaveTheirLimitsAtInfinity) {
  for (const Value& function : functions()) {
    const Value* limits = function.find("at_infinity");
    if (limits == nullptr) continue;
    LayerRig<double> rig(Layer::read(*function.find("layer")), {{2}}, 1);
    run(rig, {-kInfinity, kInfinity});
    for (std::size_t i = 0; i < 2; ++i) {
      const Value::Array& expected = *(*limits->as_array())[i].as_array();
      EXPECT_EQ(rig.y().data[i], limit(expected[0])) << rig.layer().kind();
      EXPECT_EQ(rig.dx().data[i], limit(expected[1])) << rig.layer().kind();
    }
  }
}

TEST(Activations, AreFiniteInFloatWhereverTheInputIs) {
  for (const Value& function : functions()) {
    const std::vector<float> x{-3e38f, -1e5f, -150.0f, -89.0f, -0.0f, 0.0f, 1e-45f, 89.0f, 150.0f, 1e5f, 3e38f};
    LayerRig<float> rig(Layer::read(*function.find("layer")), {{static_cast<Index>(x.size())}}, 1);
    rig.mode = Mode::kInference;
    for (std::size_t i = 0; i < x.size(); ++i) rig.x().data[i] = x[i], rig.dy().data[i] = 1;
    rig.forward();
    rig.backward();
    const bool grows = rig.layer().kind() == "selu";  // 1.05 times the largest number is infinite
    for (std::size_t i = 0; i + grows < x.size(); ++i) {
      EXPECT_TRUE(std::isfinite(rig.y().data[i])) << rig.layer().kind() << " at " << x[i];
      EXPECT_TRUE(std::isfinite(rig.dx().data[i])) << rig.layer().kind() << "' at " << x[i];
    }
  }
}

TEST(Activations, NanStaysNan) {
  for (const Value& function : functions()) {
    LayerRig<float> rig(Layer::read(*function.find("layer")), {{1}}, 1);
    if (!rig.layer().untrainable().empty()) continue;
    rig.forward();
    EXPECT_TRUE(std::isnan(rig.y()(0, 0))) << rig.layer().kind();
  }
}

TEST(Activations, SoftmaxAndItsJacobianAreRightTo4Ulp) {
  const Value golden = read_golden("activations.json");
  for (const Value& example : *golden.find("softmax")->as_array()) {
    const std::vector<double> z = numbers(*example.find("z")), p = numbers(*example.find("p"));
    const Value::Array& jacobian = *example.find("jacobian")->as_array();
    const Index n = static_cast<Index>(z.size());
    LayerRig<double> rig(Layer::read("softmax"), {{n}}, n);  // row i asks for the derivatives of p_i
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) {
        rig.x()(i, j) = z[static_cast<std::size_t>(j)];
        rig.dy()(i, j) = i == j;
      }
    rig.forward();
    rig.backward();
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j) {
        const std::string place = std::to_string(i) + "," + std::to_string(j);
        expect_4_ulp(rig.y()(i, j), p[static_cast<std::size_t>(j)], "p " + place);
        expect_4_ulp(rig.dx()(i, j), numbers(jacobian[static_cast<std::size_t>(i)])[static_cast<std::size_t>(j)],
                     "jacobian " + place);
      }
  }
}

TEST(Activations, MaxoutChoosesTheLargestPieceAndItsWeights) {
  const Value golden = read_golden("activations.json");
  const Value& maxout = *golden.find("maxout");
  const std::vector<double> h = numbers(*maxout.find("h"));
  Value options = Value::Table{};
  options.set("kind", "maxout");
  options.set("units", 2);
  options.set("pieces", 3);
  LayerRig<double> rig(Layer::read(options), {{3}}, 2);  // row j asks for the derivatives of h_j
  double* weight = rig.param(0).data;
  for (const Value& i : *maxout.find("kernel")->as_array())
    for (const Value& j : *i.as_array())
      for (const double w : numbers(j)) *weight++ = w;
  double* bias = rig.param(1).data;
  for (const Value& j : *maxout.find("bias")->as_array())
    for (const double b : numbers(j)) *bias++ = b;
  for (Index n = 0; n < 2; ++n) {
    for (Index i = 0; i < 3; ++i) rig.x()(n, i) = numbers(*maxout.find("x"))[static_cast<std::size_t>(i)];
    for (Index j = 0; j < 2; ++j) rig.dy()(n, j) = n == j;
  }
  rig.forward();
  rig.backward();
  for (Index j = 0; j < 2; ++j) {
    const auto at = static_cast<std::size_t>(j);
    expect_4_ulp(rig.y()(j, j), h[at], "h");
    const std::vector<double> row = numbers((*maxout.find("dh_dx")->as_array())[at]);
    for (Index i = 0; i < 3; ++i) EXPECT_EQ(rig.dx()(j, i), row[static_cast<std::size_t>(i)]);
  }
}

}  // namespace
}  // namespace isinglass
