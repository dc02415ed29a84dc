// isinglass/train/ranges.h - the ranges that settings of training share; all exclude infinity.
#pragma once
#include "isinglass/base/options.h"

namespace isinglass {

inline Constraint positive_finite() {
  return {.low = 0, .low_open = true, .high_open = true};
}
inline Constraint non_negative_finite() {
  return {.low = 0, .high_open = true};
}
inline Constraint fraction() {
  return {.low = 0, .high = 1, .low_open = true};
}  // (0, 1]

}  // namespace isinglass
