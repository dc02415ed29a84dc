// docs/experiments.md says what the tables say. With ISINGLASS_UPDATE_DOCS=1 in the environment
// this writes it.
#include "isinglass/train/reference.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "isinglass/search/search_reference.h"
#include "isinglass/train/experiment.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

std::string reference() {
  return experiments_reference(read_file(source_path("examples/mnist-mlp.toml"))) + search_reference();
}

TEST(Reference, PageInTheTreeIsUpToDate) {
  const std::string path = source_path("docs/experiments.md"), page = reference();
  if (std::getenv("ISINGLASS_UPDATE_DOCS") != nullptr) {
    make_directories(source_path("docs"));
    write_file(path, page);
  }
  EXPECT_TRUE(read_file(path) == page)
      << "docs/experiments.md is not what the tables say; to write it anew: "
         "ISINGLASS_UPDATE_DOCS=1 build/dev/isinglass_spanning_test --gtest_filter='Reference.*'";
}

TEST(Reference, HasEveryKeyOfAResolvedExperiment) {
  const std::string page = reference();
  const Value file = load_experiment(source_path("examples/mnist-mlp.toml")).write();
  const auto expect_keys = [&](const Value& table) {
    for (const auto& [key, value] : *table.as_table()) {
      const bool is_section = key == "data" || key == "model" || key == "train" || key == "record";
      EXPECT_TRUE(is_section || page.find("| `" + key + "` |") != std::string::npos) << key;
    }
  };
  expect_keys(file);
  for (const char* name : {"data", "model", "train", "record"}) expect_keys(*file.find(name));
}

TEST(Reference, TablesAreWhole) {
  const std::string page = reference();
  std::size_t rows = 0;
  for (std::size_t begin = 0, end; (end = page.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string line = page.substr(begin, end - begin);
    if (line.empty() || line[0] != '|') continue;
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    EXPECT_TRUE(bars == 3 || bars == 6) << line;
    ++rows;
  }
  EXPECT_GT(rows, 100u);
}

}  // namespace
}  // namespace isinglass
