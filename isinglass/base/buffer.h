// isinglass/base/buffer.h - aligned memory for arrays of numbers, sized once.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>

#include "isinglass/base/shape.h"

namespace isinglass {

// `size` zeros, aligned to a cache line of 64 bytes; moves, never grows.
template <class T>
class Buffer {
 public:
  static constexpr std::size_t kAlignment = 64;

  Buffer() = default;
  explicit Buffer(Index size) : data_(allocate(size)), size_(size) {}

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  Index size() const { return size_; }
  std::span<T> span() { return {data_.get(), static_cast<std::size_t>(size_)}; }
  std::span<const T> span() const { return {data_.get(), static_cast<std::size_t>(size_)}; }

  // Rounds a number of elements up so that what follows starts on a cache line.
  static Index aligned(Index count) {
    constexpr Index kStep = static_cast<Index>(kAlignment / sizeof(T));
    return (count + kStep - 1) / kStep * kStep;
  }

 private:
  struct Free {
    void operator()(T* p) const { std::free(p); }
  };
  static T* allocate(Index size) {
    const std::size_t bytes = static_cast<std::size_t>(aligned(std::max<Index>(size, 1))) * sizeof(T);
    T* data = static_cast<T*>(std::aligned_alloc(kAlignment, bytes));
    if (data == nullptr) throw std::bad_alloc();
    std::fill_n(data, bytes / sizeof(T), T{});
    return data;
  }

  std::unique_ptr<T, Free> data_;
  Index size_ = 0;
};

}  // namespace isinglass
