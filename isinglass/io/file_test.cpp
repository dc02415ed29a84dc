#include "isinglass/io/file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = fs::path(testing::TempDir()) / ("isinglass-file-" + std::to_string(::getpid()) + "-" + test->name());
    fs::remove_all(directory_);
    fs::create_directories(directory_);
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::ptrdiff_t number_of_files() const {
    return std::distance(fs::directory_iterator(directory_), fs::directory_iterator());
  }

  fs::path directory_;
};

// Runs `call` and returns the message of the FileError that it throws.
template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const FileError& error) {
    EXPECT_EQ(error.exit_status(), 2);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "no FileError";
}

TEST_F(FileTest, ReadsWhatWasWritten) {
  std::string bytes = "text\n";
  for (int i = 0; i < 300000; ++i) bytes += static_cast<char>(i * 7);
  for (const std::string& content : {std::string(), std::string("\0", 1), bytes}) {
    write_file(path("a.bin"), content);
    EXPECT_TRUE(read_file(path("a.bin")) == content);
  }
  EXPECT_EQ(number_of_files(), 1);
}

TEST_F(FileTest, ReadsAtMostTheBytesAllowed) {
  write_file(path("ten"), "0123456789");
  EXPECT_EQ(read_file(path("ten"), 10), "0123456789");
  EXPECT_EQ(refusal([&] { read_file(path("ten"), 9); }), path("ten") + ": too large: 10 bytes, at most 9 are read");
  write_file(path("empty"), "");
  EXPECT_EQ(read_file(path("empty"), 0), "");
}

TEST_F(FileTest, ReadsPipesAndStopsAtTheLimit) {
  const std::string pipe = path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::string bytes(200000, 'x');
  std::thread writer([&] { write_file(pipe, bytes); });
  EXPECT_TRUE(read_file(pipe) == bytes);
  writer.join();

  std::thread small_writer([&] { write_file(pipe, "abcdef"); });
  EXPECT_EQ(refusal([&] { read_file(pipe, 3); }), pipe + ": too large: at least 6 bytes, at most 3 are read");
  small_writer.join();
}

TEST_F(FileTest, RefusesToReadWhatIsNoFile) {
  EXPECT_EQ(refusal([&] { read_file(path("none")); }), path("none") + ": cannot open: No such file or directory");
  EXPECT_EQ(refusal([&] { read_file(path("")); }), path("") + ": is a directory, expected a file");
  EXPECT_NE(refusal([] { read_file(""); }).find("cannot open"), std::string::npos);
}

TEST_F(FileTest, RefusesToReadWithoutPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  write_file(path("secret"), "x");
  ASSERT_EQ(::chmod(path("secret").c_str(), 0), 0);
  EXPECT_EQ(refusal([&] { read_file(path("secret")); }), path("secret") + ": cannot open: Permission denied");
}

TEST_F(FileTest, RefusesToWriteWhereItCannotAndLeavesNothing) {
  write_file(path("file"), "old");
  fs::create_directory(path("directory"));
  const std::string missing = path("no/such/file");
  EXPECT_EQ(refusal([&] { write_file(missing, "x"); }),
            missing + ": cannot create a file in its directory: No such file or directory");
  EXPECT_EQ(refusal([&] { write_file(path("file/below"), "x"); }),
            path("file/below") + ": cannot create a file in its directory: Not a directory");
  EXPECT_EQ(refusal([&] { write_file(path("directory"), "x"); }),
            path("directory") + ": is a directory, expected a file to write to");
  EXPECT_NE(refusal([&] { write_file(path(std::string(300, 'n')), "x"); }).find("File name too long"),
            std::string::npos);
  EXPECT_EQ(number_of_files(), 2);
  EXPECT_EQ(read_file(path("file")), "old");
}

TEST_F(FileTest, TheLongestNamePossibleCanBeWritten) {
  write_file(path(std::string(255, 'n')), "x");
  EXPECT_EQ(read_file(path(std::string(255, 'n'))), "x");
}

TEST_F(FileTest, AFailureInTheMiddleKeepsTheOldFile) {
  write_file(path("model"), "old");
  // A limit on the size of files stands in for a full disk.
  rlimit old_limit = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  const rlimit small = {1000, old_limit.rlim_max};
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  std::string message;
  try {
    write_file(path("model"), std::string(5000, 'x'));
  } catch (const FileError& error) {
    message = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(message, path("model") + ": cannot write: File too large");
  EXPECT_EQ(read_file(path("model")), "old");
  EXPECT_EQ(number_of_files(), 1);
}

TEST_F(FileTest, AFullDeviceIsReported) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "this system has no device that is always full";
  EXPECT_EQ(refusal([] { write_file("/dev/full", "x"); }), "/dev/full: cannot write: No space left on device");
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(FileTest, KeepsThePermissionsOfAFileAndHonoursTheUmask) {
  const auto mode = [&](const std::string& name) {
    struct stat info = {};
    ::stat(path(name).c_str(), &info);
    return info.st_mode & 0777;
  };
  const mode_t old_mask = ::umask(027);
  write_file(path("new"), "x");
  ::umask(old_mask);
  EXPECT_EQ(mode("new"), 0640u);
  ASSERT_EQ(::chmod(path("new").c_str(), 0604), 0);
  write_file(path("new"), "y");
  EXPECT_EQ(mode("new"), 0604u);
}

TEST_F(FileTest, ReplacesTheTargetOfALinkNotTheLink) {
  fs::create_directory(path("elsewhere"));
  write_file(path("elsewhere/target"), "old");
  fs::create_symlink("elsewhere/target", path("link"));
  write_file(path("link"), "new");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(read_file(path("elsewhere/target")), "new");

  fs::create_symlink("nowhere", path("dangling"));
  EXPECT_EQ(refusal([&] { write_file(path("dangling"), "x"); }),
            path("dangling") + ": cannot follow the link: No such file or directory");
}

TEST_F(FileTest, AReaderSeesTheOldOrTheNewBytesOnly) {
  const std::string a(50000, 'a'), b(70000, 'b');
  write_file(path("x"), a);
  std::thread writer([&] {
    for (int i = 0; i < 5; ++i) write_file(path("x"), i % 2 == 0 ? b : a);
  });
  for (int i = 0; i < 200; ++i) {
    const std::string seen = read_file(path("x"));
    ASSERT_TRUE(seen == a || seen == b) << seen.size();
  }
  writer.join();
}

TEST_F(FileTest, MakesDirectories) {
  make_directories(path("a/b/c"));
  EXPECT_TRUE(fs::is_directory(path("a/b/c")));
  make_directories(path("a/b/c"));
  make_directories(path("d/"));
  EXPECT_TRUE(fs::is_directory(path("d")));
  make_directories("");
  write_file(path("file"), "x");
  EXPECT_EQ(refusal([&] { make_directories(path("file")); }),
            path("file") + ": cannot create the directory: Not a directory");
  EXPECT_EQ(refusal([&] { make_directories(path("file/below")); }),
            path("file/below") + ": cannot create the directory: Not a directory");
}

}  // namespace
}  // namespace isinglass
