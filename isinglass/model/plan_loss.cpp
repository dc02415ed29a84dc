#include "isinglass/model/plan_loss.h"

namespace isinglass {

void check_loss(const Graph& graph, const Loss& loss, bool training) {
  const std::string_view wanted = loss.activation(), last = graph.nodes.back().layer.kind();
  if (!wanted.empty() && wanted != last)
    throw OptionError("the loss " + std::string(loss.kind()) + " is computed together with a " + std::string(wanted) +
                      " output, but the network ends with " + std::string(last) +
                      "; give the last layer activation = \"" + std::string(wanted) + "\"");
  if (!training) return;
  if (!wanted.empty() && graph.nodes.back().activity_l1 > 0)
    throw OptionError(graph.layers.back().name + ": activity_l1 does not go with the loss " + std::string(loss.kind()) +
                      ", which is computed together with the activation");
  for (const GraphNode& node : graph.nodes)
    if (!node.layer.untrainable().empty())
      throw OptionError(graph.layers[node.layer_index].name + " (" + std::string(node.layer.kind()) +
                        ") cannot be trained: " + std::string(node.layer.untrainable()));
}

}  // namespace isinglass
