// isinglass/serve/network_document.h - the network of a run as nodes and edges with their names and symbols, as JSON.
#pragma once
#include <functional>

#include "isinglass/base/value.h"
#include "isinglass/model/quantity_name.h"
#include "isinglass/record/replay.h"

namespace isinglass {

// Drawn edge by edge up to this many.
constexpr Index kMostDrawnEdges = 1500;

// A weight of such a network, with the outputs of the nodes that it joins.
struct NodeWeight {
  Address weight, from, to;
};
// Layer by layer, all weights of a node together.
void for_each_weight(const Graph& graph, const std::function<void(const NodeWeight&)>& sink);

Value network_document(const Replay& replay);

// Whether every layer is dense with nodes of its own, so that the network is nodes joined by weights.
bool is_nodes_and_weights(const Graph& graph);

}  // namespace isinglass
