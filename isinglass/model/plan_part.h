// isinglass/model/plan_part.h - what one thread of a plan works on: some rows of a batch, as its layers see them.
#pragma once
#include <vector>

#include "isinglass/model/parameters.h"
#include "isinglass/model/plan_memory.h"
#include "isinglass/model/plan_sharing.h"

namespace isinglass {

// A node's views of these rows, and the structs that its functions take, which point at the views.
template <class T>
struct PlanCall {
  std::vector<View<const T>> x, param;
  std::vector<View<T>> saved, dx, dparam, state;
  View<T> y, dy;
  Forward<T> forward;
  Backward<T> backward;
};

template <class T>
struct PlanPart {
  PlanPart() = default;
  // All rows. Everything outlives the part; `gradients` is null unless there is a backward pass.
  PlanPart(const Graph& graph, PlanMemory<T>& memory, Parameters<T>& parameters, Parameters<T>* gradients,
           kernels::Products products = kernels::Products::kFloat);
  PlanPart(const PlanPart&) = delete;  // calls point into themselves; moving a vector keeps its elements in place
  PlanPart(PlanPart&&) = default;
  PlanPart& operator=(const PlanPart&) = delete;
  PlanPart& operator=(PlanPart&&) = default;

  // Takes rows new_first .. new_first + new_count - 1 of the batch, which nobody else does. With `sharing`, which
  // outlives the part, values lie where it says; `passes`: so do rows, for inference; `in_lanes`, which outlives the part,
  // says of each value whether its blocks are in lanes: then rows are cut between blocks.
  void take(Index new_first, Index new_count, const PlanSharing* sharing = nullptr, bool passes = false,
            const std::vector<bool>* in_lanes = nullptr);
  // Points all views at some of the rows taken.
  void narrow(Index new_first, Index new_count);
  // From the next take() on the network's input lies there.
  void read_input(View<const T> from);

  Index first = 0, count = -1;
  std::vector<PlanCall<T>> calls;  // of each node
  std::vector<GradientSum<T>> sums;

 private:
  ValueId place_of(ValueId v) const { return sharing_ == nullptr ? v : sharing_->place[v]; }
  template <class U>
  View<U> cut(const View<U>& whole, bool passing) const;

  const Graph* graph_ = nullptr;
  const PlanMemory<T>* memory_ = nullptr;
  const PlanSharing* sharing_ = nullptr;
  View<const T> input_;
  Index taken_ = 0;  // the first row
  bool passes_ = false;
  const std::vector<bool>* in_lanes_ = nullptr;
};

extern template struct PlanPart<float>;
extern template struct PlanPart<double>;

}  // namespace isinglass
