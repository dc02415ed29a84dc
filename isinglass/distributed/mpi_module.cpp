// isinglass/distributed/mpi_module.cpp - the functions of a group of ranks, by MPI; a shared library of its own.
#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "isinglass/distributed/mpi_functions.h"

namespace isinglass {
namespace {

// MPI counts in int: what is longer goes in pieces.
constexpr std::size_t kMost = std::size_t{1} << 30;

bool all_gather(std::byte* bytes, const std::size_t* begins) {
  int ranks = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  const auto size = static_cast<std::size_t>(ranks);
  std::vector<int> counts(size), places(size);
  if (begins[size] <= kMost) {
    for (std::size_t r = 0; r < size; ++r) {
      counts[r] = static_cast<int>(begins[r + 1] - begins[r]);
      places[r] = static_cast<int>(begins[r]);
    }
    return MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, bytes, counts.data(), places.data(), MPI_BYTE,
                          MPI_COMM_WORLD) == MPI_SUCCESS;
  }
  for (std::size_t r = 0; r < size; ++r)
    for (std::size_t begin = begins[r]; begin < begins[r + 1]; begin += kMost)
      if (MPI_Bcast(bytes + begin, static_cast<int>(std::min(kMost, begins[r + 1] - begin)), MPI_BYTE,
                    static_cast<int>(r), MPI_COMM_WORLD) != MPI_SUCCESS)
        return false;
  return true;
}

bool all_or(std::uint64_t* words, std::size_t count) {
  for (std::size_t begin = 0; begin < count; begin += kMost)
    if (MPI_Allreduce(MPI_IN_PLACE, words + begin, static_cast<int>(std::min(kMost, count - begin)), MPI_UINT64_T,
                      MPI_BOR, MPI_COMM_WORLD) != MPI_SUCCESS)
      return false;
  return true;
}

bool send(int to, const char* bytes, std::size_t size) {
  return size <= kMost && MPI_Send(bytes, static_cast<int>(size), MPI_BYTE, to, 0, MPI_COMM_WORLD) == MPI_SUCCESS;
}

bool poll(int* from, std::size_t* size) {
  int has_come = 0, count = 0;
  MPI_Status status;
  if (MPI_Iprobe(MPI_ANY_SOURCE, 0, MPI_COMM_WORLD, &has_come, &status) != MPI_SUCCESS || has_come == 0) return false;
  MPI_Get_count(&status, MPI_BYTE, &count);
  *from = status.MPI_SOURCE;
  *size = static_cast<std::size_t>(count);
  return true;
}

bool receive(int from, char* bytes, std::size_t size) {
  return MPI_Recv(bytes, static_cast<int>(size), MPI_BYTE, from, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE) == MPI_SUCCESS;
}

bool finish(double seconds) {
  MPI_Request barrier;
  if (MPI_Ibarrier(MPI_COMM_WORLD, &barrier) != MPI_SUCCESS) return false;
  const double began = MPI_Wtime();
  for (int is_done = 0; is_done == 0;) {
    if (MPI_Test(&barrier, &is_done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return false;
    if (seconds > 0 && MPI_Wtime() - began > seconds) return false;
    if (is_done == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  MPI_Finalize();
  return true;
}

}  // namespace
}  // namespace isinglass

extern "C" bool isinglass_open_mpi(isinglass::MpiFunctions* functions) {
  // Reading from a process that has died writes lines of its own; memory that both share does not.
  ::setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 0);
  int given = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &given) != MPI_SUCCESS) return false;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, &functions->rank);
  MPI_Comm_size(MPI_COMM_WORLD, &functions->size);
  functions->all_gather = isinglass::all_gather;
  functions->all_or = isinglass::all_or;
  functions->send = isinglass::send;
  functions->poll = isinglass::poll;
  functions->receive = isinglass::receive;
  functions->finish = isinglass::finish;
  return true;
}
