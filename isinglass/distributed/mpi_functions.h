// isinglass/distributed/mpi_functions.h - what the MPI module gives to the command, which is not linked with MPI.
//
// The module is a shared library of its own (mpi_module.cpp), loaded where a process was started by mpirun: everybody
// else neither needs MPI nor waits for it. Functions return false when MPI reports an error.
#pragma once
#include <cstddef>
#include <cstdint>

namespace isinglass {

struct MpiFunctions {
  int rank = 0, size = 1;
  bool (*all_gather)(std::byte* bytes, const std::size_t* begins) = nullptr;
  bool (*all_or)(std::uint64_t* words, std::size_t count) = nullptr;
  bool (*send)(int to, const char* bytes, std::size_t size) = nullptr;
  bool (*poll)(int* from, std::size_t* size) = nullptr;  // whether a message has come
  bool (*receive)(int from, char* bytes, std::size_t size) = nullptr;
  bool (*finish)(double seconds) = nullptr;  // waits for the others, so long at most; 0: until they come
};

constexpr const char* kOpenMpi = "isinglass_open_mpi";  // the module's one name, an OpenMpi
using OpenMpi = bool (*)(MpiFunctions*);

}  // namespace isinglass
