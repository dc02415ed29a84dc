#include "cli/ranks.h"

#include "cli/interrupt.h"
#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/distributed/mpi_ranks.h"

namespace isinglass {

int run_on_ranks(const RanksWork& work) {
  const Interrupt interrupt;
  const auto report = [&](const std::string& line) { say(one_line("isinglass: " + line + "; " + work.what_to_do())); };
  const auto ranks = MpiRanks::of_environment({.asked_to_end = Interrupt::requested, .report = report});
  if (ranks == nullptr) return work.run(nullptr, 0);
  int status = 0;
  try {
    ranks->check_same("versions", ISINGLASS_VERSION, "install the same on every machine");
    status = work.run(ranks.get(), ranks->processors());
  } catch (const FileError&) {
    throw;  // the others wait for this rank, until mpirun ends them
  } catch (const Error&) {
    ranks->fail();
    if (ranks->is_first()) throw;
    return 0;
  }
  ranks->finish();
  return ranks->is_first() ? status : 0;
}

}  // namespace isinglass
