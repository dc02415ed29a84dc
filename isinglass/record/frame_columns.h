// isinglass/record/frame_columns.h - frames on their way into a store: of each tensor the numbers of all frames, one
// after the other, as a chunk of the store holds them.
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "isinglass/record/store_format.h"

namespace isinglass {

class FrameColumns {
 public:
  // Frames of the same kind, one after the other.
  struct Run {
    Index first = 0, frames = 0;
    Index samples = 0;     // rows of the tensors that have one for each sample
    bool is_whole = true;  // has all tensors; else the state alone
  };

  FrameColumns() = default;
  // Room for so many frames with at most so many samples; pages take memory once they are written. Forgets all frames.
  void reserve(const std::vector<StoredTensor>& tensors, std::size_t frames, Index samples);
  bool has_room() const { return count_ < capacity_; }
  bool empty() const { return count_ == 0; }
  void clear();

  // Begins a frame, for which there is room; the caller then puts the numbers of each tensor that it has. Numbers of
  // frames go up by one, or a new run begins.
  void begin(Index frame, Index samples, bool is_whole = true);
  std::byte* next(std::size_t tensor, std::size_t bytes) {
    std::byte* const at = columns_[tensor].end;
    columns_[tensor].end += bytes;
    return at;
  }
  // A frame whose tensors lie one after the other.
  void add(Index frame, Index samples, std::span<const std::byte> numbers);

  const std::vector<Run>& runs() const { return runs_; }
  // In a frame of the run; 0: it has no such tensor.
  std::size_t bytes(std::size_t tensor, const Run& run) const;
  std::span<const std::byte> column(std::size_t tensor) const {  // of all runs
    return {columns_[tensor].begin, columns_[tensor].end};
  }

 private:
  struct Column {
    std::byte *begin = nullptr, *end = nullptr;
    std::size_t bytes = 0;  // of a frame, or of each of its samples
    bool per_sample = false, is_state = false;
  };
  std::unique_ptr<std::byte[]> numbers_;
  std::vector<Column> columns_;
  std::vector<Run> runs_;
  std::size_t count_ = 0, capacity_ = 0;  // frames
};

}  // namespace isinglass
