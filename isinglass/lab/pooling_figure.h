// isinglass/lab/pooling_figure.h - an image and its shifted twin through each pooling, and how far the outputs move.
#pragma once
#include "isinglass/figure/scene.h"
#include "isinglass/lab/pooling_shift.h"

namespace isinglass {

// The pictures are of a shift by `shown` pixels.
Scene pooling_figure(const PoolingExperiment& experiment, Index shown);

}  // namespace isinglass
