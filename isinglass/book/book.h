// isinglass/book/book.h - all numbers and figures of the source material, computed anew from runs of our own.
//
// The directory gets index.html (page.h), NAME.svg for each figure, NAME.json for the numbers of each system, and the
// runs that they are read from, in runs/. Bytes do not depend on the number of threads, or on what was there before.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

struct BookSettings {
  std::string directory;  // created when missing
  std::string chapter;    // "": all of them
  Index threads = 0;
  std::function<void(const std::string&)> say = [](const std::string&) {};  // progress, a line at a time
};

struct BookFiles {
  std::string page;                           // its path
  std::vector<std::string> figures, numbers;  // names of the files in the directory
};

// Throws OptionError, before anything is done, for an unknown chapter, naming the near ones; FileError; what training
// throws.
BookFiles write_book(const BookSettings& settings);

}  // namespace isinglass
