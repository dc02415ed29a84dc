#include "tests/command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace isinglass::testing_command {
namespace {

std::string unique_path(std::string_view what) {
  static std::atomic<int> counter{0};
  return testing::TempDir() + "isinglass-" + std::string(what) + "-" + std::to_string(::getpid()) + "-" +
         std::to_string(counter++);
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The environment with an empty cache, no terminal and no variable that a user's shell may have set.
std::vector<std::string> environment(const Workplace& place) {
  const char* path = std::getenv("PATH");
  std::vector<std::string> variables{"PATH=" + std::string(path != nullptr ? path : "/usr/bin:/bin"),
                                     "ISINGLASS_CACHE=" + place.path() + "/.cache",
                                     // mpirun asks root twice.
                                     "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"};
  for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE",
                           "ISINGLASS_INSTRUCTION_SET"})
    if (const char* value = std::getenv(name)) variables.push_back(std::string(name) + "=" + value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Workplace::Workplace() : path_(unique_path("place")) {
  std::filesystem::create_directories(path_);
}

Workplace::~Workplace() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

void Workplace::write(std::string_view name, const std::string& bytes) const {
  const std::filesystem::path path = *this / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  if (!file.flush()) ADD_FAILURE() << "cannot write " << path;
}

std::string Workplace::read(std::string_view name) const {
  return bytes_of(*this / name);
}

bool Workplace::has(std::string_view name) const {
  return std::filesystem::exists(*this / name);
}

std::vector<std::string> Workplace::list() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path_))
    names.push_back(std::filesystem::relative(entry.path(), path_).string());
  std::ranges::sort(names);
  return names;
}

Outcome Workplace::run(const std::vector<std::string>& words) const {
  return Process(*this, words).wait();
}

Outcome Workplace::run_program(const std::string& program, const std::vector<std::string>& words) const {
  return Process(*this, words, program).wait();
}

Process::Process(const Workplace& place, const std::vector<std::string>& words, const std::string& program)
    : out_(unique_path("out")), err_(unique_path("err")) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out_.c_str(), kFlags, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err_.c_str(), kFlags, 0600);
  posix_spawn_file_actions_addchdir_np(&files, place.path().c_str());
  // A shell in the background may have had Ctrl-C ignored.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> arguments{program};
  arguments.insert(arguments.end(), words.begin(), words.end());
  std::vector<std::string> variables = environment(place);
  if (::posix_spawnp(&id_, program.c_str(), &files, &attributes, pointers(arguments).data(),
                     pointers(variables).data()) != 0) {
    ADD_FAILURE() << "cannot run " << program;
    id_ = -1;
  }
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
}

Process::~Process() {
  if (id_ > 0) {
    ::kill(id_, SIGKILL);
    wait();
  }
  std::error_code error;
  std::filesystem::remove(out_, error);
  std::filesystem::remove(err_, error);
}

void Process::send(int signal) const {
  if (id_ > 0) ::kill(id_, signal);
}

std::string Process::standard_output() const {
  return bytes_of(out_);
}

Outcome Process::wait() {
  Outcome outcome;
  int state = 0;
  if (id_ > 0 && ::waitpid(id_, &state, 0) == id_)
    outcome.status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
  id_ = -1;
  outcome.out = bytes_of(out_);
  outcome.err = bytes_of(err_);
  return outcome;
}

}  // namespace isinglass::testing_command
