// isinglass/book/book_runs.h - the training runs that a book is made from, each trained when it is first asked for.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "isinglass/record/run_reader.h"

namespace isinglass {

class BookRuns {
 public:
  // The run of an example goes to `directory`/NAME. `say` takes lines about the progress.
  BookRuns(std::string directory, Index threads, std::function<void(const std::string&)> say)
      : directory_(std::move(directory)), threads_(threads), say_(std::move(say)) {}

  // The run of an example (examples.h), with everything recorded. Throws what training throws.
  RunReader& run(const std::string& example);
  void say(const std::string& line) const { say_(line); }

 private:
  std::string directory_;
  Index threads_;
  std::function<void(const std::string&)> say_;
  std::map<std::string, std::unique_ptr<RunReader>> readers_;
};

}  // namespace isinglass
