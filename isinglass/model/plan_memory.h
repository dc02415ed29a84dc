// isinglass/model/plan_memory.h - where the numbers of a plan lie: one arena for all that a step reads and writes.
#pragma once
#include <vector>

#include "isinglass/base/buffer.h"
#include "isinglass/base/view.h"
#include "isinglass/model/graph.h"

namespace isinglass {

// The gradient of a value that several nodes use: the sum of what each sends back.
template <class T>
struct GradientSum {
  ValueId value = 0;
  View<T> total;
  std::vector<View<const T>> terms;

  void add_up() const {
    for (Index n = 0; n < total.rows; ++n)
      for (Index j = 0; j < total.cols; ++j) {
        T sum{0};
        for (const View<const T>& term : terms) sum += term(n, j);
        total(n, j) = sum;
      }
  }
};

template <class T>
struct PlanMemory {
  struct Request {
    Index max_batch = 1;
    bool training = false, input_gradient = false;
    ValueId loss_value = 0;  // whose gradient the loss writes
  };
  PlanMemory(const Graph& graph, const Request& request);

  Buffer<T> arena;
  // All of max_batch rows; no data where nothing is computed.
  std::vector<View<T>> values, gradients;       // of each value
  std::vector<std::vector<View<T>>> saved, dx;  // of each node; the only dx that flows into a value is its gradient
  std::vector<GradientSum<T>> sums;             // of the values that several dx flow into
  std::vector<bool> needs_gradient;             // of each value
};

extern template struct PlanMemory<float>;
extern template struct PlanMemory<double>;

}  // namespace isinglass
