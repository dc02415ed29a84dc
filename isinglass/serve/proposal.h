// isinglass/serve/proposal.h - an experiment to begin with, for data that somebody just brought along.
#pragma once
#include "isinglass/base/value.h"
#include "isinglass/data/raw_data.h"

namespace isinglass {

// The draft with what it lacks. [data]: the target (the last column), what scales it, what fills gaps, a share for
// validation; a column of a few whole numbers is taken as classes. [model]: a small dense network. [train]: Adam. What
// the draft says stays.
Value proposed(Value draft, const RawData& raw);

// The draft with an output layer that fits: `outputs` units, with softmax for classes. Only a last layer that is dense
// is changed.
Value fitted_output(Value draft, Index outputs, bool is_classification);

}  // namespace isinglass
