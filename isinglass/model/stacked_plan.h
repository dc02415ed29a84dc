// isinglass/model/stacked_plan.h - one training step of several networks of one architecture, a network in each lane.
//
// A plan (plan.h) of a small network fills its vectors badly, and what it does around its sums takes as long as these.
// Here a number of the network is a vector, which holds that number of each member. Members keep their own plans: a
// step takes inputs and parameters from them and leaves losses and gradients there, to the bits that each plan would
// have computed itself. What it gains and from where on it does not: docs/decisions/0013.
#pragma once
#include <span>
#include <vector>

#include "isinglass/model/plan.h"

namespace isinglass {

template <class T>
class StackedPlan {
 public:
  // Whether there is one: dense layers and functions of single numbers, one after the other, before the loss and the
  // activation that belongs to it, and so few numbers in a stack that they stay in a second level cache.
  static bool fits(const Graph& graph, const Loss& loss, Index max_batch);
  static Index most_members();  // 1 on a machine without vectors

  // `graph` outlives the plan.
  StackedPlan(const Graph& graph, const Loss& loss, Index max_batch);

  // What train(rows, key) of each plan does, with the same loss; their observers are not asked. At most most_members()
  // plans of this graph, with at least so many rows each.
  void train(std::span<Plan<T>* const> members, Index rows);

 private:
  T* value(ValueId v) { return numbers_.data() + values_[v]; }
  T* value_gradient(ValueId v) { return numbers_.data() + value_gradients_[v]; }
  T* parameter(std::size_t p) { return parameters_.data() + graph_->parameters[p].offset * size_; }
  T* gradient(std::size_t p) { return gradients_.data() + graph_->parameters[p].offset * size_; }
  Index size_of_value(ValueId v) const { return size_of(graph_->value_shape(v)); }
  View<T> as_rows(T* data, ValueId v, Index rows) const { return {data, rows, size_of_value(v) * size_}; }
  struct Rows {  // of the batch, which go through the network together
    Index first, count;
  };
  void forward(std::size_t node, Index rows);
  void backward(std::size_t node, Rows rows);
  void read_inputs(std::span<Plan<T>* const> members, Rows rows);
  void compute_losses(std::span<Plan<T>* const> members, Rows rows);

  const Graph* graph_;
  ValueId loss_value_;
  Index size_;                                   // members side by side
  Index most_rows_;                              // at once
  std::vector<LayerFunctions<T>> functions_;     // of each node
  std::vector<Layer> layers_;                    // whose settings these point at
  std::vector<Index> values_, value_gradients_;  // where in numbers_
  Buffer<T> numbers_, parameters_, gradients_;   // stacks
  std::vector<const T*> from_;
  std::vector<T*> to_;
};

extern template class StackedPlan<float>;
extern template class StackedPlan<double>;

}  // namespace isinglass
