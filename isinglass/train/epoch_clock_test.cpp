// Epochs that are worth a look at the clock are timed; the others get no time that nobody measured.
#include "isinglass/train/epoch_clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace isinglass {
namespace {

constexpr double kNap = 0.002;  // seconds
void nap() {
  std::this_thread::sleep_for(std::chrono::duration<double>(kNap));
}

TEST(EpochClock, TimesALongEpochAndTheFirstByThemselves) {
  EpochClock clock;
  for (int i = 0; i < 3; ++i) {
    nap();
    EXPECT_GE(clock.lap(), kNap);
  }
  for (int i = 0; i < 100; ++i) EXPECT_GE(clock.lap(), 0);
  clock.start();
  nap();
  EXPECT_GE(clock.lap(), kNap);
}

TEST(EpochClock, AnEpochThatGoesNoFurtherHasItsOwnTime) {
  EpochClock clock;
  clock.start();
  nap();
  EXPECT_GE(clock.stop(), kNap);
}

}  // namespace
}  // namespace isinglass
