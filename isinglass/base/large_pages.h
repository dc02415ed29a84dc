// isinglass/base/large_pages.h - large matrices on memory pages of 2 MB.
//
// Kernels walk down the columns of matrices whose rows lie on a page each; of pages of 4 KB a processor knows where some
// hundreds are, and looks the others up in memory.
#pragma once
#include <span>

#include "isinglass/base/shape.h"

namespace isinglass {

namespace detail {
void ask_for_large_pages(void* data, Index bytes);
}

// Only a request, best before the memory is written for the first time, and only where it is large and the system has
// such pages. Up to 2 MB more may be in use then.
template <class T>
void ask_for_large_pages(std::span<T> numbers) {
  detail::ask_for_large_pages(numbers.data(), static_cast<Index>(numbers.size_bytes()));
}

}  // namespace isinglass
