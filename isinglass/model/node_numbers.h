// isinglass/model/node_numbers.h - which node and which weight has which number in a network drawn by hand.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "isinglass/model/graph.h"

namespace isinglass {

// An output of the network's nodes, by its number.
struct NumberedNode {
  ValueId value = 0;
  Index element = 0;
  const GraphLayer* layer = nullptr;  // null for an input
};
std::optional<NumberedNode> find_node(const Graph& graph, Index number);
Index node_count(const Graph& graph);  // the largest number of a node

// "H4", or "" for a value whose layer has no nodes of its own.
std::string node_name(const Graph& graph, ValueId value, Index element);
// A layer without nodes of its own works on those of a layer before; this is the value whose nodes `value` stands for.
ValueId numbered_value(const Graph& graph, ValueId value);
// The number of an element of a value of a layer with nodes.
Index number_of(const Graph& graph, ValueId value, Index element);
std::size_t layer_of(const Graph& graph, ValueId value);  // not of the input

// A dense layer has a weight for each pair of nodes; `transposed`: kept with a row for each output.
bool is_dense(const Graph& graph, const GraphLayer& layer);
bool is_transposed(const Graph& graph, const GraphLayer& layer);
std::size_t kernel_of(const Graph& graph, const GraphLayer& layer);  // of a layer with a kernel
std::optional<std::size_t> bias_of(const Graph& graph, const GraphLayer& layer);

// How many numbers the weights of a convolution with one kernel take, before its nodes; 0 for other layers.
Index numbered_weights(const Graph& graph, const GraphLayer& layer);
std::vector<const GraphLayer*> single_kernel_layers(const Graph& graph);

// "[3,0]": an element of an array of this shape.
std::string indexed(const Shape& shape, Index element);

}  // namespace isinglass
