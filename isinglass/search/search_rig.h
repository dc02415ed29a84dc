// isinglass/search/search_rig.h - for tests: a small search, and the directories that they run in.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "isinglass/io/file.h"
#include "isinglass/io/toml.h"
#include "isinglass/search/search.h"

namespace isinglass {

// Population based training of six networks on three clouds of points; `search` and `space` are bodies of sections.
inline std::string search_text(const std::string& search, const std::string& space) {
  return "seed = 3\n"
         "[data]\n"
         "generator = { kind = \"blobs\", samples = 120, seed = 4 }\n"
         "validation_fraction = 0.3\n"
         "[model]\n"
         "layers = [{ kind = \"dense\", units = 6, activation = \"tanh\" }, { kind = \"dropout\", rate = 0.1 },\n"
         "          { kind = \"dense\", units = 3, activation = \"softmax\" }]\n"
         "[train]\n"
         "optimiser = { kind = \"momentum\", learning_rate = 0.01 }\n"
         "epochs = 8\n"
         "batch_size = 16\n"
         "[search]\n" +
         search + "\n[search.space]\n" + space + "\n";
}
constexpr const char* kPbt = "method = \"pbt\"\nmembers = 6\nscore = \"validation.loss\"\n";
constexpr const char* kSpace =
    "\"train.optimiser.learning_rate\" = { log_uniform = [1e-4, 1] }\n"
    "\"train.optimiser.momentum\" = { uniform = [0, 0.99] }\n"
    "\"model.layers.2.rate\" = { uniform = [0, 0.6] }\n"
    "\"train.l2\" = { choice = [0, 1e-4, 1e-3] }\n";

inline SearchPlan search_plan(const std::string& search = kPbt, const std::string& space = kSpace) {
  return SearchPlan::read(parse_toml(search_text(search, space), "s.toml"));
}

inline std::string fresh_directory(const std::string& name) {
  const std::string path = testing::TempDir() + "/isinglass-search-" + name + "-" + std::to_string(::getpid());
  std::filesystem::remove_all(path);
  return path;
}

inline SearchSummary run_in(const std::string& directory, const SearchPlan& plan, Index threads = 2) {
  return run_search(plan, {.directory = directory, .data_directory = ".", .threads = threads}, {});
}

}  // namespace isinglass
