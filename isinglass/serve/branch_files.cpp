#include "isinglass/serve/branch_files.h"

#include <filesystem>

#include "isinglass/io/file.h"
#include "isinglass/io/json.h"
#include "isinglass/train/branch.h"
#include "isinglass/train/checkpoint.h"

namespace isinglass {

namespace fs = std::filesystem;

void write_branch(Replay& replay, const std::string& parent, const std::string& directory,
                  std::span<const Replay::Change> changes, const Experiment& next, const BranchRequest& request) {
  const fs::path into(directory);
  const std::string origin = (into / kOriginFile).string();
  replay.save_branch(request.step, changes, next, origin);
  fs::copy_file(origin, into / kCheckpointFile);  // where the run goes on
  Value edits = Value::Table{}, document = Value::Table{};
  Value::Array settings(request.settings.begin(), request.settings.end());
  for (const auto& [name, value] : request.edits) edits.set(name, value);
  document.set("parent", fs::proximate(parent, directory).string());
  document.set("step", request.step);
  document.set("edits", std::move(edits));
  document.set("set", std::move(settings));
  write_file((into / kBranchFile).string(), write_json(document, 2) + "\n");
}

std::optional<std::string> parent_of(const std::string& directory) {
  const std::string file = (fs::path(directory) / kBranchFile).string();
  if (!fs::exists(file)) return std::nullopt;
  const Value document = parse_json(read_file(file), file);
  const Value* parent = document.find("parent");
  if (parent == nullptr || parent->as_string() == nullptr) return std::nullopt;
  const fs::path found = (fs::path(directory) / *parent->as_string()).lexically_normal();
  return fs::exists(found / "experiment.toml") ? std::optional(found.string()) : std::nullopt;
}

}  // namespace isinglass
