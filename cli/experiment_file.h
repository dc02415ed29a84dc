// cli/experiment_file.h - an experiment file with the place that its relative paths start from.
#pragma once
#include <string>
#include <vector>

#include "isinglass/data/load.h"
#include "isinglass/train/experiment.h"

namespace isinglass {

struct ExperimentFile {
  std::string path, directory;
  Experiment experiment;

  // The data as a run of this experiment has them, split in the same way.
  LoadedData load() const;
};

// Throws FileError, FormatError, OptionError.
ExperimentFile open_experiment(const std::string& path, const std::vector<std::string>& overrides = {});

}  // namespace isinglass
