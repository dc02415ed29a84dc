// isinglass/base/communicator.h - processes that compute one thing together: the ranks 0 .. size - 1 of a group.
//
// Every rank calls the same operations in the same order; each returns when all have called it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual Index rank() const = 0;
  virtual Index size() const = 0;

  // Rank r has filled the bytes begins[r] .. begins[r + 1] - 1, the same everywhere; then every rank has them all.
  virtual void all_gather(std::span<std::byte> bytes, std::span<const std::size_t> begins) = 0;
  // Every word becomes the bitwise or of the words of all ranks. Of numbers that are zero on all ranks but one this
  // makes that one's, bit by bit; a sum would make +0 of -0.
  virtual void all_or(std::span<std::uint64_t> words) = 0;

  bool is_first() const { return rank() == 0; }
  bool any(bool own);
  std::vector<std::string> all_texts(const std::string& own);  // by rank
  // Throws InputError, on every rank the same line, when the ranks do not have the same: "the versions of rank 0 and
  // rank 2 differ: 0.1.0 and 0.2.0; " and what to do.
  void check_same(const std::string& what, const std::string& own, const std::string& what_to_do);
  // Work that may fail on some ranks: then every rank throws an Error with the line of the first of them, which it
  // names unless all say the same.
  void agree(const std::function<void()>& work);
};

}  // namespace isinglass
