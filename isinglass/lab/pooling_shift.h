// isinglass/lab/pooling_shift.h - how far outputs move when an image is shifted, with and without pooling (spec C7).
//
//     f(x) = pool(relu(k * x)),   x_s = the image s pixels further to the right                 (1)
//     d(s) = |f(x_s) - f(x_0)| / (sqrt(2) |f(x_0) - mean of f(x_0)|)                            (2)
//     c(s) = share of outputs f(x_0)_j above a tenth of the largest with |f(x_s)_j - f(x_0)_j| > f(x_0)_j / 4      (3)
//
// (2) is 0 for outputs that stay as they are, and about 1 for those of two images that have nothing to do with each
// other. Source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 9.3.
#pragma once
#include <string>
#include <vector>

#include "isinglass/io/array.h"
#include "isinglass/lab/convolve.h"

namespace isinglass {

struct PoolingRow {
  std::string name;                       // "max 2 x 2", ...
  Index rows = 0, cols = 0;               // of f
  std::vector<double> distance, changed;  // (2), (3) for s = 0, 1, ..; NaN where f(x_0) is the same everywhere
  std::vector<Plane> outputs;             // f(x_s)
};

struct PoolingExperiment {
  std::vector<Plane> images;  // x_s
  std::vector<PoolingRow> rows;
};

// Shifts by 0 .. `shifts` pixels: windows of the image that begin so much further to the left, so that what comes in is
// part of the image, too. Throws InputError when the image is too small for that, or relu(k * x) the same everywhere.
PoolingExperiment pooling_experiment(const Plane& image, const Plane& kernel, Index shifts);

// A ring, a bar and a dot, 48 x 72, from 0 to 1.
Plane demonstration_image();

// A picture file's numbers as grey from 0 to 1; of a large one, means of blocks, so that no side has more than 256.
Plane grey_plane(const Array& image);

}  // namespace isinglass
