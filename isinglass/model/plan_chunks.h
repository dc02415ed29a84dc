// isinglass/model/plan_chunks.h - the actions of a plan, and which of them run through a batch some rows at a time.
//
// What an action writes the next one reads. A convolution's images do not stay in a second level cache for a whole
// batch, so neighbouring actions take it in chunks of rows that do. A layer that uses each of many parameters but once
// for a sample, as a large dense layer does, would read all of them again for every chunk: it takes the rows at once.
// Rows are independent of each other: chunks change no bit of a result.
#pragma once
#include <cstddef>
#include <limits>
#include <vector>

#include "isinglass/model/graph.h"

namespace isinglass {

struct PlanAction {
  enum Kind { kForward, kLoss, kPenalty, kGradient, kBackward, kSum } kind;
  std::size_t index;  // of the node, or of the sum
};

struct PlanChunk {
  static constexpr Index kAllRows = std::numeric_limits<Index>::max();
  std::size_t begin, end;  // actions that follow each other for `rows` rows, then for the next ones
  Index rows = kAllRows;
};

// Cuts the actions begin .. end - 1 into such runs; `number` is the size of a number in bytes.
std::vector<PlanChunk> chunks_of(const Graph& graph, const std::vector<PlanAction>& actions, std::size_t begin,
                                 std::size_t end, std::size_t number);

}  // namespace isinglass
