#include "isinglass/base/large_pages.h"

#include <cstdint>

#if defined(__linux__)
#  include <sys/mman.h>
#  include <unistd.h>
#endif

namespace isinglass::detail {

void ask_for_large_pages([[maybe_unused]] void* data, [[maybe_unused]] Index bytes) {
#if defined(__linux__)
  constexpr Index kLarge = Index{8} << 20;
  if (bytes < kLarge) return;
  const std::uintptr_t page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(data), first = (begin + page - 1) / page * page;
  const std::uintptr_t end = (begin + static_cast<std::uintptr_t>(bytes)) / page * page;
  madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
#endif
}

}  // namespace isinglass::detail
