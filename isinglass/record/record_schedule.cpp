#include "isinglass/record/record_schedule.h"

#include <algorithm>
#include <cmath>

namespace isinglass {
namespace {

// The largest power of ten up to n, and how many powers that is; n at least 1.
Index decade(Index n, Index& exponent) {
  Index power = 1;
  for (exponent = 0; n / power >= 10; ++exponent) power *= 10;
  return power;
}

}  // namespace

Index next_logarithmic(Index n) {
  Index exponent = 0;
  return n == 0 ? 1 : (n / decade(n, exponent) + 1) * decade(n, exponent);
}

bool is_logarithmic(Index n) {
  Index exponent = 0;
  return n == 0 || n % decade(n, exponent) == 0;
}

bool RecordSchedule::selects(Index epoch, Index batch, Index step) const {
  if (is_spent_ || (!settings_.by_step && batch != 0)) return false;
  const Index n = settings_.by_step ? step : epoch;
  if (!settings_.logarithmic) {
    const Index period = settings_.every * stride_;
    return period == 1 || n % period == 0;  // a division takes as long as a tiny network's layer
  }
  if (!is_logarithmic(n)) return false;
  if (n == 0) return true;
  Index exponent = 0;
  const Index power = decade(n, exponent);
  return (9 * exponent + n / power) % stride_ == 0;
}

// How many after n would be selected, were there no budget.
Index RecordSchedule::still_to_come(Index n) const {
  if (!settings_.logarithmic) return (settings_.count - n) / settings_.every;
  Index count = 0;
  for (Index power = 1; power < settings_.count; power *= 10)
    for (Index digit = 1; digit <= 9; ++digit) count += digit * power > n && digit * power < settings_.count;
  return count;
}

bool RecordSchedule::take(Index bytes, Index epoch, Index step) {
  const double size = static_cast<double>(bytes);
  if (bytes_ + size > settings_.budget) is_spent_ = true;
  if (is_spent_) return false;
  bytes_ += size;
  const double left = settings_.budget - bytes_;
  if (left < settings_.budget / 2) {
    const Index n = settings_.by_step ? step : epoch;
    const double needed = std::ceil(static_cast<double>(still_to_come(n)) * size / std::max(left, 1.0));
    stride_ = std::max(stride_, static_cast<Index>(std::min(needed, static_cast<double>(settings_.count))));
  }
  return true;
}

}  // namespace isinglass
