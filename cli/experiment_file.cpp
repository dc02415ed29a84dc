#include "cli/experiment_file.h"

#include <filesystem>

namespace isinglass {

LoadedData ExperimentFile::load() const {
  return load_data(experiment.data, directory, *experiment.split_stream());
}

ExperimentFile open_experiment(const std::string& path, const std::vector<std::string>& overrides) {
  return {path, std::filesystem::path(path).parent_path().string(), load_experiment(path, overrides)};
}

}  // namespace isinglass
