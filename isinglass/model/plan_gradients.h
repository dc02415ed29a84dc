// isinglass/model/plan_gradients.h - the gradients of a plan's parameters, from all rows of a batch.
//
// They are cut into tasks by parameters, never by samples: no sum is split.
#pragma once
#include <functional>
#include <span>
#include <vector>

#include "isinglass/base/buffer.h"
#include "isinglass/base/thread_pool.h"
#include "isinglass/model/plan_exchange.h"
#include "isinglass/model/plan_part.h"

namespace isinglass {

template <class T>
class PlanGradients {
 public:
  // Makes `pieces_for(work, extent)` tasks of a node's gradient, which takes so many floating-point operations. A
  // parameter of several nodes: the first to use it writes the gradient, `whole` gets places of their own for the others.
  PlanGradients(const Graph& graph, const std::vector<LayerFunctions<T>>& functions, Index max_batch,
                PlanPart<T>& whole, const std::function<Index(double work, Index extent)>& pieces_for);

  std::size_t size() const { return tasks_.size(); }
  Index numbers() const { return shared_memory_.size(); }  // held besides the gradients themselves
  // Whose gradients compute() computes, in its order, and how many slices at a time; `as_one`: after a pass that took all
  // rows as one.
  struct Cut {
    std::size_t node;
    Index slices;
  };
  std::vector<Cut> cuts(bool as_one) const;
  void set_scratch(std::size_t task, std::span<T> scratch) { tasks_[task].backward.scratch = scratch; }
  // Of each parameter, whether its gradient may be handed over: that of a large kernel of one node.
  const std::vector<bool>& handed_over() const { return handed_over_; }
  // The rows that `whole` has taken, and its random keys.
  void take(const PlanPart<T>& whole);
  void set_random(const PlanPart<T>& whole);

  // `pool`: null after a pass that took all rows as one, which has left the gradients that it computed in parts. `to`
  // takes those that are handed over, unless it is null.
  void compute(ThreadPool* pool, PlanExchange<T>* exchange, const kernels::Handover<T>* to, Parameters<T>& gradients);

 private:
  struct Task {
    std::size_t node;
    Backward<T> backward;
  };
  struct Shared {  // what a second user of a parameter adds to its gradient
    std::size_t parameter;
    View<T> term;
  };
  void list_handed_over(const Graph& graph);
  void share(const Graph& graph, PlanPart<T>& whole);

  const std::vector<LayerFunctions<T>>& functions_;
  std::vector<Task> tasks_;
  std::vector<Shared> shared_;
  std::vector<bool> handed_over_, hands_over_;  // of parameters, of nodes
  Buffer<T> shared_memory_;
};

extern template class PlanGradients<float>;
extern template class PlanGradients<double>;

}  // namespace isinglass
