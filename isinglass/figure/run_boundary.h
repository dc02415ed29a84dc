// isinglass/figure/run_boundary.h - what the network of a run says over a plane of two of its inputs.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/decision_boundary.h"
#include "isinglass/record/run_reader.h"

namespace isinglass {

// `features`: the names of two inputs (Preprocessor::input_names), or none for a network that has two. The others stay
// at the mean of the training data, which lie on the plane as points. Inputs are as the network sees them. Throws
// OptionError for other features, InputError for a network whose outputs are neither classes nor one number.
DecisionBoundary boundary_of(RunReader& run, Index epoch, const std::vector<std::string>& features = {});

}  // namespace isinglass
