// isinglass/kernels/lane_gradient.h - equation (3) of convolution.h with samples in the lanes of vectors.
//
// A sum over places is a chain for each sample, and samples are side by side: nothing is turned, broadcast or padded to
// vectors. So convolutions of floats that go through lanes (takes_lanes()) have a law of their own,
//
//     s_n[(c, i, j), o] = sum_(r, s) x_n[c, rows.place(r, i), cols.place(s, j)] y_n[o, r, s]    (1)
//     g = (((s_0 + s_1) + s_2) + ..)                                                            (2)
//
// (1) a chain of fused multiply-adds over r, then s, from zero; (2) a chain of additions from zero, or from the sums that
// g holds. Doubles keep the single chain of convolution.h.
#pragma once
#include "isinglass/kernels/convolution.h"

namespace isinglass::kernels {

// Of a convolution that takes_lanes().
Index lane_gradient_scratch(const Convolution& convolution);

// Adds the first samples to rows first .. first + g.rows - 1 of g, and returns how many: all that lie in whole vectors.
Index lane_gradient(const Convolution& convolution, View<const float> x, View<const float> y, Index first,
                    View<float> g, float* scratch, InLanes lanes);

}  // namespace isinglass::kernels
