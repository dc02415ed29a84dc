// isinglass/lab/picture.h - pictures and signals to slide a window over: some that are drawn here, and one's own, made small.
#pragma once
#include <string_view>
#include <vector>

#include "isinglass/io/array.h"
#include "isinglass/lab/convolve.h"

namespace isinglass {

struct SamplePicture {
  std::string_view name;
  Plane plane;  // of a signal, one row; numbers from 0 to 1 unless they are to be reckoned with
};
// Those for signals (1 dimension) or for images (2).
const std::vector<SamplePicture>& sample_pictures(int dimensions);

// A picture as grey numbers from 0 (black) to 1 (white), so small that its longer side has at most `longest` numbers:
// each is the mean of the pixels that fall into it. `image` as parse_image gives it: U8, (H, W) or (H, W, 3).
Plane grey_picture(const Array& image, Index longest);

}  // namespace isinglass
