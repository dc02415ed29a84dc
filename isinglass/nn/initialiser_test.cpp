#include "isinglass/nn/initialiser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "isinglass/nn/initialisers.h"

namespace isinglass {
namespace {

constexpr Index kFanIn = 30, kFanOut = 20;
constexpr double kUnbounded = std::numeric_limits<double>::infinity();
// The first draws of NumPy after np.random.seed(13).
constexpr double kUniform = 0.7777024105738202, kNormal = -0.712390662050588;

struct Case {
  Initialiser initialiser;
  double mean, variance, bound;  // bound: the largest distance from the mean
  double first;                  // of NumPy's seed 13
};
std::string kind(const Initialiser& initialiser) {
  return *initialiser.write().find("kind")->as_string();
}
void PrintTo(const Case& c, std::ostream* out) {
  *out << kind(c.initialiser);
}

class InitialiserLaw : public testing::TestWithParam<Case> {};

TEST_P(InitialiserLaw, HasItsMeanVarianceAndBound) {
  const Case& c = GetParam();
  const auto stream = counter_stream({.seed = 3});
  const int draws = 20000;
  double sum = 0, squares = 0;
  for (int i = 0; i < draws; ++i) {
    const double d = c.initialiser.draw(*stream, kFanIn, kFanOut) - c.mean;
    ASSERT_LE(std::abs(d), c.bound);
    sum += d;
    squares += d * d;
  }
  // Four standard errors; that of the variance is the one of a normal distribution, the widest here.
  EXPECT_NEAR(sum / draws, 0, 4 * std::sqrt(c.variance / draws));
  EXPECT_NEAR(squares / draws, c.variance, 4 * c.variance * std::sqrt(2.0 / draws));
}

TEST_P(InitialiserLaw, StartsWithTheDrawOfItsFormula) {
  const auto stream = numpy_stream(13);
  EXPECT_NEAR(GetParam().initialiser.draw(*stream, kFanIn, kFanOut), GetParam().first, 1e-15);
}

TEST_P(InitialiserLaw, SettingsSurviveWritingAndReading) {
  const Initialiser& initialiser = GetParam().initialiser;
  EXPECT_EQ(Initialiser::read(initialiser.write()).write(), initialiser.write());
}

std::vector<Case> cases() {
  const double xavier = 1 / std::sqrt(30.0), glorot = std::sqrt(6.0 / 50), he = std::sqrt(6.0 / 30);
  return {{Zeros{}, 0, 0, 0, 0},
          {Constant{0.1}, 0.1, 0, 0, 0.1},
          {Normal{0.01}, 0, 1e-4, kUnbounded, 0.01 * kNormal},
          {Uniform{-1, 3}, 1, 16.0 / 12, 2, -1 + 4 * kUniform},
          {Xavier{}, 0, xavier * xavier / 3, xavier, xavier * (2 * kUniform - 1)},
          {GlorotUniform{}, 0, 2.0 / 50, glorot, glorot * (2 * kUniform - 1)},
          {GlorotNormal{}, 0, 2.0 / 50, kUnbounded, 0.2 * kNormal},
          {HeUniform{}, 0, 2.0 / 30, he, he * (2 * kUniform - 1)},
          {HeNormal{}, 0, 2.0 / 30, kUnbounded, std::sqrt(2.0 / 30) * kNormal},
          {LecunNormal{}, 0, 1.0 / 30, kUnbounded, std::sqrt(1.0 / 30) * kNormal}};
}

INSTANTIATE_TEST_SUITE_P(AllInitialisers, InitialiserLaw, testing::ValuesIn(cases()),
                         [](const auto& test) { return kind(test.param.initialiser); });

TEST(Initialiser, NumbersOfTheWorkedExample) {
  // The first weight of the 3-2-1 network: seed 13, three inputs.
  const auto stream = numpy_stream(13);
  EXPECT_DOUBLE_EQ(Initialiser(Xavier{}).draw(*stream, 3, 2), 0.32066312299880617);
}

TEST(Initialiser, SuggestsTheNearestName) {
  try {
    Initialiser::read("he_norm");
    FAIL();
  } catch (const OptionError& e) {
    EXPECT_NE(std::string(e.what()).find("did you mean 'he_normal'"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace isinglass
