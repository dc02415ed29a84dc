// cli/ranks.h - a command that several processes run together, where mpirun has started them.
#pragma once
#include <functional>
#include <string>

#include "isinglass/base/communicator.h"

namespace isinglass {

struct RanksWork {
  // `ranks` is null in a process by itself; `processors` is how many this rank may use, 0: as many as there are. The
  // first rank speaks for all and returns the exit status; a FileError is its own, any other Error that of all ranks.
  std::function<int(Communicator* ranks, Index processors)> run;
  std::function<std::string()> what_to_do;  // when another rank has died: the end of a line
};

// Signals ask the work to stop (cli/interrupt.h).
int run_on_ranks(const RanksWork& work);

}  // namespace isinglass
