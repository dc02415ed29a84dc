// isinglass/model/observer.h - somebody who watches a network compute.
#pragma once
#include <cstddef>

namespace isinglass {

template <class T>
class Plan;

// Every value keeps its place in memory until the next step, so an observer reads whatever it wants from the
// plan; without an observer nothing is spent. `layer` is the index into Graph::layers.
template <class T>
class Observer {
 public:
  virtual ~Observer() = default;
  // Asked before a training step: whether values or gradients are read after it. If not, a lean plan (PlanOptions) may
  // overwrite values and their gradients, and a trainer hand gradients over; input, output and losses are there.
  virtual bool looks_at_values() { return true; }
  virtual void after_forward(const Plan<T>&, std::size_t /*layer*/) {}
  virtual void after_backward(const Plan<T>&, std::size_t /*layer*/) {}  // last layer first
  virtual void after_update(const Plan<T>&) {}
};

}  // namespace isinglass
