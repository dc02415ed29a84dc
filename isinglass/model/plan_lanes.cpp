#include "isinglass/model/plan_lanes.h"

namespace isinglass {

std::vector<bool> values_in_lanes(const Graph& graph, const std::vector<PlanAction>& actions,
                                  const std::vector<PlanChunk>& chunks, ValueId loss_value, std::size_t number) {
  const std::size_t nodes = graph.nodes.size();
  std::vector<SampleLanes> ways;
  for (const GraphNode& node : graph.nodes)
    ways.push_back(node.inputs.size() == 1 && node.activity_l1 == 0 ? node.layer.sample_lanes(node.in, number)
                                                                    : SampleLanes::kNever);
  for (const PlanChunk& chunk : chunks)
    for (std::size_t a = chunk.begin; a < chunk.end && chunk.rows < kernels::kLaneSamples; ++a)
      if (actions[a].kind != PlanAction::kLoss && actions[a].kind != PlanAction::kSum)
        ways[actions[a].index] = SampleLanes::kNever;

  std::vector<bool> in_lanes(nodes + 1, true);
  in_lanes[0] = in_lanes[loss_value] = in_lanes[graph.output_value()] = false;
  for (std::size_t k = 0; k < nodes; ++k) {
    if (ways[k] != SampleLanes::kNever) continue;
    in_lanes[k + 1] = false;
    for (const ValueId v : graph.nodes[k].inputs) in_lanes[v] = false;
  }
  // A layer that passes lanes on has them on both sides or on none; what changes at one may change the next.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t k = 0; k < nodes; ++k) {
      const ValueId v = graph.nodes[k].inputs[0];
      const bool fits = in_lanes[v] == in_lanes[k + 1] || ways[k] == SampleLanes::kAsAsked ||
                        ways[k] == SampleLanes::kNever || (ways[k] == SampleLanes::kFromLanes && in_lanes[v]);
      if (fits) continue;
      in_lanes[v] = in_lanes[k + 1] = false;
      changed = true;
    }
  }
  return in_lanes;
}

}  // namespace isinglass
