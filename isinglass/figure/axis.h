// isinglass/figure/axis.h - an axis: its range, its ticks, and where a number lies on it.
//
//     linear   ticks at multiples of 1, 2 or 5 times a power of ten, minor ones between
//     log      ticks at powers of ten, minor ones at 2 to 9 times; numbers up to 0 have no place
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace isinglass {

struct Tick {
  double at = 0;
  std::string label = {};
};

// What a chart asks of an axis. What is left out follows from the data.
struct Axis {
  enum Kind { kLinear, kLog };
  Kind kind = kLinear;
  std::optional<double> low = {}, high = {};
  bool is_reversed = false;        // from right to left, or downwards
  std::vector<Tick> ticks = {};    // instead of ticks at round numbers: names of places
  std::vector<double> minor = {};  // beside `ticks`
};

// The finite range of some numbers (of the positive ones for a log axis).
struct DataRange {
  bool is_empty = true;
  double low = 0, high = 1;
  void include(double number);
  void include(const std::vector<double>& numbers, Axis::Kind kind);
};

// From numbers to pixels.
class AxisScale {
 public:
  // `low` (> 0 for a log axis) is at pixel `from`, `high` at pixel `to`.
  AxisScale(Axis::Kind kind, double low, double high, double from, double to);

  // NaN for what has no place. Far outside numbers stay within a million pixels.
  double operator()(double number) const;
  Axis::Kind kind() const { return kind_; }
  double low() const { return low_; }
  double high() const { return high_; }
  bool contains(double number) const;

 private:
  Axis::Kind kind_;
  double low_, high_, from_, to_;
};

// The range that an axis shows: as asked, else that of the data, with a margin of a twentieth unless `is_tight`. Never
// empty. Throws InputError for bounds that are not finite, not in order, or not above 0 on a log axis.
struct AxisRange {
  double low, high;
};
AxisRange axis_range(const Axis& axis, const DataRange& data, bool is_tight, const std::string& axis_name);

struct Ticks {
  std::vector<Tick> major;
  std::vector<double> minor;
  std::string factor;  // "10^{-5}" where the labels leave out a power of ten, else ""
};

// At most about `most` labelled ticks, at least 2 where the range allows.
Ticks ticks_of(const Axis& axis, const AxisRange& range, int most);

}  // namespace isinglass
