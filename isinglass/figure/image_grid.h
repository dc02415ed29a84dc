// isinglass/figure/image_grid.h - images in rows and columns: samples, reconstructions beside them, learned kernels.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/colour_bar.h"

namespace isinglass {

struct GridImage {
  Index channels = 1, rows = 0, cols = 0;  // 1 channel, or 3: red, green, blue
  std::vector<double> values;              // (channels, rows, cols)
  std::string caption = {};
};

struct ImageGrid {
  std::string title;
  std::vector<GridImage> images;  // from left to right, top to bottom
  Index columns = 8;
  std::vector<std::string> row_names = {};
  ColourScale colours = {.map = ColourMap::kGrey, .low = 0, .high = 1};  // the bounds hold for three channels, too
  bool has_bar = false;
  double side = 72;  // of the longer side of an image
};

// Image k is the series "image K" with columns "channels", "rows", "cols" and "values". Throws InputError when sizes do
// not fit, or there are more than 2^22 numbers.
Scene draw(const ImageGrid& grid);

}  // namespace isinglass
