// isinglass/figure/run_activations.h - what the layers of a run's network make of its samples.
#pragma once
#include "isinglass/figure/scene.h"
#include "isinglass/record/run_reader.h"

namespace isinglass {

// A histogram of the outputs of each layer over training samples (at most 500, evenly spread), as in use.
Scene draw_activations(RunReader& run, Index epoch);

// A training sample and the maps that the layers of images make of it, at most 16 of each. Throws InputError for a
// sample beyond the data, and for a network whose samples are no images.
Scene draw_feature_maps(RunReader& run, Index epoch, Index sample);

}  // namespace isinglass
