// isinglass/data/scaling.h - the affine map that brings numbers into a range where networks train
// well.
//
//   scaled = (x - center) / spread        x = scaled * spread + center
//   kind        center             spread
//   none        0                  1
//   unit        min                max - min               into [0, 1]
//   symmetric   (min + max) / 2    (max - min) / 2         into [-1, 1]
//   standard    mean               standard deviation      of the population (divided by n)
// Equal numbers have spread 1, so that they become 0 (symmetric, standard, unit) and can be
// restored. Source: rows N4 and N5 of the specification.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "isinglass/base/error.h"
#include "isinglass/base/shape.h"
#include "isinglass/base/value.h"

namespace isinglass {

struct Scale {
  double center = 0, spread = 1;

  double apply(double x) const { return (x - center) / spread; }
  double invert(double scaled) const { return scaled * spread + center; }
};

// The map of a kind for the `count` numbers at(0), at(1), ... Throws FormatError, with `what` in
// it, when there is no number or when their range is beyond double.
template <class At>
Scale fit_scale(std::string_view kind, Index count, const At& at, const std::string& what) {
  if (kind == "none") return {};
  if (count == 0) throw FormatError(what + " has no number in the training part to be scaled by");
  double low = at(0), high = low, sum = 0;
  for (Index i = 0; i < count; ++i) {
    const double x = at(i);
    low = std::min(low, x);
    high = std::max(high, x);
    sum += x;
  }
  const auto n = static_cast<double>(count);
  Scale scale;
  if (kind == "unit") scale = {low, high - low};
  if (kind == "symmetric") scale = {low / 2 + high / 2, high / 2 - low / 2};
  if (kind == "standard") {
    const double mean = sum / n;
    double squares = 0;
    for (Index i = 0; i < count; ++i) squares += (at(i) - mean) * (at(i) - mean);
    scale = {mean, std::sqrt(squares / n)};
  }
  // By the range, because rounding can give equal numbers a tiny deviation.
  if (low == high) return {low, 1};
  if (!std::isfinite(scale.center) || !std::isfinite(scale.spread) || scale.spread <= 0)
    throw FormatError(what + " reaches from " + number_text(low) + " to " + number_text(high) +
                      ", which is too far or too near to be scaled");
  return scale;
}

}  // namespace isinglass
