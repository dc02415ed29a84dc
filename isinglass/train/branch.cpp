#include "isinglass/train/branch.h"

#include <filesystem>

#include "isinglass/base/error.h"

namespace isinglass {

std::string origin_of(const std::string& directory) {
  const std::filesystem::path path = std::filesystem::path(directory) / kOriginFile;
  return std::filesystem::exists(path) ? path.string() : "";
}

void check_branch(const Experiment& parent, const Experiment& branch) {
  const Value before = parent.write(), after = branch.write();
  const auto refuse = [](const std::string& key) {
    throw OptionError("'" + key +
                      "': a branch goes on with the network, data, seed and batches of its parent; settings " +
                      "of [train] such as train.optimiser.learning_rate can differ, for others begin a new run");
  };
  for (const auto& [key, value] : *before.as_table())
    if (key != "train" && key != "record" && after.find(key) != nullptr && !(*after.find(key) == value)) refuse(key);
  if (parent.train.batch_size != branch.train.batch_size) refuse("train.batch_size");
}

}  // namespace isinglass
