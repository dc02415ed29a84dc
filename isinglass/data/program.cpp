#include "isinglass/data/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

constexpr std::size_t kMaxOutput = 1 << 16;  // bytes kept of what the program says

class SpawnActions {
 public:
  SpawnActions() { check(posix_spawn_file_actions_init(&actions_)); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void open_null_as(int descriptor) {
    check(posix_spawn_file_actions_addopen(&actions_, descriptor, "/dev/null", O_RDONLY, 0));
  }
  void copy(int from, int to) { check(posix_spawn_file_actions_adddup2(&actions_, from, to)); }
  void change_directory(const std::string& directory) {
    check(posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str()));
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  static void check(int error) {
    if (error != 0) throw Error(std::string("cannot start a program: ") + std::strerror(error));
  }
  posix_spawn_file_actions_t actions_;
};

// Everything that comes out of the pipe until its end, of which the first kMaxOutput bytes are
// kept.
std::string drain(int descriptor) {
  std::string output;
  char buffer[4096];
  for (;;) {
    const ssize_t count = read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return output;
    if (output.size() < kMaxOutput) output.append(buffer, static_cast<std::size_t>(count));
  }
}

// The first line that names an error in five words or more ("npm error code E404" tells little),
// else the last line that is not empty.
std::string telling_line(std::string_view output) {
  std::string_view last;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    const std::string_view line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    last = line;
    const bool names_error = line.starts_with("E: ") || line.find("error") != std::string_view::npos ||
                             line.find("ERR!") != std::string_view::npos;
    if (names_error && std::count(line.begin(), line.end(), ' ') >= 4) break;
  }
  std::string text;
  for (const char c : last.substr(0, 200)) text += c >= ' ' && c <= '~' ? c : ' ';
  return text;
}

}  // namespace

void run_program(const std::vector<std::string>& arguments, const std::string& directory, const std::string& package) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw Error(std::string("cannot start a program: ") + std::strerror(errno));
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  pid_t child = 0;
  int error = 0;
  try {
    SpawnActions actions;
    actions.open_null_as(STDIN_FILENO);
    actions.copy(ends[1], STDOUT_FILENO);
    actions.copy(ends[1], STDERR_FILENO);
    actions.change_directory(directory);
    error = posix_spawnp(&child, argv[0], actions.get(), nullptr, argv.data(), environ);
  } catch (...) {
    close(ends[0]);
    close(ends[1]);
    throw;
  }
  close(ends[1]);
  const std::string output = error == 0 ? drain(ends[0]) : "";
  close(ends[0]);
  if (error == ENOENT)
    throw Error("the program '" + arguments[0] +
                "' is not installed; install it, on Debian with: " + "sudo apt-get install " + package);
  if (error != 0) throw Error("the program '" + arguments[0] + "' cannot be started: " + std::strerror(error));

  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw Error("the program '" + arguments[0] + "' was lost: " + std::strerror(errno));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;

  std::string command;
  for (const std::string& argument : arguments) command += (command.empty() ? "" : " ") + argument;
  const std::string ended = WIFSIGNALED(status) ? "was ended by signal " + std::to_string(WTERMSIG(status))
                                                : "ended with status " + std::to_string(WEXITSTATUS(status));
  const std::string said = telling_line(output);
  throw Error("'" + command + "' " + ended + (said.empty() ? "" : ": " + said));
}

}  // namespace isinglass
