#include "isinglass/io/archive_path.h"

#include <gtest/gtest.h>

namespace isinglass {
namespace {

using namespace std::string_literals;

TEST(ArchivePath, PlainPathsAreGood) {
  for (const std::string path : {"a", "package/package.json", "a b/..c/d..", ".hidden", "...", "\xC3\xBC"})
    EXPECT_EQ(flaw_of_path(path), "") << path;
}

TEST(ArchivePath, PathsThatCouldLeaveTheirDirectoryAreNot) {
  for (const std::string& path : {""s,       "/"s,    "/etc/passwd"s, ".."s,    "../a"s,
                                  "a/../b"s, "a/.."s, "a/../../b"s,   "."s,     "./a"s,
                                  "a/./b"s,  "a//b"s, "a/"s,          "..\\a"s, "C:\\a"s,
                                  "a\0b"s,   "a\nb"s, "a\x7F"s,       "a\xFC"s, std::string(4097, 'a')})
    EXPECT_NE(flaw_of_path(path), "") << path;
}

}  // namespace
}  // namespace isinglass
