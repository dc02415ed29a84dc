#include "cli/experiment_file.h"

#include <filesystem>

namespace isinglass {

LoadedData ExperimentFile::load() const {
  const std::unique_ptr<RandomStream> split =
      counter_stream({static_cast<std::uint64_t>(experiment.seed), Purpose::kSplit, 0, 0});
  return load_data(experiment.data, directory, *split);
}

ExperimentFile open_experiment(const std::string& path, const std::vector<std::string>& overrides) {
  return {path, std::filesystem::path(path).parent_path().string(), load_experiment(path, overrides)};
}

}  // namespace isinglass
