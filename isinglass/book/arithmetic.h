// isinglass/book/arithmetic.h - what the chapters work out without training: counts, sizes, rates, small convolutions.
#pragma once
#include "isinglass/book/chapter.h"

namespace isinglass {

// Weights and biases of fully connected networks.
BookTable parameter_table();
// A learning rate of 0.2 under the decay that the material prints and under the usual one.
BookTable decay_table();
// Sizes of feature maps, floor((n + 2 pad - kernel) / stride) + 1.
BookTable map_size_table();
// An image of 4 x 4 under kernels, strides, padding and pooling.
BookFigure convolution_figure();

}  // namespace isinglass
