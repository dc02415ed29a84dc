// isinglass/serve/network_document.h - the network of a run as nodes and edges with their names and symbols, as JSON.
#pragma once
#include "isinglass/base/value.h"
#include "isinglass/record/replay.h"
#include "isinglass/serve/wiring.h"

namespace isinglass {

// `wiring` may be null: then there are no nodes and edges.
Value network_document(const Replay& replay, const Wiring* wiring);

// The output of a node, from its pre-activation: where there is no activation they are one.
Address output_of(const Graph& graph, const Address& pre_activation);
// "I1>H4": two nodes that a weight joins.
std::string wire_name(const Graph& graph, const Wire& wire);

}  // namespace isinglass
