// isinglass/model/plan_sharing.h - which memory of a plan is used again while nobody looks at the values.
//
// A rectifier may write its output where its input was, and its gradient likewise; beside a dense layer it is but the end of
// that layer's product. A layer that changes no number has its output where its input is. In inference a value that is read by its neighbours in a run of chunks alone (plan_chunks.h) is gone
// when its rows are through: the next rows take their place, which is still in a near cache. Numbers are computed as ever:
// no bit of a result changes.
#pragma once
#include <vector>

#include "isinglass/model/graph.h"

namespace isinglass {

struct PlanSharing {
  // Of each value, the one where its numbers and their gradients lie: often its own. Only an identity of the network's
  // input, which needs no gradient, lies there: nobody writes it.
  std::vector<ValueId> place;
  std::vector<bool> passing;  // of each value, whether in inference rows take each other's places
  // Of each node: a rectifier leaves its forward pass to the layer before, its backward pass to the one behind.
  struct Rectifying {
    bool leaves_forward = false, leaves_backward = false;  // of a rectifier
    bool rectify = false, x_is_rectified = false;          // as in Forward and Backward, of its neighbours
  };
  std::vector<Rectifying> rectifying;
  bool leaves_forward(std::size_t node) const { return rectifying[node].leaves_forward || place[node + 1] == 0; }

  // `runs`: in which run of actions the forward pass of each node is; 0: in none that goes through a batch in chunks.
  // The input, the output and `loss_value` keep their places and rows. `input_gradient`: as in PlanOptions.
  template <class T>
  PlanSharing(const Graph& graph, const std::vector<LayerFunctions<T>>& functions, const std::vector<std::size_t>& runs,
              ValueId loss_value, bool input_gradient);

 private:
  template <class T>
  void leave_rectifiers(const Graph& graph, const std::vector<LayerFunctions<T>>& functions,
                        const std::vector<int>& readers);
};

}  // namespace isinglass
