// isinglass/kernels/patch_gradient.h - equation (3) of convolution.h with the numbers of a window in the lanes of vectors.
//
// A kernel's gradient has a row for each number of a window and a column for each output. Where outputs are few, vectors
// of outputs are mostly empty. Windows are not, once their numbers lie side by side: the rows of x that a row of windows
// reads are transposed, column by column, so that a window is one run of numbers, and its neighbour begins some columns
// later.
//
// The law is that of convolution.h, number by number.
#pragma once
#include "isinglass/kernels/convolution.h"

namespace isinglass::kernels {

// Numbers of working memory; 0 where windows in lanes do not pay.
Index patch_gradient_scratch(const Convolution& convolution);

// Arguments as of convolution_gradient(). False, and nothing done, where it does not pay.
bool patch_gradient(const Convolution& convolution, View<const float> x, View<const float> y, Index first,
                    View<float> g, float* scratch, bool resumes);
bool patch_gradient(const Convolution& convolution, View<const double> x, View<const double> y, Index first,
                    View<double> g, double* scratch, bool resumes);

}  // namespace isinglass::kernels
