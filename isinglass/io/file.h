// isinglass/io/file.h - whole files: read with a limit, written so that no reader ever sees half of
// one.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace isinglass {

// All bytes of a file, pipe or device. Throws FileError when it is missing, a directory, cannot be
// read or holds more than max_bytes; a regular file's size is checked before memory is taken.
std::string read_file(const std::string& path, std::uint64_t max_bytes = std::uint64_t{1} << 32);

// Replaces or creates a file so that it holds either all of its old or all of its new bytes, also
// after a crash: the bytes go to a temporary file in the same directory, are flushed to the disk,
// and that file is renamed over `path`. On FileError the old file stands and the temporary file is
// gone. An existing file keeps its permissions, a symbolic link stays and its target is replaced; a
// pipe or device (/dev/stdout) is simply written to.
void write_file(const std::string& path, std::string_view bytes);

// Creates the directory and those above it; one that exists is fine, "" is the current one.
// Throws FileError.
void make_directories(const std::string& path);

}  // namespace isinglass
