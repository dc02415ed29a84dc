// isinglass/book/profile_figure.h - samples of a few numbers each, drawn as lines, with a label for each.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/chart.h"

namespace isinglass {

struct Profiles {
  std::string title;
  std::vector<std::vector<double>> samples;  // the numbers of each
  std::vector<double> labels;                // one for each sample
  std::string label_name;                    // what the labels are
  std::vector<std::string> names = {};       // of the samples, where they are written, too
};

// Values (up) against positions 1, 2, ... (to the right), labels on the right.
Scene draw_across(const Profiles& profiles, const Axis& values);
// Positions downwards as the inputs of a network are drawn, values to the right; names on top, labels below.
Scene draw_down(const Profiles& profiles, const Axis& values);
// Sample i is the series "sample i" with its numbers in the column of their axis; the labels are "label", column "y".

// A colour for each sample, dark to light by its label.
std::vector<Colour> colours_by_label(const std::vector<double>& labels);

}  // namespace isinglass
