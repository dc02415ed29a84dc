// tests/command.h - runs the `isinglass` binary as a user's shell does, in a directory of the test's own.
#pragma once
#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace isinglass::testing_command {

struct Outcome {
  int status = -1;  // exit status; 128 + signal for a process that a signal ended
  std::string out, err;
};

// An empty directory under testing::TempDir(), removed with everything in it at the end.
class Workplace {
 public:
  Workplace();
  ~Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  const std::string& path() const { return path_; }
  // The path of a file in it.
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  void write(std::string_view name, const std::string& bytes) const;
  std::string read(std::string_view name) const;
  bool has(std::string_view name) const;
  // Names of all files and directories in it, at any depth, sorted.
  std::vector<std::string> list() const;

  // Runs `isinglass WORDS...` there, with nothing to read and an empty cache of data sets.
  Outcome run(const std::vector<std::string>& words) const;
  // Any program, found on the PATH.
  Outcome run_program(const std::string& program, const std::vector<std::string>& words) const;

 private:
  std::string path_;
};

// A command that runs while the test goes on.
class Process {
 public:
  Process(const Workplace& place, const std::vector<std::string>& words, const std::string& program = ISINGLASS_BINARY);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  void send(int signal) const;
  std::string standard_output() const;  // so far
  Outcome wait();

 private:
  pid_t id_ = -1;
  std::string out_, err_;  // files
};

}  // namespace isinglass::testing_command
