// isinglass/lab/logic_figures.h - logic functions as pictures: the networks, where they say 1, and how xor is learned.
#pragma once
#include "isinglass/figure/scene.h"
#include "isinglass/lab/logic_gates.h"
#include "isinglass/lab/xor_experiment.h"

namespace isinglass {

// A network with its weights, and beside it its answers over the plane with the line between 0 and 1.
Scene logic_diagram(const LogicNetwork& logic);
Scene logic_boundary(const LogicNetwork& logic);

// The errors of all seeds by variant, and what a seed that learned and one that did not say over the plane.
Scene xor_figure(const std::vector<XorResult>& results, double tolerance);

// All of it as one.
Scene logic_figure(const std::vector<XorResult>& results, double tolerance);

}  // namespace isinglass
