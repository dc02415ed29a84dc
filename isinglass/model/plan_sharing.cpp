#include "isinglass/model/plan_sharing.h"

namespace isinglass {

template <class T>
PlanSharing::PlanSharing(const Graph& graph, const std::vector<LayerFunctions<T>>& functions,
                         const std::vector<std::size_t>& runs, ValueId loss_value, bool input_gradient) {
  const std::size_t nodes = graph.nodes.size();
  std::vector<int> readers(nodes + 1, 0);
  for (ValueId v = 0; v <= nodes; ++v) {
    place.push_back(v);
    passing.push_back(v > 0 && v != loss_value && v != graph.output_value() && runs[v - 1] > 0);
  }
  for (std::size_t k = 0; k < nodes; ++k)
    for (const ValueId v : graph.nodes[k].inputs) {
      ++readers[v];
      if (v > 0 && runs[k] != runs[v - 1]) passing[v] = false;
    }
  for (std::size_t k = nodes; k-- > 0;) {
    const ValueId v = graph.nodes[k].inputs[0];
    // What the layer before wrote is never written over.
    const bool stays = functions[k].is_identity && place[k + 1] == k + 1;
    if (v == 0) {
      if (stays && !input_gradient && k + 1 != loss_value && k + 1 != graph.output_value()) place[k + 1] = 0;
      continue;
    }
    if (!functions[k].in_place || v == loss_value || readers[v] > 1 || graph.nodes[v - 1].activity_l1 > 0) continue;
    if (functions[v - 1].backward_reads_output && !stays) continue;
    place[v] = place[k + 1];
    passing[place[v]] = passing[place[v]] && passing[v];
  }
  for (ValueId v = 0; v <= nodes; ++v) passing[v] = passing[place[v]];
  leave_rectifiers(graph, functions, readers);
}

// Those that write where they read, to neighbours that see nothing else of them.
template <class T>
void PlanSharing::leave_rectifiers(const Graph& graph, const std::vector<LayerFunctions<T>>& functions,
                                   const std::vector<int>& readers) {
  rectifying.resize(graph.nodes.size());
  const auto is_left = [&](ValueId v) {  // v = k + 1
    return v > 0 && functions[v - 1].is_rectifier && place[graph.nodes[v - 1].inputs[0]] == place[v];
  };
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    const ValueId v = graph.nodes[k].inputs[0];
    if (is_left(k + 1) && functions[v - 1].rectifies) rectifying[k].leaves_forward = rectifying[v - 1].rectify = true;
    if (functions[k].rectifies && is_left(v) && readers[v] == 1 && graph.nodes[v - 1].activity_l1 == 0)
      rectifying[k].x_is_rectified = rectifying[v - 1].leaves_backward = true;
  }
}

template PlanSharing::PlanSharing(const Graph&, const std::vector<LayerFunctions<float>>&,
                                  const std::vector<std::size_t>&, ValueId, bool);
template PlanSharing::PlanSharing(const Graph&, const std::vector<LayerFunctions<double>>&,
                                  const std::vector<std::size_t>&, ValueId, bool);

}  // namespace isinglass
