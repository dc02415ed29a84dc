// The sessions that README.md and docs/search.md show are real ones: their commands are run, their lines are printed.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "isinglass/data/catalogue.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

struct Step {
  std::string command;                // behind "$ "
  std::vector<std::string> expected;  // the lines below it
};

std::vector<Step> session(const std::string& page) {
  std::istringstream text(read_file(source_path(page)));
  std::vector<Step> steps;
  bool is_inside = false;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("$ ")) steps.push_back({line.substr(2), {}});
    is_inside = !line.starts_with("```") && (is_inside || line.starts_with("$ "));
    if (is_inside && !line.starts_with("$ ") && !line.empty()) steps.back().expected.push_back(line);
  }
  return steps;
}

// Standard output and error of a shell command in a directory, with the binary on the path.
std::string run_in(const std::string& directory, const std::string& command) {
  const std::string binaries = std::filesystem::path(ISINGLASS_BINARY).parent_path();
  const std::string shell = "cd '" + directory + "' && PATH='" + binaries + "':$PATH && { " + command + "; } 2>&1";
  FILE* pipe = popen(shell.c_str(), "r");
  std::string output;
  for (int c; pipe != nullptr && (c = std::fgetc(pipe)) != EOF;) output.push_back(static_cast<char>(c));
  if (pipe != nullptr) pclose(pipe);
  return output;
}

bool tells_speed(const std::string& line) {
  return line.find("samples/s") != std::string::npos || line.find(" threads") != std::string::npos ||
         line.starts_with("done");
}

void expect_real(const std::string& page, const std::string& place) {
  std::filesystem::remove_all(place);
  std::filesystem::create_directories(place);
  std::filesystem::create_directory_symlink(source_path("examples"), place + "/examples");
  const std::vector<Step> steps = session(page);
  ASSERT_GE(steps.size(), 4u) << page;
  for (const Step& step : steps) {
    if (step.command.starts_with("cat ")) {  // a file that the reader has
      std::string content;
      for (const std::string& line : step.expected) content += line + "\n";
      write_file(place + "/" + step.command.substr(4), content);
      continue;
    }
    const std::string output = run_in(place, step.command);
    for (const std::string& line : step.expected)
      if (!tells_speed(line)) {
        EXPECT_NE(output.find(line + "\n"), std::string::npos) << step.command << "\nexpected: " << line << "\n"
                                                               << output;
      }
  }
}

TEST(Readme, ItsSessionIsReal) {
  try {
    locate_dataset("auto-mpg");
  } catch (const InputError&) {
    GTEST_SKIP() << "auto-mpg has not been fetched";
  }
  expect_real("README.md", testing::TempDir() + "/readme");
}

TEST(Readme, TheSessionOfThePageOnSearchingIsReal) {
  expect_real("docs/search.md", testing::TempDir() + "/search-page");
}

// With ISINGLASS_UPDATE_DOCS=1 in the environment it is written anew.
TEST(Readme, ItsPictureIsWhatFigureDraws) {
  const std::string place = testing::TempDir() + "/readme-picture", path = source_path("docs/network.svg");
  std::filesystem::remove_all(place);
  std::filesystem::create_directories(place);
  std::filesystem::create_directory_symlink(source_path("examples"), place + "/examples");
  run_in(place, "isinglass train examples/ann-3-2-1.toml --quiet");
  run_in(place, "isinglass figure runs/ann-3-2-1 network --epoch 1 -o network.svg");
  const std::string picture = read_file(place + "/network.svg");
  if (std::getenv("ISINGLASS_UPDATE_DOCS") != nullptr) write_file(path, picture);
  EXPECT_TRUE(read_file(path) == picture) << "docs/network.svg is another picture";
}

}  // namespace
}  // namespace isinglass
