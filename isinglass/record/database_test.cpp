#include "isinglass/record/database.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "isinglass/base/error.h"
#include "isinglass/base/refusal_rig.h"
#include "isinglass/io/file.h"

namespace isinglass {
namespace {

std::string fresh_path(const std::string& name) {
  const std::string path = testing::TempDir() + "database %?#" + name + ".db";  // a name that no address may have
  for (const char* end : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path + end);
  return path;
}

TEST(Database, KeepsNumbersTextsAndBytes) {
  const std::string path = fresh_path("keeps");
  const std::vector<std::byte> bytes{std::byte{7}, std::byte{0}, std::byte{255}};
  {
    Database database(path, Database::Access::kCreate);
    database.execute("CREATE TABLE t (a INTEGER, b REAL, c TEXT, d BLOB, e REAL, f REAL)");
    Statement insert = database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(0, Index{-5}).bind(1, 0.1).bind(2, "text").bind(3, std::span<const std::byte>(bytes));
    insert.bind(4, std::nan("")).bind_null(5).run();
  }
  Database database(path, Database::Access::kRead);
  Statement row = database.prepare("SELECT * FROM t");
  ASSERT_TRUE(row.step());
  EXPECT_EQ(row.integer(0), -5);
  EXPECT_EQ(row.real(1), 0.1);
  EXPECT_EQ(row.text(2), "text");
  EXPECT_TRUE(std::ranges::equal(row.bytes(3), bytes));
  EXPECT_TRUE(std::isnan(row.real(4)));
  EXPECT_TRUE(row.is_null(5));
  EXPECT_NE(message_of<FormatError>([&] { row.integer(1); }).find("'b' should be an integer"), std::string::npos);
  EXPECT_NE(message_of<FormatError>([&] { row.bytes(2); }).find("'c' should be bytes"), std::string::npos);
  EXPECT_FALSE(row.step());
}

TEST(Database, SaysThatTheDiskIsFull) {
  Database database(fresh_path("full"), Database::Access::kCreate);
  database.execute("CREATE TABLE t (a)");
  database.execute("PRAGMA max_page_count = 20");
  const auto fill = [&] {
    for (int i = 0; i < 1000; ++i) database.execute("INSERT INTO t VALUES (zeroblob(10000))");
  };
  EXPECT_NE(message_of<FileError>(fill).find("the disk is full"), std::string::npos);
}

TEST(Database, RefusesWhatIsNoDatabase) {
  const std::string path = fresh_path("other");
  EXPECT_NE(message_of<FileError>([&] { Database(path, Database::Access::kRead); }).find("no such"), std::string::npos);
  write_file(path, std::string(5000, 'x'));
  EXPECT_NE(message_of<FormatError>([&] { Database(path, Database::Access::kRead); }).find("damaged"),
            std::string::npos);
}

}  // namespace
}  // namespace isinglass
