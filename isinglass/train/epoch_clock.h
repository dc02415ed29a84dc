// isinglass/train/epoch_clock.h - how long epochs take, asked so rarely that the asking does not count.
#pragma once
#include <algorithm>
#include <chrono>

namespace isinglass {

// To look at the clock takes as long as a tiny network's whole epoch. Where epochs take less than kBetween, several share
// a look: each is said to have taken what those before the last look took on average.
class EpochClock {
 public:
  using Clock = std::chrono::steady_clock;

  // An epoch begins, and is timed by itself.
  void start() {
    looked_ = Clock::now();
    laps_ = 0;
    every_ = 1;
  }
  // An epoch ends, and the next begins: its seconds.
  double lap() {
    if (++laps_ < every_) return seconds_;
    const Clock::time_point now = Clock::now();
    seconds_ = std::chrono::duration<double>(now - looked_).count() / laps_;
    looked_ = now;
    laps_ = 0;
    every_ = static_cast<int>(std::clamp(kBetween / std::max(seconds_, kBetween / kMost), 1.0, kMost));
    return seconds_;
  }
  // Of an epoch that goes no further.
  double stop() const {
    return std::max(std::chrono::duration<double>(Clock::now() - looked_).count() - laps_ * seconds_, 0.0);
  }
  Clock::time_point last_look() const { return looked_; }

 private:
  static constexpr double kBetween = 5e-6, kMost = 32;  // seconds, epochs
  Clock::time_point looked_ = Clock::now();
  double seconds_ = 0;        // of an epoch, on average
  int laps_ = 0, every_ = 1;  // since the last look, and when the next is due
};

}  // namespace isinglass
