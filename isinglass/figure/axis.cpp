#include "isinglass/figure/axis.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/base/value.h"
#include "isinglass/figure/number_label.h"

namespace isinglass {
namespace {

constexpr double kLargest = 1e300, kSmallest = 1e-300;  // beyond these, differences and quotients over- or underflow
constexpr double kFarthest = 1e6;                       // pixels

// 10^exponent times mantissa, correctly rounded where the power itself is exact.
double scaled(double mantissa, int exponent) {
  return exponent >= 0 ? mantissa * std::pow(10.0, exponent) : mantissa / std::pow(10.0, -exponent);
}

int decade_of(double size) {
  return static_cast<int>(std::floor(std::log10(size) + 1e-12));
}

struct Step {
  int mantissa, exponent;  // 1, 2 or 5 times 10^exponent
  double size() const { return scaled(mantissa, exponent); }
};

// The smallest step that makes at most `most` intervals.
Step round_step(double span, int most) {
  const double least = span / std::max(most, 1);
  const int exponent = decade_of(least);
  for (const int mantissa : {1, 2, 5})
    if (scaled(mantissa, exponent) >= least * (1 - 1e-9)) return {mantissa, exponent};
  return {1, exponent + 1};
}

template <class Visit>
void for_multiples(double step, const AxisRange& range, Visit&& visit) {
  const double slack = 1e-9;
  const double first = std::ceil(range.low / step - slack), last = std::floor(range.high / step + slack);
  for (double i = first; i <= last && i - first < 10000; ++i) visit(i);
}

void add_linear_ticks(const AxisRange& range, int most, Ticks& ticks) {
  const Step step = round_step(range.high - range.low, most);
  const double largest = std::max(std::abs(range.low), std::abs(range.high));
  const int digits_before = decade_of(largest);
  // Labels of many zeros leave out a power of ten, which stands with the name of the axis.
  const bool is_factored = digits_before >= 5 || (digits_before < -2 && step.exponent < -3);
  const int factor = is_factored ? digits_before : 0;
  if (is_factored) ticks.factor = power_label(factor);
  const int decimals = std::max(0, factor - step.exponent);
  for_multiples(step.size(), range, [&](double i) {
    const double at = scaled(i * step.mantissa, step.exponent);
    ticks.major.push_back({at, fixed_label(scaled(i * step.mantissa, step.exponent - factor), decimals)});
  });
  const int parts = step.mantissa == 2 ? 4 : 5;
  for_multiples(step.size() / parts, range, [&](double i) {
    if (std::fmod(i, parts) != 0) ticks.minor.push_back(i * step.size() / parts);
  });
}

std::string decade_label(int exponent, bool is_plain) {
  return is_plain ? fixed_label(scaled(1, exponent), std::max(-exponent, 0)) : power_label(exponent);
}

// Less than two powers of ten lie in the range: 1, 2, 5 times each.
void add_log_ticks_between(const AxisRange& range, Ticks& ticks) {
  for (int e = decade_of(range.low); e <= decade_of(range.high); ++e)
    for (int m = 1; m <= 9; ++m) {
      const double at = scaled(m, e);
      if (at < range.low * (1 - 1e-9) || at > range.high * (1 + 1e-9)) continue;
      if (m == 1 || m == 2 || m == 5)
        ticks.major.push_back({at, number_label(at)});
      else
        ticks.minor.push_back(at);
    }
}

void add_log_ticks(const AxisRange& range, int most, Ticks& ticks) {
  const int first = static_cast<int>(std::ceil(std::log10(range.low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(range.high) + 1e-9));
  if (last - first < 1) {
    add_log_ticks_between(range, ticks);
    if (ticks.major.size() >= 2) return;
    ticks = {};
    add_linear_ticks(range, most, ticks);  // a narrow range is nearly linear
    return;
  }
  const int every = 1 + (last - first) / std::max(most, 1);
  const bool is_plain = first >= -3 && last <= 4;
  for (int e = first; e <= last; ++e)
    if ((e - first) % every == 0)
      ticks.major.push_back({scaled(1, e), decade_label(e, is_plain)});
    else
      ticks.minor.push_back(scaled(1, e));
  if (every > 1) return;
  for (int e = first - 1; e <= last; ++e)
    for (int m = 2; m <= 9; ++m)
      if (const double at = scaled(m, e); at >= range.low && at <= range.high) ticks.minor.push_back(at);
}

// Widens a range of one point.
AxisRange opened(double low, double high, Axis::Kind kind) {
  if (kind == Axis::kLog) return high / low > 1 + 1e-9 ? AxisRange{low, high} : AxisRange{low / 2, high * 2};
  const double size = std::max(std::abs(low), std::abs(high));
  if (high - low > size * 1e-9 && high - low > kSmallest) return {low, high};
  const double extra = size > kSmallest ? size * 0.1 : 1;
  return {low - extra, high + extra};
}

}  // namespace

void DataRange::include(double number) {
  if (!std::isfinite(number)) return;
  number = std::clamp(number, -kLargest, kLargest);
  low = is_empty ? number : std::min(low, number);
  high = is_empty ? number : std::max(high, number);
  is_empty = false;
}

void DataRange::include(const std::vector<double>& numbers, Axis::Kind kind) {
  for (const double number : numbers)
    if (kind != Axis::kLog || number >= kSmallest) include(number);
}

AxisScale::AxisScale(Axis::Kind kind, double low, double high, double from, double to)
    : kind_(kind), low_(low), high_(high), from_(from), to_(to) {}

double AxisScale::operator()(double number) const {
  double t = 0;
  if (kind_ == Axis::kLog)
    t = number > 0 ? std::log(number / low_) / std::log(high_ / low_) : std::nan("");
  else
    t = (number - low_) / (high_ - low_);
  return std::isfinite(t) ? std::clamp(from_ + t * (to_ - from_), -kFarthest, kFarthest) : std::nan("");
}

bool AxisScale::contains(double number) const {
  const double slack = (kind_ == Axis::kLog ? low_ : high_ - low_) * 1e-9;
  return number >= low_ - slack && number <= high_ + (kind_ == Axis::kLog ? high_ * 1e-9 : slack);
}

AxisRange axis_range(const Axis& axis, const DataRange& data, bool is_tight, const std::string& axis_name) {
  const bool is_log = axis.kind == Axis::kLog;
  for (const std::optional<double>& bound : {axis.low, axis.high})
    if (bound && (!(std::abs(*bound) <= kLargest) || (is_log && !(*bound >= kSmallest))))
      throw InputError("axis " + axis_name + ": expected a bound " +
                       (is_log ? "above 0, as the axis is logarithmic" : "of at most 1e300 in size") + "; found " +
                       number_text(*bound));
  if (axis.low && axis.high && !(*axis.low < *axis.high))
    throw InputError("axis " + axis_name + ": expected the lower bound below the upper one, found " +
                     number_text(*axis.low) + " and " + number_text(*axis.high) +
                     "; to turn the axis around, set is_reversed");
  DataRange shown = data;
  if (shown.is_empty) shown = {.is_empty = false, .low = is_log ? 1.0 : 0.0, .high = is_log ? 10.0 : 1.0};
  AxisRange range = opened(shown.low, shown.high, axis.kind);
  if (!is_tight && is_log) {
    const double margin = std::pow(range.high / range.low, 0.05);
    range = {range.low / margin, range.high * margin};
  } else if (!is_tight) {
    const double margin = (range.high - range.low) * 0.05;
    range = {range.low - margin, range.high + margin};
  }
  // A bound that was asked for holds; the other gives way.
  range.low =
      axis.low.value_or(axis.high && range.low >= *axis.high ? (is_log ? *axis.high / 10 : *axis.high - 1) : range.low);
  range.high = axis.high.value_or(range.high <= range.low ? (is_log ? range.low * 10 : range.low + 1) : range.high);
  return opened(range.low, range.high, axis.kind);
}

Ticks ticks_of(const Axis& axis, const AxisRange& range, int most) {
  Ticks ticks;
  if (!axis.ticks.empty()) {
    const AxisScale scale(axis.kind, range.low, range.high, 0, 1);
    for (const Tick& tick : axis.ticks)
      if (scale.contains(tick.at)) ticks.major.push_back(tick);
    for (const double at : axis.minor)
      if (scale.contains(at)) ticks.minor.push_back(at);
  } else if (axis.kind == Axis::kLog) {
    add_log_ticks(range, most, ticks);
  } else {
    add_linear_ticks(range, most, ticks);
  }
  return ticks;
}

}  // namespace isinglass
