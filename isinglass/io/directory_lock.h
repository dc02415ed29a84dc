// isinglass/io/directory_lock.h - a directory that one process at a time writes into.
#pragma once
#include <string>

namespace isinglass {

// Held from birth to death, also to that of the process, however it comes; leaves no file. Where the file system knows
// no locks there is none.
class DirectoryLock {
 public:
  // The directory exists. Throws FileError when another holds it: "<directory>: <message>".
  DirectoryLock(const std::string& directory, const std::string& message);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  int file_;  // -1: none
};

}  // namespace isinglass
