// isinglass/data/program.h - runs another program and waits for it.
#pragma once
#include <string>
#include <vector>

namespace isinglass {

// Runs `arguments` (the program, looked up in PATH, and its arguments; no shell reads them) in
// `directory`, with nothing to read and its output set aside. Returns when it has ended with status
// 0; else throws Error, with exit status 1, that names the program and holds the line of its output
// that tells most. `package` is what provides the program, named when it is missing.
void run_program(const std::vector<std::string>& arguments, const std::string& directory, const std::string& package);

}  // namespace isinglass
