// isinglass/base/error.h - what the library throws.
//
// A message is one line: where, what was expected, what was found, what to do.
// The command line ends with exit_status(): 2 when the user's input is wrong, 1 when the job failed.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace isinglass {

class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, int exit_status = 1)
      : std::runtime_error(message), exit_status_(exit_status) {}
  int exit_status() const { return exit_status_; }

 private:
  int exit_status_;
};

// The user's input is wrong.
struct InputError : Error {
  explicit InputError(const std::string& message) : Error(message, 2) {}
};
// Layers, parameters or data do not fit together.
struct ShapeError : InputError {
  using InputError::InputError;
};
// An option has the wrong name, type or value.
struct OptionError : InputError {
  using InputError::InputError;
};
// A file is not what its format promises; the message names file, line or byte offset.
struct FormatError : InputError {
  using InputError::InputError;
};
// The file system refused: missing file, no permission, disk full.
struct FileError : InputError {
  using InputError::InputError;
};
// Training diverged or a check did not hold.
struct NumericError : Error {
  explicit NumericError(const std::string& message) : Error(message, 1) {}
};

// A hint for an unknown name: "; did you mean 'relu'?" when one of `known` is near, otherwise "; known: a, b, c".
std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);

}  // namespace isinglass
