// isinglass/base/buffer.h - aligned memory for arrays of numbers, sized once.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "isinglass/base/shape.h"

namespace isinglass {

namespace detail {
// For std::free; in large pages where there are many and the system has them. Throws std::bad_alloc.
void* allocate_zeros(std::size_t bytes);
}  // namespace detail

// `size` zeros, aligned to a cache line of 64 bytes; moves, never grows. Pages of a large one take memory once they are
// written: what a plan leaves alone costs nothing.
template <class T>
class Buffer {
  static_assert(std::is_arithmetic_v<T>);

 public:
  static constexpr std::size_t kAlignment = 64;

  Buffer() = default;
  explicit Buffer(Index size) : block_(allocate(size)), size_(size) {
    const auto address = reinterpret_cast<std::uintptr_t>(block_.get());
    data_ = static_cast<T*>(block_.get()) + (kAlignment - address % kAlignment) % kAlignment / sizeof(T);
  }
  Buffer(Buffer&& other) noexcept
      : block_(std::move(other.block_)),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    block_ = std::move(other.block_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  Index size() const { return size_; }
  std::span<T> span() { return {data_, static_cast<std::size_t>(size_)}; }
  std::span<const T> span() const { return {data_, static_cast<std::size_t>(size_)}; }

  // Rounds a number of elements up so that what follows starts on a cache line.
  static Index aligned(Index count) {
    constexpr Index kStep = static_cast<Index>(kAlignment / sizeof(T));
    return (count + kStep - 1) / kStep * kStep;
  }

 private:
  struct Free {
    void operator()(void* p) const { std::free(p); }
  };
  static void* allocate(Index size) {
    const std::size_t bytes = static_cast<std::size_t>(aligned(std::max<Index>(size, 1))) * sizeof(T);
    return detail::allocate_zeros(bytes + kAlignment);
  }

  std::unique_ptr<void, Free> block_;
  T* data_ = nullptr;
  Index size_ = 0;
};

}  // namespace isinglass
