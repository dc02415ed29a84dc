// isinglass/figure/network_diagram.h - a network of nodes and weighted edges, layer by layer, with its numbers.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/diagram_parts.h"

namespace isinglass {

struct NetworkDiagram {
  std::string title;
  std::vector<DiagramNode> nodes;  // within a layer from top to bottom
  std::vector<DiagramEdge> edges;
  std::vector<std::string> layer_names = {};  // above the layers
  EdgeColours colours = EdgeColours::kBySign;
  Index most_nodes = 12;                // shown of a layer; of larger ones the first and last
  std::vector<Index> layer_sizes = {};  // where `nodes` holds only the first and last of a layer: how many it has
  Index most_labelled = 40;             // edges; with more of them, numbers are left to their tooltips
  std::string derivative_name = "derivatives of the loss";  // in the key
};

// Every quantity is a series named by its key with the column "value", drawn or not. Throws InputError for an edge
// whose ends are no nodes, or a node in a layer beyond 0 to 255.
Scene draw(const NetworkDiagram& diagram);

}  // namespace isinglass
