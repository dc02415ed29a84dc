#include "cli/progress.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace isinglass {
namespace {

TEST(DurationText, ChoosesUnitsThatAPersonReads) {
  EXPECT_EQ(duration_text(0), "0 ms");
  EXPECT_EQ(duration_text(0.00312), "3.1 ms");
  EXPECT_EQ(duration_text(0.0994), "99 ms");
  EXPECT_EQ(duration_text(0.44), "0.4 s");
  EXPECT_EQ(duration_text(9.9), "9.9 s");
  EXPECT_EQ(duration_text(9.97), "10 s");
  EXPECT_EQ(duration_text(59.7), "1 min 00 s");
  EXPECT_EQ(duration_text(185), "3 min 05 s");
  EXPECT_EQ(duration_text(3599.6), "1 h 00 min");
  EXPECT_EQ(duration_text(7530), "2 h 05 min");
  EXPECT_EQ(duration_text(86400 * 3 + 3600 * 4 + 5), "3 d 04 h");
  EXPECT_EQ(duration_text(std::numeric_limits<double>::infinity()), "?");
  EXPECT_EQ(duration_text(std::numeric_limits<double>::quiet_NaN()), "?");
  EXPECT_EQ(duration_text(-1), "?");
}

TEST(RateText, KeepsToAFewDigits) {
  EXPECT_EQ(rate_text(0.4), "0");
  EXPECT_EQ(rate_text(950), "950");
  EXPECT_EQ(rate_text(45'320), "45.3k");
  EXPECT_EQ(rate_text(1'234'567), "1.2M");
}

TEST(SecondsLeft, ExtrapolatesFromWhereTheRunBegan) {
  EXPECT_DOUBLE_EQ(seconds_left(0, 0.25, 10), 30);
  EXPECT_DOUBLE_EQ(seconds_left(0.5, 0.75, 10), 10);  // a resumed run
  EXPECT_DOUBLE_EQ(seconds_left(0, 1, 10), 0);
  EXPECT_EQ(seconds_left(0.5, 0.5, 10), std::numeric_limits<double>::infinity());
}

TEST(IsWorthALine, NeverFloodsAndAlwaysShowsFirstAndLast) {
  for (const Index epochs : {Index{1}, Index{19}, Index{20}, Index{21}, Index{1000}, Index{1001}, Index{54321}}) {
    Index lines = 0;
    for (Index done = 1; done <= epochs; ++done) lines += is_worth_a_line(done, epochs);
    EXPECT_LE(lines, 21) << epochs;
    EXPECT_GE(lines, std::min<Index>(epochs, 20)) << epochs;
    EXPECT_TRUE(is_worth_a_line(1, epochs)) << epochs;
    EXPECT_TRUE(is_worth_a_line(epochs, epochs)) << epochs;
  }
}

TEST(ProgressText, TellsTheEpochItsNumbersAndTheTimeLeft) {
  ProgressState state{.epoch = 3, .epochs = 10, .fraction = 0.3, .loss = 0.123456};
  state.validation_loss = 0.5;
  state.headline = {"accuracy", 0.9312};
  state.samples_per_second = 45'320;
  state.seconds_left = 12.3;
  EXPECT_EQ(progress_text(state),
            "epoch 3/10  loss 0.1235  validation 0.5  accuracy 0.9312  45.3k samples/s  12 s left");
}

TEST(ProgressText, LeavesOutWhatIsNotKnown) {
  const ProgressState state{
      .epoch = 1, .epochs = 2, .loss = 1.5, .seconds_left = std::numeric_limits<double>::infinity()};
  EXPECT_EQ(progress_text(state), "epoch 1/2  loss 1.5");
}

TEST(ProgressBar, IsFilledInProportion) {
  const ProgressState state{.part = "fold 2/3 ", .epoch = 1, .epochs = 2, .fraction = 0.5, .loss = 1.5};
  EXPECT_EQ(progress_bar(state, 100), "fold 2/3 epoch 1/2 [##########..........]  loss 1.5  0 ms left");
  EXPECT_EQ(progress_bar({.epoch = 2, .epochs = 2, .fraction = 1, .loss = 1.5}, 40), "epoch 2/2 [########]  loss 1.5");
}

TEST(ProgressBar, LeavesTheLeastImportantOutWhereThereIsNoRoom) {
  ProgressState state{.epoch = 1, .epochs = 2, .loss = 1.5, .samples_per_second = 1000, .seconds_left = 12};
  state.validation_loss = 2.5;
  state.headline = {"rmse", 3.5};
  const auto numbers = [&](int width) {
    const std::string bar = progress_bar(state, width);
    return bar.substr(bar.find("]  ") + 3);
  };
  EXPECT_EQ(numbers(120), "loss 1.5  validation 2.5  rmse 3.5  1.0k samples/s  12 s left");
  EXPECT_EQ(numbers(79), "loss 1.5  validation 2.5  rmse 3.5  12 s left");
  EXPECT_EQ(numbers(60), "loss 1.5  rmse 3.5  12 s left");
  EXPECT_EQ(progress_bar(state, 35), "epoch 1/2 [.......]  loss 1.5  12 s");
}

TEST(ProgressBar, FitsAnyWidth) {
  const ProgressState state{.epoch = 1, .epochs = 2, .fraction = 0.5, .loss = 1.5};
  for (int width = 0; width < 80; ++width)
    EXPECT_LE(progress_bar(state, width).size(), static_cast<std::size_t>(width));
}

}  // namespace
}  // namespace isinglass
