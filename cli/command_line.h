// cli/command_line.h - from the words of a command line to a command that runs.
#pragma once
#include <string>
#include <vector>

#include "cli/commands.h"

namespace isinglass {

// Fills the arguments of `command` from the words behind its name. Returns false when help was asked for, and
// printed. Throws OptionError for unknown options, with a near name, and for missing, repeated or wrong values.
bool parse_arguments(const Command& command, const std::vector<std::string>& words);

// Runs `isinglass WORDS...` and returns its exit status. Throws what the command throws.
int run_command_line(const std::vector<std::string>& words);

// `isinglass WORDS...` as a shell reads it, to be pasted.
std::string shell_line(const std::vector<std::string>& words);

}  // namespace isinglass
