#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cli/output.h"

namespace isinglass {

std::string duration_text(double seconds) {
  constexpr double kMinute = 60, kHour = 3600, kDay = 86400, kLongest = 1e5 * kDay;
  if (!(seconds >= 0 && seconds < kLongest)) return "?";
  const auto pair = [](double whole, double part, const char* format) {
    return fmt::format(fmt::runtime(format), static_cast<Index>(whole), static_cast<Index>(part));
  };
  if (seconds < 0.0995) return fmt::format("{:.2g} ms", 1000 * seconds);
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const double s = std::round(seconds);
  if (s < kMinute) return fmt::format("{:.0f} s", s);
  if (s < kHour) return pair(s / kMinute, std::fmod(s, kMinute), "{} min {:02} s");
  if (s < kDay) return pair(s / kHour, std::fmod(s, kHour) / kMinute, "{} h {:02} min");
  return pair(s / kDay, std::fmod(s, kDay) / kHour, "{} d {:02} h");
}

std::string rate_text(double per_second) {
  if (per_second < 1000) return fmt::format("{:.0f}", per_second);
  if (per_second < 1e6) return fmt::format("{:.1f}k", per_second / 1e3);
  return fmt::format("{:.1f}M", per_second / 1e6);
}

double seconds_left(double first, double fraction, double seconds) {
  if (fraction <= first) return std::numeric_limits<double>::infinity();
  return seconds * std::max(0.0, 1 - fraction) / (fraction - first);
}

bool is_worth_a_line(Index epochs_done, Index epochs) {
  constexpr Index kLines = 20;
  if (epochs <= kLines || epochs_done <= 1) return true;
  // Epochs are at most 1e9, so the products stay far from any overflow.
  return epochs_done * kLines / epochs != (epochs_done - 1) * kLines / epochs;
}

namespace {

std::string epoch_text(const ProgressState& s) {
  return fmt::format("{}epoch {}/{}", s.part, s.epoch, s.epochs);
}

constexpr std::chrono::milliseconds kRedraw{50};

// The numbers, of which the `without` least important ones are left out.
std::string numbers_text(const ProgressState& s, int without = 0) {
  std::string text = fmt::format("loss {:.4g}", s.loss);
  if (s.validation_loss && without < 2) text += fmt::format("  validation {:.4g}", *s.validation_loss);
  if (s.headline && without < 3) text += fmt::format("  {} {:.4g}", s.headline->first, s.headline->second);
  if (s.samples_per_second > 0 && without < 1) text += fmt::format("  {} samples/s", rate_text(s.samples_per_second));
  if (s.fraction < 1 && std::isfinite(s.seconds_left)) text += fmt::format("  {} left", duration_text(s.seconds_left));
  return text;
}

}  // namespace

std::string progress_text(const ProgressState& state) {
  return epoch_text(state) + "  " + numbers_text(state);
}

std::string progress_bar(const ProgressState& state, int width) {
  constexpr int kShortestBar = 6, kLongestBar = 30, kMostLeftOut = 3;
  const auto length = static_cast<std::size_t>(std::clamp(width / 5, kShortestBar, kLongestBar));
  const auto full = static_cast<std::size_t>(std::clamp(state.fraction, 0.0, 1.0) * static_cast<double>(length));
  const std::string head = epoch_text(state) + " [" + std::string(full, '#') + std::string(length - full, '.') + "]  ";
  const auto columns = static_cast<std::size_t>(std::max(width, 0));
  for (int without = 0; without < kMostLeftOut; ++without)
    if (const std::string line = head + numbers_text(state, without); line.size() <= columns) return line;
  return (head + numbers_text(state, kMostLeftOut)).substr(0, columns);
}

ProgressDisplay::ProgressDisplay(Style style, std::string part)
    : style_(style), start_(Clock::now()), last_look_(start_), last_drawing_(start_) {
  state_.part = std::move(part);
  if (style_ != Style::kBar) until_clock_ = std::numeric_limits<Index>::max();
}

void ProgressDisplay::measure(double epochs_done, Index samples) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  state_.fraction = epochs_done / static_cast<double>(std::max<Index>(1, state_.epochs));
  if (!first_) {
    first_ = state_.fraction;
    start_ = Clock::now();
    samples_ = -samples;
    return;
  }
  state_.samples_per_second = seconds > 0 ? static_cast<double>(samples_ + samples) / seconds : 0;
  state_.seconds_left = seconds_left(*first_, state_.fraction, seconds);
}

void ProgressDisplay::look_at_clock(const BatchReport& report) {
  using namespace std::chrono_literals;
  constexpr Index kLongestStride = 1 << 16;
  const Clock::time_point now = Clock::now();
  if (now - last_look_ < 2ms)
    stride_ = std::min(2 * stride_, kLongestStride);
  else if (now - last_look_ > 10ms)
    stride_ = std::max<Index>(1, stride_ / 2);
  last_look_ = now;
  until_clock_ = stride_;
  if (first_ && now - last_drawing_ < kRedraw) return;
  state_.epoch = report.epoch + 1;
  state_.epochs = report.epochs;
  state_.loss = report.mean_loss;
  measure(static_cast<double>(report.epoch) + static_cast<double>(report.batch) / static_cast<double>(report.batches),
          report.samples);
  draw();
}

void ProgressDisplay::draw() {
  last_drawing_ = Clock::now();
  is_on_screen_ = true;
  say_in_place(progress_bar(state_, terminal_width() - 1));
}

void ProgressDisplay::on_epoch(const EpochReport& report) {
  if (style_ == Style::kNone) return;
  state_.epoch = report.epoch + 1;
  state_.epochs = report.epochs;
  state_.loss = report.train_loss;
  if (report.validation) {
    state_.validation_loss = report.validation->loss;
    state_.headline = report.validation->headline();
  }
  if (!first_) first_ = static_cast<double>(report.epoch) / static_cast<double>(report.epochs);
  measure(static_cast<double>(report.epoch + 1), report.samples);
  samples_ += report.samples;
  if (style_ == Style::kLines && is_worth_a_line(report.epoch + 1, report.epochs)) say(progress_text(state_));
  if (style_ == Style::kBar && Clock::now() - last_drawing_ >= kRedraw) draw();
}

void ProgressDisplay::clear() {
  if (is_on_screen_) say_in_place("");
  is_on_screen_ = false;
}

}  // namespace isinglass
