// cli/progress.h - how far a training run is: a bar on a terminal, or some lines.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "isinglass/train/trainer.h"

namespace isinglass {

// "3.1 ms", "0.4 s", "42 s", "3 min 05 s", "2 h 05 min", "3 d 04 h"; "?" unless finite.
std::string duration_text(double seconds);
// "950", "45.3k", "1.2M".
std::string rate_text(double per_second);

// What is left of a run that went from `first` to `fraction` of the whole in `seconds`; infinite when that is
// not known yet.
double seconds_left(double first, double fraction, double seconds);

// Of a run of many epochs, those few worth a line each: the first, and at most 20 evenly spaced ones to the last.
bool is_worth_a_line(Index epochs_done, Index epochs);

struct ProgressState {
  std::string part = "";        // before the epoch: "fold 3/10 "
  Index epoch = 0, epochs = 0;  // of the epoch that runs, counted from 1
  double fraction = 0;          // of the whole run, 0 to 1
  double loss = 0;
  std::optional<double> validation_loss = {};                   // of the last epoch
  std::optional<std::pair<std::string, double>> headline = {};  // of the last epoch, on the validation data
  double samples_per_second = 0, seconds_left = 0;
};

// "epoch 3/10  loss 0.1234  validation 0.2345  accuracy 0.9312  1.2M samples/s  12 s left".
std::string progress_text(const ProgressState& state);
// The same with a bar behind the epoch, in at most `width` columns; what does not fit is left out.
std::string progress_bar(const ProgressState& state, int width);

class ProgressDisplay {
 public:
  enum class Style { kNone, kLines, kBar };
  explicit ProgressDisplay(Style style, std::string part = "");
  ~ProgressDisplay() { clear(); }
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  // Costs a nanosecond nearly always: the clock is read every few milliseconds, the bar drawn every 50. A run whose
  // batches are not reported is drawn at the end of an epoch.
  void on_batch(const BatchReport& report) {
    if (--until_clock_ <= 0) look_at_clock(report);
  }
  void on_epoch(const EpochReport& report);
  // Takes the bar off the screen, so that something else can be written there.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  void look_at_clock(const BatchReport& report);
  void measure(double epochs_done, Index samples);
  void draw();

  Style style_;
  Clock::time_point start_, last_look_, last_drawing_;
  Index until_clock_ = 1, stride_ = 1;  // batches between two looks at the clock
  Index samples_ = 0;                   // of whole epochs seen
  std::optional<double> first_;         // fraction of the run at the start
  ProgressState state_;
  bool is_on_screen_ = false;
};

}  // namespace isinglass
