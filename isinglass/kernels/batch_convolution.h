// isinglass/kernels/batch_convolution.h - convolutions (1) and (2) of convolution.h with samples in the lanes of vectors.
//
// Where channels are few and maps are small, vectors of neighbouring places are short of work: rows end, strides and
// padding ask for copies. A vector of the same number of many samples knows neither. Samples are transposed on the way
// in and out, which pays where a number takes part in several multiply-adds.
//
// The law is that of convolution.h, number by number: who computes a sample changes no bit of it.
#pragma once
#include <span>

#include "isinglass/kernels/convolution.h"
#include "isinglass/kernels/sample_lanes.h"

namespace isinglass::kernels {

// Whether samples in lanes pay: by the shape alone.
bool takes_lanes(const Convolution& convolution);

// Numbers of working memory; 0 where samples in lanes do not pay.
Index batch_convolution_scratch(const Convolution& convolution);

// Both compute the first samples and return how many: whole vectors of them, or all; 0 where it does not pay. `packed`
// has the factors as correlate takes them: for each group; in (2) within it for each phase. With operands that lie in lanes,
// which is for takes_lanes() alone and in (2) for a padding that repeats no numbers, they compute all of these.
Index convolve_batch(const Convolution& convolution, View<const float> x, const float* packed, const float* b,
                     View<float> y, float* scratch, InLanes lanes);
Index convolve_batch(const Convolution& convolution, View<const double> x, const double* packed, const double* b,
                     View<double> y, double* scratch, InLanes lanes);
Index convolve_adjoint_batch(const Convolution& convolution, View<const float> y, const float* packed, const float* b,
                             View<float> x, float* scratch, InLanes lanes);
Index convolve_adjoint_batch(const Convolution& convolution, View<const double> y, const double* packed,
                             const double* b, View<double> x, double* scratch, InLanes lanes);

}  // namespace isinglass::kernels
