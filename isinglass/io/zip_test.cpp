#include "isinglass/io/zip.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

using namespace std::string_literals;

using Entries = std::vector<std::pair<std::string, std::string>>;

const Entries kEntries{{"a.txt", "hello"}, {"b", "world!"}};

// Where things stand in write_zip(kEntries).
constexpr std::size_t kSecondLocal = 40, kDirectory = 77, kSecondCentral = 128, kEnd = 175;
// Where fields stand in the two kinds of header.
constexpr std::size_t kFlags = 8, kMethod = 10, kCrc = 16, kPackedSize = 20, kSize = 24, kNameLength = 28, kOffset = 42,
                      kName = 46;
constexpr std::size_t kLocalFlags = 6, kLocalMethod = 8, kLocalName = 30;

std::string refusal(const std::string& bytes, std::uint64_t max_bytes = 1 << 20) {
  try {
    parse_zip(bytes, "x.zip", max_bytes);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "accepted";
}

// The archive of kEntries with some bytes replaced.
std::string patched(const std::vector<std::pair<std::size_t, std::string>>& patches) {
  std::string bytes = write_zip(kEntries);
  for (const auto& [at, patch] : patches) bytes.replace(at, patch.size(), patch);
  return bytes;
}

void expect_refused(const std::string& bytes, const std::string& message) {
  EXPECT_NE(refusal(bytes).find(message), std::string::npos) << refusal(bytes);
}

TEST(Zip, ReadsBackWhatItWrote) {
  EXPECT_EQ(parse_zip(write_zip(kEntries), "x"), kEntries);
  EXPECT_EQ(parse_zip(write_zip({}), "x"), Entries{});
  const Entries odd{{"dir/empty", ""}, {"\xC3\xBC", std::string(100'000, 'x')}, {"PK", "PK\5\6"}};
  EXPECT_EQ(parse_zip(write_zip(odd), "x"), odd);
  EXPECT_EQ(write_zip(kEntries).size(), kEnd + 22);
}

TEST(Zip, RefusesToWriteWhatItCouldNotRead) {
  EXPECT_THROW(write_zip({{"../a", ""}}), InputError);
  EXPECT_THROW(write_zip({{"", ""}}), InputError);
  EXPECT_THROW(write_zip({{"a", ""}, {"a", ""}}), InputError);
  Entries many;
  for (int i = 0; i < 65535; ++i) many.emplace_back(std::to_string(i), "");
  EXPECT_THROW(write_zip(many), InputError);
}

TEST(Zip, ReadsDeflatedEntriesAndComments) {
  // Written by Python's zipfile: "d", 1000 times "x", deflated; the archive has the comment "PK\5\6
  // note".
  const std::string bytes =
      "PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00!\x00\xE6\xC9\x41;\x0B\x00\x00\x00\xE8\x03\x00"s
      "\x00\x01\x00\x00\x00\x64\xAB\xA8\x18\x05\xA3`\x14\x0Cw"s
      "\x00\x00PK\x01\x02\x14\x03\x14\x00\x00\x00\x08\x00\x00\x00!\x00\xE6\xC9\x41;\x0B\x00\x00"s
      "\x00\xE8\x03\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"s
      "\x00\x00\x80\x01\x00\x00\x00\x00\x64PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00/\x00\x00"s
      "\x00*\x00\x00\x00\x09\x00PK\x05\x06 note"s;
  EXPECT_EQ(parse_zip(bytes, "x"), (Entries{{"d", std::string(1000, 'x')}}));
  EXPECT_NE(refusal(bytes, 999).find("at most 999 bytes of contents, found 1000"), std::string::npos);
  EXPECT_EQ(refusal(bytes, 1000), "accepted");
}

TEST(Zip, TruncatedOrExtendedArchivesAreRefused) {
  const std::string good = write_zip(kEntries);
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_NE(refusal(good.substr(0, size)), "accepted") << size;
  expect_refused(good + "x", "end record");
  expect_refused("x" + good, "central directory to end here");
  expect_refused(good.substr(1), "central directory to end here");
  expect_refused("", "found none in 0 bytes");
  expect_refused("\x93NUMPY", "truncated or something else");
}

TEST(Zip, EndRecordMustBeSound) {
  expect_refused(patched({{kEnd + 4, "\1"}}), "one of several disks");
  expect_refused(patched({{kEnd + 8, "\1"}}), "one of several disks");
  expect_refused(patched({{kEnd + 8, "\1\0\1\0"s}}), "to end after 1 entries");
  expect_refused(patched({{kEnd + 8, "\3\0\3\0"s}}), "expected entry 3 of 3");
  expect_refused(patched({{kEnd + 8, "\xFF\xFF\xFF\xFF"}}), "ZIP64");
  expect_refused(patched({{kEnd + 16, "\xFF\xFF\xFF\xFF"}}), "ZIP64");
  expect_refused(patched({{kEnd + 12, "\0\0\0\0"s}}), "central directory to end here");
  expect_refused(patched({{kEnd + 16, "\0\0\0\0"s}}), "central directory to end here");
}

TEST(Zip, EntriesMustBeSound) {
  expect_refused(patched({{kDirectory + kFlags, "\1"}}), "found an encrypted one");
  expect_refused(patched({{kLocalFlags, "\1"}}), "agree with the central directory");
  expect_refused(patched({{kDirectory + kMethod, "\x0C"}}), "method 0 (stored) or 8 (deflate), found 12");
  expect_refused(patched({{kLocalMethod, "\x08"}}), "agree with the central directory");
  expect_refused(patched({{kDirectory + kCrc, "\0\0"s}}), "\"a.txt\": the contents do not have the checksum");
  expect_refused(patched({{kLocalName + 5, "J"}}), "\"a.txt\": the contents do not have the checksum");
  expect_refused(patched({{kDirectory + kSize, "\6"}}), "to have one size, found 5 and 6");
  expect_refused(patched({{kDirectory + kPackedSize, "\xFF\xFF\xFF\xFF"}}), "ZIP64");
  expect_refused(patched({{kDirectory + kNameLength, "\xFF\xFF"}}), "truncated");
  expect_refused(patched({{kDirectory + kOffset, "\1"}}), "local header of \"a.txt\"");
  expect_refused(patched({{kDirectory + kOffset, "\xFE\xFF\xFF\xFF"}}), "truncated");
  expect_refused(patched({{kDirectory + kPackedSize, "\xC8\0\0\0\xC8"s}}), "contents of \"a.txt\"");
  expect_refused(patched({{kDirectory, "PK\7\7"}}), "expected entry 1 of 2");
  expect_refused(patched({{0, "PK\7\7"}}), "local header of \"a.txt\"");
}

TEST(Zip, BombsAndDisguisesAreRefused) {
  const std::string deflated = "\x08";
  expect_refused(patched({{kDirectory + kMethod, deflated}, {kDirectory + kSize, "\xFF\xFF\xFF\x0F"}}),
                 "at most 1100 times the 5 compressed bytes, found 268435455");
  // The first entry's contents reach over the second entry.
  expect_refused(patched({{kDirectory + kPackedSize, "\x0A\0\0\0\x0A"s}}), "overlaps another");
  expect_refused(patched({{kSecondCentral + kOffset, "\0"s}, {kSecondCentral + kName, "b"}}),
                 "agree with the central directory");
  const std::string twice = write_zip({{"a", "1"}, {"b", "2"}});
  std::string renamed = twice;
  for (std::size_t at = 0; (at = renamed.find("b", at)) != std::string::npos;) renamed[at] = 'a';
  expect_refused(renamed, "found a second \"a\"");
}

TEST(Zip, NamesAreSanitised) {
  for (const std::string name : {"/.txt", "../xx", "a/../", "a\\b.c", "a\nb.c"}) {
    const std::string bytes = patched({{kLocalName, name}, {kDirectory + kName, name}});
    expect_refused(bytes, "expected a plain name, found");
  }
  EXPECT_EQ(kSecondLocal, write_zip(kEntries).find("PK\3\4", 1));
}

}  // namespace
}  // namespace isinglass
