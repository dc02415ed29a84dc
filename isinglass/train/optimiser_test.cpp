#include "isinglass/train/optimiser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>

#include "isinglass/train/optimisers.h"

#ifndef ISINGLASS_SOURCE_DIR
#  define ISINGLASS_SOURCE_DIR "."
#endif

namespace isinglass {
namespace {

// Parameters with their optimiser, stepped as the training loop does.
template <class T>
class Trained {
 public:
  Trained(Optimiser optimiser, std::vector<T> start)
      : param(std::move(start)), optimiser_(std::move(optimiser)), state_(3) {
    for (auto& s : state_) s.assign(param.size(), T(0));
    settings.learning_rate = optimiser_.learning_rate();
  }

  // Updates elements [first, last) with the gradient of all.
  void update(const std::vector<T>& gradient, std::int64_t step, std::size_t first, std::size_t last) {
    Update<T> u = settings;
    u.param = std::span(param).subspan(first, last - first);
    u.gradient = std::span(gradient).subspan(first, last - first);
    for (std::size_t i = 0; i < optimiser_.state_names().size(); ++i)
      u.state[i] = std::span(state_[i]).subspan(first, last - first);
    u.step = step;
    const auto [function, self] = optimiser_.template function<T>();
    function(self, u);
  }
  void update(const std::vector<T>& gradient) { update(gradient, ++steps_, 0, param.size()); }
  bool has_subnormal_state() const {
    const auto is_subnormal = [](T number) { return std::fpclassify(number) == FP_SUBNORMAL; };
    return std::ranges::any_of(state_, [&](const auto& s) { return std::ranges::any_of(s, is_subnormal); });
  }

  std::vector<T> param;
  Update<T> settings;  // learning rate, penalties and scale of the next update

 private:
  Optimiser optimiser_;
  std::vector<std::vector<T>> state_;
  std::int64_t steps_ = 0;
};

// The parameter after each gradient, starting from 1.
std::vector<double> path(const Optimiser& optimiser, const std::vector<double>& gradients) {
  Trained<double> run(optimiser, {1});
  std::vector<double> out;
  for (const double g : gradients) {
    run.update({g});
    out.push_back(run.param[0]);
  }
  return out;
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected, double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], tolerance) << "at " << i;
}

std::string error_of(const Value& v) {
  try {
    Optimiser::read(v);
  } catch (const OptionError& error) {
    return error.what();
  }
  return "no error";
}

// ---- Laws of every entry of the table.

class EveryOptimiser : public testing::TestWithParam<std::string> {
 protected:
  Optimiser optimiser() const { return Optimiser::read(GetParam()); }
};

TEST_P(EveryOptimiser, ReachesTheMinimumOfABowl) {
  const double curvature[] = {1, 8, 0.3};
  Trained<double> run(optimiser(), {1.5, -1, 0.7});
  constexpr int kSteps = 4000;
  for (int step = 0; step < kSteps; ++step) {
    std::vector<double> gradient;
    for (std::size_t i = 0; i < 3; ++i) gradient.push_back(curvature[i] * run.param[i]);
    run.settings.learning_rate = 0.15 * (1 + std::cos(std::numbers::pi * step / kSteps)) / 2;
    run.update(gradient);
  }
  expect_near(run.param, {0, 0, 0}, 1e-4);
}

TEST_P(EveryOptimiser, IsWrittenAndReadBack) {
  Value written = optimiser().write();
  EXPECT_EQ(*written.find("kind")->as_string(), GetParam());
  written.set("learning_rate", 0.0123);
  const Optimiser again = Optimiser::read(written);
  EXPECT_EQ(again.kind(), GetParam());
  EXPECT_EQ(again.learning_rate(), 0.0123);
  EXPECT_EQ(again.write(), written);
}

TEST_P(EveryOptimiser, IsDescribed) {
  const auto& row = optimiser_table().find(GetParam());
  EXPECT_FALSE(row.summary.empty());
  std::set<std::string> names;
  for (const OptionInfo& option : row.options) {
    EXPECT_FALSE(option.help.empty()) << option.name;
    names.insert(option.name);
  }
  EXPECT_TRUE(names.contains("learning_rate"));
  EXPECT_EQ(names.size(), row.options.size());
  const std::vector<std::string> states = optimiser().state_names();
  EXPECT_LE(states.size(), Update<float>{}.state.size());
  EXPECT_EQ(std::set<std::string>(states.begin(), states.end()).size(), states.size());
}

template <class T>
std::vector<T> wave(std::size_t size, double phase) {
  std::vector<T> out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<T>(std::sin(1.7 * double(i) + phase)));
  return out;
}

template <class T>
void expect_slices_equal_whole(const Optimiser& optimiser) {
  constexpr std::size_t kSize = 103;
  Trained<T> whole(optimiser, wave<T>(kSize, 0)), sliced(optimiser, wave<T>(kSize, 0));
  for (Trained<T>* run : {&whole, &sliced}) {
    run->settings.l1 = 0.003;
    run->settings.l2 = 0.01;
    run->settings.gradient_scale = 0.7;
  }
  const std::size_t cuts[] = {0, 1, 8, 8, 37, 66, kSize};
  for (std::int64_t step = 1; step <= 5; ++step) {
    const std::vector<T> gradient = wave<T>(kSize, static_cast<double>(step));
    whole.update(gradient, step, 0, kSize);
    for (std::size_t i = 1; i < std::size(cuts); ++i) sliced.update(gradient, step, cuts[i - 1], cuts[i]);
  }
  EXPECT_EQ(whole.param, sliced.param);
}

TEST_P(EveryOptimiser, GivesTheSameBitsInSlices) {
  expect_slices_equal_whole<float>(optimiser());
  expect_slices_equal_whole<double>(optimiser());
}

TEST_P(EveryOptimiser, FloatAgreesWithDouble) {
  constexpr std::size_t kSize = 33;
  Trained<float> narrow(optimiser(), wave<float>(kSize, 0));
  Trained<double> wide(optimiser(), wave<double>(kSize, 0));
  for (int step = 1; step <= 10; ++step) {
    narrow.update(wave<float>(kSize, step));
    wide.update(wave<double>(kSize, step));
  }
  for (std::size_t i = 0; i < kSize; ++i) EXPECT_NEAR(narrow.param[i], wide.param[i], 2e-6);
}

TEST_P(EveryOptimiser, LetsWhatItKeepsFadeToZero) {
  Trained<float> run(optimiser(), {1});
  run.update({1e-30F});
  for (int step = 0; step < 1500; ++step) {
    run.update({0});
    ASSERT_FALSE(run.has_subnormal_state()) << "after " << step + 2 << " steps";
  }
}

TEST_P(EveryOptimiser, LeavesAParameterWithoutGradientFinite) {
  Trained<float> run(optimiser(), {0.0F, 1.0F});
  for (int step = 0; step < 3; ++step) run.update({0.0F, 0.0F});
  EXPECT_EQ(run.param[0], 0.0F);
  EXPECT_NEAR(run.param[1], 1.0F, 1e-3F);  // weight decay may act
}

INSTANTIATE_TEST_SUITE_P(Table, EveryOptimiser, testing::ValuesIn(optimiser_table().names()),
                         [](const auto& row) { return row.param; });

// ---- Three steps worked by hand from each paper's equations.

TEST(Sgd, ThreeStepsByHand) {
  expect_near(path(Sgd{.learning_rate = 0.1}, {1, 0.5, -2}), {0.9, 0.85, 1.05}, 1e-15);
}

TEST(Momentum, ThreeStepsByHand) {  // v = 1, 1, -1.5
  expect_near(path(Momentum{.learning_rate = 0.1, .momentum = 0.5}, {1, 0.5, -2}), {0.9, 0.8, 0.95}, 1e-15);
}

TEST(Nesterov, ThreeStepsByHand) {  // g + v/2 = 1.5, 1, -2.75
  expect_near(path(Nesterov{.learning_rate = 0.1, .momentum = 0.5}, {1, 0.5, -2}), {0.85, 0.75, 1.025}, 1e-15);
}

TEST(Adagrad, ThreeStepsByHand) {  // sqrt(s) = 3, 5, 13
  expect_near(path(Adagrad{.learning_rate = 0.1, .epsilon = 1}, {3, 4, -12}),
              {1 - 0.3 / 4, 1 - 0.3 / 4 - 0.4 / 6, 1 - 0.3 / 4 - 0.4 / 6 + 1.2 / 14}, 1e-15);
}

TEST(Rmsprop, ThreeStepsByHand) {  // v = 4, 4, 4
  expect_near(path(Rmsprop{.learning_rate = 0.3, .rho = 0.75, .epsilon = 1}, {4, 2, -2}), {0.6, 0.4, 0.6}, 1e-15);
}

TEST(Adam, ThreeStepsByHand) {  // m^ = 4, -4/3, 12/7 and v^ = 16, so sqrt(v^) + epsilon = 5
  expect_near(path(Adam{.learning_rate = 0.5, .beta1 = 0.5, .beta2 = 0.75, .epsilon = 1}, {4, -4, 4}),
              {0.6, 0.6 + 2. / 15, 0.6 + 2. / 15 - 6. / 35}, 1e-15);
}

TEST(Adamw, ThreeStepsByHand) {  // as Adam, after each parameter has lost a fifth
  const Adamw adamw{.learning_rate = 0.5, .beta1 = 0.5, .beta2 = 0.75, .epsilon = 1, .weight_decay = 0.4};
  expect_near(path(adamw, {4, -4, 4}), {0.4, 0.32 + 2. / 15, 0.256 + 1.6 / 15 - 6. / 35}, 1e-15);
}

// ---- Penalties and scale, equation (1) of update.h.

TEST(Update, AddsPenaltiesToTheScaledGradient) {
  Trained<double> run(Sgd{.learning_rate = 1}, {2, -2, 0});
  run.settings.l1 = 0.25;
  run.settings.l2 = 0.125;
  run.settings.gradient_scale = 0.5;
  run.update({1, 1, 1});
  EXPECT_EQ(run.param, (std::vector<double>{1, -2, -0.5}));
}

TEST(Update, UsesTheRateOfTheStepNotTheSetting) {
  Trained<float> run(Sgd{.learning_rate = 100}, {1});
  run.settings.learning_rate = 0.5;
  run.update({1});
  EXPECT_EQ(run.param[0], 0.5F);
}

// ---- PyTorch's numbers, made by tools/make_optimiser_golden.py.

Value value_of(const nlohmann::json& table) {
  Value out = Value::Table{};
  for (const auto& [key, item] : table.items())
    out.set(key, item.is_string() ? Value(item.get<std::string>()) : Value(item.get<double>()));
  return out;
}

TEST(Optimiser, AgreesWithPyTorchOver20Steps) {
  std::ifstream file(ISINGLASS_SOURCE_DIR "/tests/golden/optimisers.json");
  ASSERT_TRUE(file) << "tests/golden/optimisers.json not found; run from the root of the tree";
  const nlohmann::json golden = nlohmann::json::parse(file);
  const std::vector<double> curvature = golden["curvature"], target = golden["target"];
  const double quartic = golden["quartic"], coupling = golden["coupling"];
  for (const nlohmann::json& golden_case : golden["cases"]) {
    SCOPED_TRACE(golden_case["optimiser"].dump() + " l2 " + golden_case["l2"].dump());
    Trained<double> run(Optimiser::read(value_of(golden_case["optimiser"])), golden["start"]);
    run.settings.l2 = golden_case["l2"];
    for (const std::vector<double> expected : golden_case["parameters"]) {
      const std::vector<double>& w = run.param;
      std::vector<double> gradient;
      for (std::size_t i = 0; i < w.size(); ++i)
        gradient.push_back(curvature[i] * (w[i] - target[i]) + quartic * std::pow(w[i], 3) +
                           coupling * ((i > 0 ? w[i - 1] : 0) + (i + 1 < w.size() ? w[i + 1] : 0)));
      run.update(gradient);
      expect_near(run.param, expected, 1e-12);
    }
  }
}

// ---- What a user writes.

TEST(Optimiser, IsReadFromANameOrATable) {
  EXPECT_EQ(Optimiser::read("adam").write(), Optimiser(Adam{}).write());
  Value table = Value::Table{};
  table.set("kind", "adam");
  table.set("beta1", 0.5);
  EXPECT_EQ(Optimiser::read(table).write(), Optimiser(Adam{.beta1 = 0.5}).write());
  EXPECT_EQ(Optimiser().kind(), "sgd");
  EXPECT_EQ(Optimiser(Adam{}).state_names(), (std::vector<std::string>{"first_moment", "second_moment"}));
}

TEST(Optimiser, NamesTheNearestKindAndThePlace) {
  Value kind = "adm";
  kind.set_location({std::make_shared<const std::string>("a.toml"), 7, 13});
  EXPECT_EQ(error_of(kind), "a.toml:7:13: there is no optimiser 'adm'; did you mean 'adam'?");
}

TEST(Optimiser, RefusesWrongSettings) {
  Value table = Value::Table{};
  EXPECT_NE(error_of(table), "no error");
  EXPECT_NE(error_of(3), "no error");
  table.set("kind", "sgd");
  for (const double rate : {0.0, -0.1, HUGE_VAL, std::nan("")}) {
    table.set("learning_rate", rate);
    EXPECT_NE(error_of(table), "no error") << rate;
  }
  table.set("learning_rate", 1e9);
  EXPECT_EQ(error_of(table), "no error");
  table.set("momentun", 0.9);
  EXPECT_NE(error_of(table).find("optimiser sgd has no setting 'momentun'"), std::string::npos);
  table = Value::Table{};
  table.set("kind", "adam");
  table.set("beta2", 1.0);
  EXPECT_NE(error_of(table).find("[0, 1)"), std::string::npos);
}

}  // namespace
}  // namespace isinglass
