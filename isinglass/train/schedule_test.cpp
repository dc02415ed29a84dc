#include "isinglass/train/schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "isinglass/train/schedules.h"

namespace isinglass {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Equal to 4 units in the last place, epoch by epoch.
void expect_rates(const Schedule& schedule, double base_rate, const std::vector<double>& expected) {
  const Index epochs = static_cast<Index>(expected.size());
  for (Index epoch = 0; epoch < epochs; ++epoch)
    EXPECT_DOUBLE_EQ(schedule.rate(base_rate, epoch, epochs), expected[static_cast<std::size_t>(epoch)])
        << "epoch " << epoch;
}

// ---- Laws of every entry of the table.

class EverySchedule : public testing::TestWithParam<std::string> {
 protected:
  Schedule schedule() const { return Schedule::read(GetParam()); }
};

TEST_P(EverySchedule, StaysBetweenZeroAndTheBaseRate) {
  for (const Index epochs : {1, 2, 50, 100000})
    for (const Index epoch : {Index{0}, epochs / 2, epochs - 1, epochs, 2 * epochs}) {
      const double rate = schedule().rate(0.3, epoch, epochs);
      EXPECT_GE(rate, 0) << epoch << " of " << epochs;
      EXPECT_LE(rate, 0.3) << epoch << " of " << epochs;
    }
  EXPECT_EQ(schedule().rate(0.3, 0, 100), 0.3);
}

TEST_P(EverySchedule, IsWrittenAndReadBack) {
  const Value written = schedule().write();
  EXPECT_EQ(*written.find("kind")->as_string(), GetParam());
  EXPECT_EQ(Schedule::read(written).write(), written);
  EXPECT_EQ(Schedule::read(written).kind(), GetParam());
}

TEST_P(EverySchedule, IsDescribed) {
  const auto& row = schedule_table().find(GetParam());
  EXPECT_FALSE(row.summary.empty());
  for (const OptionInfo& option : row.options) EXPECT_FALSE(option.help.empty()) << option.name;
}

TEST_P(EverySchedule, SurvivesAnyLoss) {
  ScheduleState state;
  for (const double loss : {std::nan(""), kInfinity, 2.0, -1e300, 1e300, std::nan(""), 0.0})
    for (int repeat = 0; repeat < 30; ++repeat) schedule().observe(state, loss);
  const double rate = schedule().rate(0.3, 5, 100, state);
  EXPECT_GE(rate, 0);
  EXPECT_LE(rate, 0.3);
  EXPECT_EQ(ScheduleState::read(state.write()), state);
}

INSTANTIATE_TEST_SUITE_P(Table, EverySchedule, testing::ValuesIn(schedule_table().names()),
                         [](const auto& row) { return row.param; });

// ---- Numbers.

TEST(ConstantRate, IsTheDefault) {
  EXPECT_EQ(Schedule().kind(), "constant");
  expect_rates(Schedule(), 0.2, {0.2, 0.2, 0.2});
}

TEST(CompoundingDecay, GivesTheNumbersOfTheSource) {
  expect_rates(
      CompoundingDecay{.decay = 0.01}, 0.2,
      {0.2, 0.19801980198019803, 0.19413706076490003, 0.18848258326689324, 0.1812332531412435, 0.1726030982297557,
       0.16283311153750538, 0.15218047807243493, 0.14090785006706938, 0.1292732569422655, 0.1175211426747868});
  expect_rates(CompoundingDecay{.decay = 0.5}, 0.1,
               {0.1, 0.06666666666666667, 0.03333333333333333, 0.013333333333333334, 0.0044444444444444444,
                0.0012698412698412698, 0.00031746031746031746});
}

TEST(CompoundingDecay, WithoutDecayIsConstant) {
  EXPECT_EQ(Schedule(CompoundingDecay{.decay = 0}).rate(0.2, Index{1} << 60, 1), 0.2);
}

TEST(TimeDecay, GivesTheUsualNumbers) {
  expect_rates(
      TimeDecay{.decay = 0.01}, 0.2,
      {0.2, 0.19801980198019803, 0.19607843137254902, 0.1941747572815534, 0.19230769230769232, 0.1904761904761905,
       0.18867924528301888, 0.1869158878504673, 0.1851851851851852, 0.1834862385321101, 0.18181818181818182});
  expect_rates(TimeDecay{.decay = 0.5}, 0.1,
               {0.1, 0.06666666666666667, 0.05, 0.04, 0.03333333333333333, 0.028571428571428574, 0.025});
}

TEST(StepDecay, AgreesWithPyTorch) {
  expect_rates(StepDecay{.factor = 0.5, .every = 3}, 0.2, {0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05});
}

TEST(ExponentialDecay, AgreesWithPyTorch) {
  expect_rates(ExponentialDecay{.factor = 0.9}, 0.2, {0.2, 0.18, 0.162, 0.1458, 0.13122, 0.118098});
}

TEST(Cosine, AgreesWithPyTorch) {
  expect_rates(Cosine{.min_rate = 0.01}, 0.2,
               {0.2, 0.19276855558857225, 0.172175144212722, 0.14135492607468356, 0.105, 0.06864507392531648,
                0.03782485578727799, 0.01723144441142776});
}

TEST(Cosine, WarmsUpThenFallsToTheFloor) {
  const Schedule cosine = Cosine{.warmup_epochs = 3, .min_rate = 0.1};
  for (Index epoch = 0; epoch < 4; ++epoch)
    EXPECT_DOUBLE_EQ(cosine.rate(0.4, epoch, 7), 0.1 * static_cast<double>(epoch + 1));
  EXPECT_DOUBLE_EQ(cosine.rate(0.4, 5, 7), 0.25);
  EXPECT_DOUBLE_EQ(cosine.rate(0.4, 7, 7), 0.1);
  EXPECT_DOUBLE_EQ(cosine.rate(0.4, 9, 7), 0.1);
  EXPECT_DOUBLE_EQ(cosine.rate(0.4, 3, 2), 0.4);    // a run shorter than its warm-up
  EXPECT_DOUBLE_EQ(cosine.rate(0.05, 5, 7), 0.05);  // a base rate below the floor is not raised
}

TEST(ReduceOnPlateau, AgreesWithPyTorch) {
  const Schedule plateau =
      ReduceOnPlateau{.factor = 0.5, .patience = 2, .threshold = 1e-3, .cooldown = 1, .min_rate = 0.03};
  const double losses[] = {1.0, 0.8, 0.79999, 0.9, 0.8, 0.7999, 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.77, 0.78};
  const double rates[] = {0.2, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.03};
  ScheduleState state;
  for (std::size_t epoch = 0; epoch < std::size(losses); ++epoch) {
    EXPECT_DOUBLE_EQ(plateau.rate(0.2, static_cast<Index>(epoch), 15, state), rates[epoch]) << epoch;
    plateau.observe(state, losses[epoch]);
    state = ScheduleState::read(state.write());  // as a checkpoint between any two epochs would
  }
  EXPECT_EQ(state.best, 0.7);
}

TEST(ScheduleState, IsReadStrictly) {
  EXPECT_EQ(ScheduleState::read(ScheduleState{}.write()), ScheduleState{});
  Value state = ScheduleState{.factor = 0.25, .best = 1. / 3, .bad_epochs = 2, .cooldown = 1}.write();
  EXPECT_EQ(*ScheduleState::read(state).best, 1. / 3);
  state.set("bad_epochs", -1);
  EXPECT_THROW(ScheduleState::read(state), OptionError);
}

TEST(Schedule, IsReadFromANameOrATable) {
  Value table = Value::Table{};
  table.set("kind", "step_decay");
  table.set("every", 5);
  EXPECT_EQ(Schedule::read(table).write(), Schedule(StepDecay{.every = 5}).write());
  table.set("every", 0);
  EXPECT_THROW(Schedule::read(table), OptionError);
  try {
    Schedule::read("cosin");
    ADD_FAILURE() << "'cosin' was accepted";
  } catch (const OptionError& error) {
    EXPECT_STREQ(error.what(), "there is no schedule 'cosin'; did you mean 'cosine'?");
  }
}

}  // namespace
}  // namespace isinglass
