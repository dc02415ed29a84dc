// isinglass/model/quantity_name.h - the one grammar in which every number of a network has a name.
//
//     I1 H4 O6 L4 M6 R7 C9           output of a node, by its number in the network (GraphLayer::first_number)
//     in(H4)                         its pre-activation
//     w(4,6), or a lambda for the w  weight of a dense layer, from node 4 to node 6
//     b(6)                           bias of node 6, in a dense layer
//     k(6)                           weight of a convolution with one kernel, numbered just before its nodes
//     b(conv)                        bias of such a convolution, the only one of the network
//     layer2.kernel[3,0]             a parameter or state: by layer (1 = first after the input), name and zero-based
//                                    index in its shape, in its matrix form, or flat
//     layer2.out[7]  layer2.in[7]    output of a layer, and its pre-activation; flat or in its shape
//     dL/dX                          derivative of the loss with respect to any of these
//     loss learning_rate accuracy .. scalars of a step; of one part of the data: validation.loss
//
// Spaces do not count.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/model/graph.h"

namespace isinglass {

// Which number of a network.
struct Address {
  enum Kind { kParameter, kPreActivation, kOutput, kInput, kLoss, kScalar } kind = kLoss;
  bool is_derivative = false;  // dL/d of it
  std::size_t which = 0;       // index into Graph::parameters, or a ValueId; 0 for kInput
  Index element = 0;           // of the parameter or of one sample of the value, flat
  std::string scalar = {};     // of kScalar: its name

  bool is_value() const { return kind == kPreActivation || kind == kOutput || kind == kInput; }
  friend bool operator==(const Address&, const Address&) = default;
};

// Throws OptionError: what was not understood or does not exist, with near names.
Address parse_quantity(std::string_view name, const Graph& graph);

// kAutomatic: by node for networks of up to 100 nodes, else by layer.
enum class Naming { kAutomatic, kByNode, kByLayer };
// A name that parse_quantity reads back to the same number. By node where the grammar has such a name, else by layer.
std::string name_of(const Address& address, const Graph& graph, Naming naming = Naming::kAutomatic);

// Every input, node (pre-activation and output) and trained number, in forward order.
std::vector<Address> all_quantities(const Graph& graph);

}  // namespace isinglass
