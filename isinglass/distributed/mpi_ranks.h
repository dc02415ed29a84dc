// isinglass/distributed/mpi_ranks.h - the group of ranks that mpirun has started this process in.
//
// A rank that dies leaves the others waiting for it, until mpirun asks them to end. The lowest that is left then says
// which one died and what to do, and the process ends with status 1.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "isinglass/base/communicator.h"

namespace isinglass {

class MpiRanks : public Communicator {
 public:
  struct Setup {
    std::function<bool()> asked_to_end;                   // whether a signal said so; from any thread
    std::function<void(const std::string& line)> report;  // of a rank that died
  };
  // Null where mpirun has started no process or one. Throws InputError when the MPI module is not there, Error when
  // MPI cannot begin.
  static std::unique_ptr<MpiRanks> of_environment(Setup setup);

  ~MpiRanks() override;
  // Processors of this machine for each of the ranks on it, at least 1.
  virtual Index processors() const = 0;
  // For a rank that ends as all others do: waits for them. One that ends without it fails alone, and mpirun ends the
  // others.
  virtual void finish() = 0;
  // For a rank that has failed, perhaps as all others have: waits a moment for them.
  virtual void fail() = 0;
};

}  // namespace isinglass
