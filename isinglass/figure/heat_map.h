// isinglass/figure/heat_map.h - a matrix as coloured cells.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/colour_bar.h"

namespace isinglass {

struct HeatMap {
  std::string title, x_label, y_label;
  Index rows = 0, cols = 0;
  std::vector<double> values;  // row by row, row 0 on top
  ColourScale colours = {};
  std::vector<std::string> row_names = {}, col_names = {};  // "" or absent: their numbers from 0
  bool has_numbers = true;                                  // written into the cells where these are large enough
  int digits = 3;                                           // significant ones of these numbers
  double cell = 0;  // its side; 0: chosen so that the whole is of a convenient size
};

// The series "heat map" has columns "rows", "cols" (one number each) and "values". Throws InputError when the number of
// values is not rows times cols, or there are more than 2^22.
Scene draw(const HeatMap& map);

}  // namespace isinglass
