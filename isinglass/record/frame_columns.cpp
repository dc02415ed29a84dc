#include "isinglass/record/frame_columns.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

namespace isinglass {
namespace {

// Takes memory from the system at once, where it is not much: page by page, as it is written first, takes three times as
// long, and that while a network trains.
void touch(std::span<std::byte> memory) {
  constexpr std::size_t kMost = 1 << 22;
#ifdef MADV_POPULATE_WRITE
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(memory.data()), first = (begin + page - 1) / page * page;
  const std::size_t pages = (begin + memory.size()) / page - first / page;
  // What the system cannot do now it does later.
  if (memory.size() <= kMost) madvise(reinterpret_cast<void*>(first), pages * page, MADV_POPULATE_WRITE);
#endif
}

}  // namespace

void FrameColumns::reserve(const std::vector<StoredTensor>& tensors, std::size_t frames, Index samples) {
  columns_.clear();
  std::size_t size = 0;
  for (const StoredTensor& t : tensors) {
    columns_.push_back({.bytes = static_cast<std::size_t>(t.width() * t.element_size()),
                        .per_sample = t.per_sample,
                        .is_state = t.is_state()});
    size += columns_.back().bytes * (t.per_sample ? static_cast<std::size_t>(samples) : 1);
  }
  // Columns whose lengths are powers of two would take turns in the same places of a cache.
  constexpr std::size_t kApart = 5 * 64;
  const std::size_t all = size * frames + columns_.size() * kApart;
  numbers_ = std::make_unique_for_overwrite<std::byte[]>(all);
  touch({numbers_.get(), all});
  std::byte* at = numbers_.get();
  for (Column& c : columns_) {
    c.begin = at;
    at += c.bytes * (c.per_sample ? static_cast<std::size_t>(samples) : 1) * frames + kApart;
  }
  capacity_ = frames;
  clear();
}

void FrameColumns::clear() {
  for (Column& c : columns_) c.end = c.begin;
  runs_.clear();
  count_ = 0;
}

void FrameColumns::begin(Index frame, Index samples, bool is_whole) {
  ++count_;
  if (!runs_.empty()) {
    Run& last = runs_.back();
    if (last.samples == samples && last.is_whole == is_whole && last.first + last.frames == frame) {
      ++last.frames;
      return;
    }
  }
  runs_.push_back({frame, 1, samples, is_whole});
}

std::size_t FrameColumns::bytes(std::size_t tensor, const Run& run) const {
  const Column& c = columns_[tensor];
  if (!run.is_whole && !c.is_state) return 0;
  return c.bytes * (c.per_sample ? static_cast<std::size_t>(run.samples) : 1);
}

void FrameColumns::add(Index frame, Index samples, std::span<const std::byte> numbers) {
  begin(frame, samples);
  for (std::size_t t = 0; t < columns_.size(); ++t) {
    const std::size_t size = bytes(t, runs_.back());
    if (size > 0) std::memcpy(next(t, size), numbers.data(), size);
    numbers = numbers.subspan(size);
  }
}

}  // namespace isinglass
