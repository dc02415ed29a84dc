// isinglass/model/first_beyond.h - where a computation went wrong: the first number that is too large or no number.
#pragma once
#include <limits>
#include <string>

#include "isinglass/model/plan.h"

namespace isinglass {

// Looks through the plan's last batch in the order of computation for a number that is not finite, or is larger than
// `limit` in size: "layer2.kernel[3,0]", "layer1.in[4] of sample 7 of the batch"; "" when there is none.
template <class T>
std::string first_beyond(const Plan<T>& plan, double limit = std::numeric_limits<double>::max());

}  // namespace isinglass
