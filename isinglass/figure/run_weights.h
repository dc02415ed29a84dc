// isinglass/figure/run_weights.h - all weights of one layer of a run, large or small.
#pragma once
#include <string>

#include "isinglass/figure/scene.h"
#include "isinglass/record/run_reader.h"

namespace isinglass {

// The kernel of a layer at an epoch: as images where it looks at images (at most 64), else as a matrix; and the
// histogram of all its numbers beside it. `layer` is "layer2", or "" for the first layer with a kernel. Throws
// OptionError for another name, InputError for a layer without a kernel or one of more than 2^22 numbers.
Scene draw_weights(RunReader& run, Index epoch, const std::string& layer = "");

// The side of the square image that a list of so many pixels may be, 0 if it is none.
Index image_side(Index pixels);

}  // namespace isinglass
