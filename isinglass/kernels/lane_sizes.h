// isinglass/kernels/lane_sizes.h - which convolutions go through lanes of samples, and what they hold there.
#pragma once
#include <algorithm>
#include <array>

#include "isinglass/kernels/convolution.h"
#include "isinglass/kernels/unfolding.h"

namespace isinglass::kernels {

constexpr Index kMostLaneSteps = 1024;  // of a chain

// In vectors: the padded image, and rows of y; for the adjoint y with zeros around it, and the image.
struct LaneSizes {
  explicit LaneSizes(const Convolution& k, const Layout& layout)
      : rows(k.window.rows.in + k.window.rows.before + k.window.rows.after),
        cols(k.window.cols.in + k.window.cols.before + k.window.cols.after),
        block_rows(std::clamp<Index>(kBlockPlaces / k.window.cols.out, 1, k.window.rows.out)),
        padded(k.channels_in * rows * cols),
        sums(k.channels_out / k.groups * block_rows * k.window.cols.out),
        wide(k.channels_out * layout.wide_rows() * layout.wide_cols()),
        image(k.channels_in / k.groups * k.window.in_size()) {}
  static constexpr Index kBlockPlaces = 128;
  Index rows, cols;  // of a padded plane
  Index block_rows;  // of y at a time
  Index padded, sums, wide, image;
};

// How many of the samples go through lanes: a vector that is mostly full is worth it.
constexpr Index samples_in_lanes(Index samples, Index lanes) {
  const Index left = samples % lanes;
  return lanes > 1 && 4 * left < 3 * lanes ? samples - left : samples;
}

}  // namespace isinglass::kernels
