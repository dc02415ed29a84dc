// isinglass/train/branch.h - a run that goes on from a past step of another one, perhaps trained differently.
//
// Its directory has, beside what every run has (train/run.h),
//
//     origin.safetensors    the state that it began with: a checkpoint (train/checkpoint.h) of its own experiment
//     branch.json           {"parent": directory of the run it left, "step": N, "edits": {NAME: VALUE}, "set": {KEY: VALUE}}
//
// Steps are counted as in the parent. Network, data, seed and batches are the parent's, as are the earlier steps.
#pragma once
#include <string>

#include "isinglass/train/experiment.h"

namespace isinglass {

constexpr const char* kOriginFile = "origin.safetensors";
constexpr const char* kBranchFile = "branch.json";

// The path of the first state of a run in that directory; "" when the run is no branch.
std::string origin_of(const std::string& directory);

// Throws OptionError, naming the key, when `branch` differs from `parent` in more than how it is trained and recorded.
void check_branch(const Experiment& parent, const Experiment& branch);

}  // namespace isinglass
