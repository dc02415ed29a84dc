// isinglass/kernels/tiled_convolution.h - convolution.h for 3 x 3 kernels of stride 1 in floats, by winograd.h.
//
// The numbers of doubles stay direct sums: they are what explanations and golden numbers are checked against.
#pragma once
#include "isinglass/kernels/convolution.h"

namespace isinglass::kernels {

// Whether convolutions of floats, all three of them, go this way: by their shape alone, so that bits depend on neither
// machine nor batch. Few channels do not fill the products, few places not their vectors.
bool takes_tiles(const Convolution& convolution);

// Numbers of working memory.
Index tiled_scratch(const Convolution& convolution);

void convolve_by_tiles(const Convolution& convolution, View<const float> x, View<const float> w, const float* b,
                       View<float> y, float* scratch);
void convolve_adjoint_by_tiles(const Convolution& convolution, View<const float> y, View<const float> w, const float* b,
                               View<float> x, float* scratch);
void gradient_by_tiles(const Convolution& convolution, View<const float> x, View<const float> y, Index first,
                       View<float> g, float* scratch, bool resumes);

}  // namespace isinglass::kernels
