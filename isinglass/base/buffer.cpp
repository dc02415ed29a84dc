#include "isinglass/base/buffer.h"

#ifdef __linux__
#  include <sys/mman.h>
#endif

namespace isinglass::detail {

void* allocate_zeros(std::size_t bytes) {
  void* block = std::calloc(bytes, 1);
  if (block == nullptr) throw std::bad_alloc();
#ifdef __linux__
  // Where they go through more pages than a processor remembers, products of large matrices wait for the tables of pages.
  // Small pages serve as well, so that nobody minds when the advice is not taken.
  constexpr std::uintptr_t kLargePage = 2 << 20, kWorthIt = 4 * kLargePage;
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const std::uintptr_t begin = (address + kLargePage - 1) / kLargePage * kLargePage;
  const std::uintptr_t end = (address + bytes) / kLargePage * kLargePage;
  if (bytes >= kWorthIt) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
  return block;
}

}  // namespace isinglass::detail
