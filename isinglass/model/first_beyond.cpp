#include "isinglass/model/first_beyond.h"

#include <algorithm>
#include <cmath>

namespace isinglass {

template <class T>
std::string first_beyond(const Plan<T>& plan, double limit) {
  const Graph& graph = plan.graph();
  const auto in_row = [&](std::span<const T> row) {
    const auto found = std::ranges::find_if(row, [&](T x) { return !(std::abs(static_cast<double>(x)) <= limit); });
    return found == row.end() ? Index{-1} : static_cast<Index>(found - row.begin());
  };
  const auto in_value = [&](ValueId v, const std::string& name) -> std::string {
    for (Index n = 0; n < plan.rows(); ++n)
      if (const Index j = in_row(plan.value(v).row(n)); j >= 0)
        return name + "[" + std::to_string(j) + "] of sample " + std::to_string(n) + " of the batch";
    return "";
  };
  if (std::string found = in_value(0, "the input"); !found.empty()) return found;
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    for (const std::size_t p : graph.nodes[k].parameters) {
      const View<const T> w = plan.parameters()[p];
      for (Index i = 0; i < w.rows; ++i)
        if (const Index j = in_row(w.row(i)); j >= 0)
          return graph.parameters[p].name + "[" + (w.rows > 1 ? std::to_string(i) + "," : "") + std::to_string(j) + "]";
    }
    const GraphLayer& layer = graph.layers[graph.nodes[k].layer_index];
    if (std::string found = in_value(k + 1, layer.name + (k == layer.out_node ? ".out" : ".in")); !found.empty())
      return found;
  }
  return std::abs(plan.mean_loss()) <= limit ? "" : "loss";
}

template std::string first_beyond(const Plan<float>&, double);
template std::string first_beyond(const Plan<double>&, double);

}  // namespace isinglass
