// One holder at a time; what has died holds nothing.
#include "isinglass/io/directory_lock.h"

#include <gtest/gtest.h>

#include <optional>

#include "isinglass/base/error.h"
#include "isinglass/io/file.h"

namespace isinglass {
namespace {

TEST(DirectoryLock, IsHeldByOneAtATime) {
  const std::string directory = testing::TempDir() + "directory-lock", other = testing::TempDir() + "directory-lock-2";
  make_directories(directory);
  make_directories(other);
  std::optional<DirectoryLock> first(std::in_place, directory, "busy");
  EXPECT_NO_THROW(DirectoryLock(other, "busy"));
  try {
    const DirectoryLock second(directory, "busy");
    FAIL() << "both hold it";
  } catch (const FileError& error) {
    EXPECT_EQ(std::string(error.what()), directory + ": busy");
  }
  first.reset();
  EXPECT_NO_THROW(DirectoryLock(directory, "busy"));
}

}  // namespace
}  // namespace isinglass
