// isinglass/serve/wiring.h - which weight joins which two nodes of a network, and which bias a node has.
//
// It is read from the local derivatives as the layers state them: where d(pre-activation)/d(output before) is a single
// parameter, that parameter is the weight between the two. So a convolution is wired as it computes, padding, stride and
// all, and one of its weights joins several pairs of nodes.
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "isinglass/explain/moment.h"

namespace isinglass {

struct Wire {
  Address weight, from, to;  // a parameter, the output of a node, and the pre-activation that it goes into
};

struct Wiring {
  std::vector<Wire> wires;  // those into one node follow each other
  struct Bias {
    Address bias, of;  // of a pre-activation
  };
  std::vector<Bias> biases;

  std::vector<Wire> into(const Address& node) const;
  std::vector<Wire> with(const Address& weight) const;
  const Bias* bias_of(const Address& node) const;
};

// Larger networks are not drawn node by node.
constexpr Index kMostWires = 1500, kMostNodes = 400;

// Nothing for a network that is not all nodes and weights, or is too large.
std::optional<Wiring> wiring_of(const Graph& graph, const Moment& moment);
bool may_be_wired(const Graph& graph);  // small enough

}  // namespace isinglass
