#include "isinglass/model/plan_chunks.h"

#include <algorithm>
#include <cstdlib>

namespace isinglass {
namespace {

double env(const char* name, double value) {
  const char* text = std::getenv(name);
  return text == nullptr ? value : std::atof(text);
}

// Whether reading a node's parameters again for some rows costs little beside the work with them: they are few, or
// each is used many times for a sample.
bool reads_parameters_cheaply(const Graph& graph, std::size_t node, std::size_t number) {
  constexpr double kFewBytes = 65536, kManyUses = 64;
  double parameters = 0;
  for (const std::size_t p : graph.nodes[node].parameters) parameters += static_cast<double>(graph.parameters[p].size());
  return parameters * static_cast<double>(number) <= kFewBytes ||
         graph.nodes[node].layer.operations(graph.nodes[node].in) >= kManyUses * parameters;
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
  static const double kBytes = env("CHUNK_BYTES", 1 << 20);
  static const bool kSum = env("CHUNK_SUM", 0) > 0;
  std::vector<PlanChunk> chunks;
  Index numbers = 0;  // of one row, in the last chunk
  bool may_grow = false;
  for (std::size_t a = begin; a < end; ++a) {
    const PlanAction& action = actions[a];
    const bool of_node = action.kind == PlanAction::kForward || action.kind == PlanAction::kBackward;
    const bool cheap = !of_node || reads_parameters_cheaply(graph, action.index, number);
    const Index own = numbers_of(graph, action);
    if (cheap && may_grow) {
      numbers = kSum ? numbers + own : std::max(numbers, own);
      chunks.back().end = a + 1;
      chunks.back().rows = std::max<Index>(
          1, static_cast<Index>(kBytes / static_cast<double>(number)) / std::max<Index>(numbers, 1));
    } else {
      chunks.push_back({a, a + 1});
      numbers = own;
    }
    may_grow = cheap;
  }
  return chunks;
}

}  // namespace isinglass
