// cli/training_plan.h - `describe --plan`: how an experiment's training would run on this machine, and its memory.
#pragma once
#include "cli/experiment_file.h"

namespace isinglass {

void show_training_plan(const Experiment& experiment, const LoadedData& data, Index threads, bool json);

}  // namespace isinglass
