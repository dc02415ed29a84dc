// cli/main.cpp - the `isinglass` command: every failure becomes one line and an exit status.
#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/kernels/instruction_set.h"

int main(int argc, char** argv) {
  using namespace isinglass;
  std::signal(SIGPIPE, SIG_IGN);  // print() notices that the reader has gone
  const auto complain = [](const std::string& message, int status) {
    say("isinglass: " + one_line(message));
    return status;
  };
  try {
    kernels::use_instruction_set_of_environment();
    return run_command_line(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const Error& error) {
    return complain(error.what(), error.exit_status());
  } catch (const std::bad_alloc&) {
    return complain("there is not enough memory; try a smaller network, batch_size or data set", 1);
  } catch (const std::exception& error) {
    return complain("unexpected failure, please report it: " + std::string(error.what()), 1);
  }
}
