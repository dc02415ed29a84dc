#include "isinglass/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& what, int error) {
  throw FileError(path + ": " + what + ": " + std::generic_category().message(error));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  // 0, or the error number: some file systems report a full disk only here.
  int close() { return ::close(std::exchange(fd_, -1)) == 0 ? 0 : errno; }

 private:
  int fd_;
};

// Repeats a system call that a signal interrupted.
template <class Call>
auto retry(Call call) {
  decltype(call()) result;
  do result = call();
  while (result < 0 && errno == EINTR);
  return result;
}

void write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (n < 0) refuse(path, "cannot write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

// A new file in `directory` that removes itself unless it was renamed.
class TemporaryFile {
 public:
  TemporaryFile(const std::filesystem::path& directory, mode_t mode, const std::string& target)
      : file_(create(directory, mode)) {
    if (!file_.is_open()) refuse(target, "cannot create a file in its directory", errno);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Descriptor& file() { return file_; }
  void rename_to(const std::filesystem::path& target, const std::string& name) {
    if (::rename(path_.c_str(), target.c_str()) != 0) refuse(name, "cannot replace the file", errno);
    path_.clear();
  }

 private:
  // Sets path_ and returns the open file, or -1 with errno set.
  int create(const std::filesystem::path& directory, mode_t mode) {
    static std::atomic<unsigned> counter{0};
    constexpr int kMostTries = 10000;  // names may be taken by what a killed process left behind
    int fd = -1;
    for (int i = 0; i < kMostTries; ++i) {
      // The name does not grow with the target's, which may be as long as the file system allows.
      path_ = directory / (".isinglass-" + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".tmp");
      fd = retry([&] { return ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode); });
      if (fd >= 0 || errno != EEXIST) break;
    }
    return fd;
  }

  std::filesystem::path path_;
  Descriptor file_;
};

void sync_directory(const std::filesystem::path& directory, const std::string& path) {
  const Descriptor d(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // A directory that may be written but not read, and a file system that cannot flush a directory,
  // leave nothing more to do.
  if (!d.is_open() && errno == EACCES) return;
  if (!d.is_open()) refuse(path, "cannot open its directory to flush it", errno);
  if (retry([&] { return ::fsync(d.get()); }) != 0 && errno != EINVAL && errno != ENOTSUP)
    refuse(path, "written, but its directory could not be flushed to the disk", errno);
}

void replace_file(const std::string& path, std::string_view bytes, std::optional<mode_t> old_mode) {
  std::filesystem::path target = path;
  if (old_mode) {
    std::error_code error;
    target = std::filesystem::canonical(path, error);
    if (error) refuse(path, "cannot follow the link", error.value());
  }
  const std::filesystem::path directory = target.has_parent_path() ? target.parent_path() : ".";
  TemporaryFile temporary(directory, old_mode.value_or(0666), path);
  Descriptor& file = temporary.file();
  // The mode at creation is cut by the umask; a file that existed keeps its own.
  if (old_mode && ::fchmod(file.get(), *old_mode) != 0) refuse(path, "cannot keep its permissions", errno);
  write_all(file.get(), bytes, path);
  if (retry([&] { return ::fsync(file.get()); }) != 0) refuse(path, "cannot flush to the disk", errno);
  if (const int error = file.close(); error != 0) refuse(path, "cannot write", error);
  temporary.rename_to(target, path);
  sync_directory(directory, path);
}

}  // namespace

std::string read_file(const std::string& path, std::uint64_t max_bytes) {
  const auto too_large = [&](const std::string& size) {
    throw FileError(path + ": too large: " + size + " bytes, at most " + std::to_string(max_bytes) + " are read");
  };
  const Descriptor file(retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!file.is_open()) refuse(path, "cannot open", errno);
  struct stat info = {};
  if (::fstat(file.get(), &info) != 0) refuse(path, "cannot read", errno);
  if (S_ISDIR(info.st_mode)) throw FileError(path + ": is a directory, expected a file");
  const auto size = S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_size) : 0;
  if (size > max_bytes) too_large(std::to_string(size));

  // One byte more than promised, so that the end of the file is found without growing.
  constexpr std::uint64_t kChunk = 1 << 16;
  std::string bytes;
  std::size_t filled = 0;
  bytes.resize(static_cast<std::size_t>(size > 0 ? size + 1 : kChunk));
  for (;;) {
    const ssize_t n = retry([&] { return ::read(file.get(), &bytes[filled], bytes.size() - filled); });
    if (n < 0) refuse(path, "cannot read", errno);
    filled += static_cast<std::size_t>(n);
    if (filled > max_bytes) too_large("at least " + std::to_string(filled));
    if (n == 0) break;
    if (filled == bytes.size()) bytes.resize(2 * bytes.size());
  }
  bytes.resize(filled);
  return bytes;
}

void write_file(const std::string& path, std::string_view bytes) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) {
    struct stat link = {};
    if (errno == ENOENT && ::lstat(path.c_str(), &link) == 0) refuse(path, "cannot follow the link", ENOENT);
    replace_file(path, bytes, std::nullopt);
  } else if (S_ISREG(info.st_mode)) {
    replace_file(path, bytes, info.st_mode & 07777);
  } else if (S_ISDIR(info.st_mode)) {
    throw FileError(path + ": is a directory, expected a file to write to");
  } else {
    Descriptor device(retry([&] { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC); }));
    if (!device.is_open()) refuse(path, "cannot open for writing", errno);
    write_all(device.get(), bytes, path);
    if (const int error = device.close(); error != 0) refuse(path, "cannot write", error);
  }
}

void make_directories(const std::string& path) {
  if (path.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error && !std::filesystem::is_directory(path, error) && !error)
    error = std::make_error_code(std::errc::not_a_directory);
  if (error) refuse(path, "cannot create the directory", error.value());
}

}  // namespace isinglass
