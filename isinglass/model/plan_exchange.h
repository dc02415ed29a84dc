// isinglass/model/plan_exchange.h - what the ranks of a group tell each other within a training step.
//
// All ranks have the same parameters and the same batch. Each takes some rows of it through the network, as a thread
// does; what needs all rows, the gradient of a parameter or a layer that couples the batch, finds them after they were
// gathered. Gradients are cut by parameters, each computed whole by one rank. So no sum is split, and the bits are those
// of one process. A step whose work is less than its messages cost is computed by every rank alike.
#pragma once
#include <vector>

#include "isinglass/base/communicator.h"
#include "isinglass/model/plan_chunks.h"
#include "isinglass/model/plan_part.h"

namespace isinglass {

template <class T>
class PlanExchange {
 public:
  struct Rows {
    Index first = 0, count = 0;
  };
  // `needs_all_rows`: of each node, whether its parameters have gradients or it couples the batch. All outlive it.
  PlanExchange(const Graph& graph, const std::vector<bool>& needs_all_rows, ValueId loss_value, Communicator& ranks);

  Index ranks() const { return ranks_.size(); }
  // Whether an observer of any rank looks at the values of this step.
  bool anybody_looks(bool own) { return ranks_.any(own); }
  // Cuts a batch whose step takes so many floating-point operations. The rows that are this rank's.
  Rows cut(Index rows, double work);
  bool is_cut() const { return is_cut_; }
  bool is_mine(Index gradient_task) const { return !is_cut_ || gradient_task % ranks_.size() == ranks_.rank(); }

  // After actions for the rows of this rank: of all rows what is read later; `everything` for somebody who looks.
  void gather(std::span<const PlanAction> actions, const PlanPart<T>& whole, std::span<double> losses, bool everything);
  // Gradients, zero but for those that this rank has computed.
  void merge(std::span<T> gradients);

 private:
  template <class Number>
  void gather(Number* rows, Index cols);
  void gather(const View<T>& rows) { gather(rows.data, rows.cols); }

  const Graph& graph_;
  const ValueId loss_value_;
  Communicator& ranks_;
  std::vector<bool> reads_values_, reads_gradient_, reads_saved_;  // of each value, value and node
  bool is_cut_ = false;
  std::vector<std::size_t> rows_, bytes_;  // where those of each rank begin, and the end
};

extern template class PlanExchange<float>;
extern template class PlanExchange<double>;

}  // namespace isinglass
