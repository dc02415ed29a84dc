#include "isinglass/model/plan_chunks.h"

#include <algorithm>

namespace isinglass {
namespace {

constexpr Index kCacheBytes = 1 << 20;  // half of a second level cache

// Whether reading a node's parameters again for some rows costs little beside the work with them: they are few, or
// each is used many times for a sample.
bool reads_parameters_cheaply(const Graph& graph, std::size_t node, std::size_t number) {
  constexpr double kFewBytes = 65536, kManyUses = 64;
  double parameters = 0;
  for (const std::size_t p : graph.nodes[node].parameters)
    parameters += static_cast<double>(graph.parameters[p].size());
  return parameters * static_cast<double>(number) <= kFewBytes ||
         graph.nodes[node].layer.operations(graph.nodes[node].in) >= kManyUses * parameters;
}

// Rows of a chunk whose actions use so many numbers for one row. Kernels that take samples as lanes like full vectors: one
// of them may take twice the cache.
Index rows_of(Index numbers, std::size_t number, bool takes_lanes) {
  constexpr Index kLanes = kernels::kLaneSamples;
  const Index rows = kCacheBytes / (std::max<Index>(numbers, 1) * static_cast<Index>(number));
  if (rows >= kLanes) return rows / kLanes * kLanes;
  return takes_lanes && 2 * rows >= kLanes ? kLanes : std::max<Index>(1, rows);
}

// Numbers of one row that an action reads and writes, about.
Index numbers_of(const Graph& graph, const PlanAction& action) {
  if (action.kind == PlanAction::kLoss || action.kind == PlanAction::kSum) return 0;
  const GraphNode& node = graph.nodes[action.index];
  Index numbers = size_of(node.out);
  for (const Shape& in : node.in) numbers += size_of(in) * (action.kind == PlanAction::kBackward ? 2 : 1);
  for (const Index saved : node.layer.saved(node.in)) numbers += saved;
  return numbers;
}

}  // namespace

std::vector<PlanChunk> chunks_of(const Graph& graph, const std::vector<PlanAction>& actions, std::size_t begin,
                                 std::size_t end, std::size_t number) {
  std::vector<PlanChunk> chunks;
  Index numbers = 0;  // that an action of the last chunk uses for one row, at most
  bool may_grow = false, takes_lanes = false;
  for (std::size_t a = begin; a < end; ++a) {
    const PlanAction& action = actions[a];
    const bool of_node = action.kind == PlanAction::kForward || action.kind == PlanAction::kBackward ||
                         action.kind == PlanAction::kGradient;
    const bool cheap = !of_node || reads_parameters_cheaply(graph, action.index, number);
    const Index own = numbers_of(graph, action);
    const bool in_lanes = of_node && graph.nodes[action.index].layer.sample_lanes(graph.nodes[action.index].in,
                                                                                  number) == SampleLanes::kAsAsked;
    if (cheap && may_grow) {
      takes_lanes = takes_lanes || in_lanes;
      numbers = std::max(numbers, own);
      chunks.back().end = a + 1;
      chunks.back().rows = rows_of(numbers, number, takes_lanes);
    } else {
      chunks.push_back({a, a + 1});
      numbers = own;
      takes_lanes = in_lanes;
    }
    may_grow = cheap;
  }
  return chunks;
}

}  // namespace isinglass
