// isinglass/lab/universal.h - how well networks of growing width and depth take the shape of a function (spec N17).
//
// One hidden layer that is wide enough comes as near to any continuous function on an interval as one likes; how near
// a network of few parameters comes, and what depth gives, is an experiment. Every network trains by Adam on all points
// of an even grid, with a rate that falls to 0; of several starts the best on these points counts, and its error is
// measured on a grid eight times as fine.
// Source: Cybenko, Math. Control Signals Systems 2 (1989); Hornik, Neural Networks 4 (1991); spec N17.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "isinglass/base/shape.h"
#include "isinglass/lab/formula.h"

namespace isinglass {

struct UniversalSettings {
  double low = -1, high = 1;  // the interval
  std::string activation = "tanh";
  std::vector<Index> widths = {1, 2, 4, 8, 16, 32, 64};  // of one hidden layer
  std::vector<Index> depths = {1, 2, 3, 4};              // layers of `deep_width`
  Index deep_width = 8;
  Index points = 128, epochs = 3000, starts = 3, seed = 1;
};

struct UniversalFit {
  Index width = 0, depth = 0, parameters = 0;
  double rms = 0, largest = 0;  // of the error
  std::vector<double> fitted;   // on the fine grid
};

struct UniversalExperiment {
  std::vector<double> x, y;  // the fine grid and the function on it
  std::vector<UniversalFit> by_width, by_depth;
};

// Throws InputError for a function that is not finite everywhere on the interval, or the same everywhere; OptionError
// for an activation that is not known. `tell` is told how much is done, from any thread.
UniversalExperiment universal_experiment(const Formula& function, const UniversalSettings& settings,
                                         const std::function<void(double)>& tell = {});

}  // namespace isinglass
