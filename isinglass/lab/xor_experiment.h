// isinglass/lab/xor_experiment.h - exclusive or, learned: how often each variant of the network gets there (spec S9).
//
// All train on the four samples, one drawn at random at each step, by gradient descent on half the squared error. Seeds
// are those of NumPy's generator, so that a script draws the same weights and samples. Some starts end in a local
// minimum or on a plateau: a variant is known by how many of its starts do not.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

struct XorSettings {
  Index seeds = 100, steps = 10000;
  double tolerance = 0.2;  // of each answer, for the four to count as learned
};

struct XorResult {
  std::string name, network, summary;  // "biases", "2-2-1 tanh", ...
  double learning_rate = 0;
  Index parameters = 0;
  std::vector<double> worst;  // of each seed: how far the worst of the four answers is off in the end; inf: diverged
  Index learned = 0;          // seeds
  // Answers over the plane of one seed that learned and of one that did not, when there is one.
  std::vector<double> plane_learned, plane_stuck;
};

// A plane of answers is kXorCells x kXorCells numbers, at the centres of equal cells from kXorLow to kXorHigh along both
// axes, row by row, x_1 along a row.
constexpr Index kXorCells = 60;
constexpr double kXorLow = -0.5, kXorHigh = 1.5;

// `tell` is told how much of the whole is done.
std::vector<XorResult> xor_experiment(const XorSettings& settings, const std::function<void(double)>& tell = {});

}  // namespace isinglass
