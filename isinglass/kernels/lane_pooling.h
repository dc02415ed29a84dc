// isinglass/kernels/lane_pooling.h - pooling.h for whole blocks of samples in lanes (sample_lanes.h).
//
// x and dx are in lanes; y, winners and dy are where y_in_lanes, else rows. All compute the samples of whole blocks and
// return how many these are. The law is that of pooling.h, number by number.
#pragma once
#include "isinglass/kernels/pooling.h"
#include "isinglass/kernels/sample_lanes.h"

namespace isinglass::kernels {

// Numbers of working memory.
inline Index lane_pooling_scratch(const Window& window) {
  return 2 * window.out_size() * kLaneSamples;
}

Index pool_max_in_lanes(const Window& window, View<const float> x, View<float> y, View<float> winner, bool y_in_lanes,
                        float* scratch);
Index pool_average_in_lanes(const Window& window, View<const float> x, View<float> y, bool y_in_lanes, float* scratch);
Index pool_max_adjoint_in_lanes(const Window& window, View<const float> dy, View<const float> winner, View<float> dx,
                                bool y_in_lanes, float* scratch);
Index pool_average_adjoint_in_lanes(const Window& window, View<const float> dy, View<float> dx, bool y_in_lanes,
                                    float* scratch);

}  // namespace isinglass::kernels
