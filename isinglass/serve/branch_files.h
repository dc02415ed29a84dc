// isinglass/serve/branch_files.h - the files with which the directory of a branch begins (train/branch.h).
#pragma once
#include <optional>
#include <span>
#include <string>

#include "isinglass/record/replay.h"
#include "isinglass/serve/observed_run.h"

namespace isinglass {

// Into a directory that is there; `next` is how the branch will be trained.
void write_branch(Replay& replay, const std::string& parent, const std::string& directory,
                  std::span<const Replay::Change> changes, const Experiment& next, const BranchRequest& request);

// The directory of the run that the run in `directory` left; nothing when it is no branch, or its parent has gone.
std::optional<std::string> parent_of(const std::string& directory);

}  // namespace isinglass
