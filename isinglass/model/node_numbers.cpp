#include "isinglass/model/node_numbers.h"

#include <algorithm>

namespace isinglass {

std::size_t layer_of(const Graph& graph, ValueId value) {
  return graph.nodes[value - 1].layer_index;
}

// A dense layer's kernel and bias have a row or column, and an element, for each node.
bool is_dense(const Graph& graph, const GraphLayer& layer) {
  return graph.nodes[layer.pre_node].layer.kind() == "dense";
}
bool is_transposed(const Graph& graph, const GraphLayer& layer) {
  const Value settings = graph.nodes[layer.pre_node].layer.write();
  const Value* transposed = settings.find("transposed");
  return transposed != nullptr && transposed->as_bool() != nullptr && *transposed->as_bool();
}
std::size_t kernel_of(const Graph& graph, const GraphLayer& layer) {
  return graph.nodes[layer.pre_node].parameters[0];
}
std::optional<std::size_t> bias_of(const Graph& graph, const GraphLayer& layer) {
  for (const std::size_t p : graph.nodes[layer.pre_node].parameters)
    if (graph.parameters[p].spec.role == ParamSpec::kBias) return p;
  return std::nullopt;
}

// How many numbers the weights of a convolution with one kernel took, before its nodes; else 0.
Index numbered_weights(const Graph& graph, const GraphLayer& layer) {
  if (!layer.has_nodes || is_dense(graph, layer) || graph.nodes[layer.pre_node].parameters.empty()) return 0;
  const GraphParameter& kernel = graph.parameters[kernel_of(graph, layer)];
  const bool is_flat = layer.in[0].size() == 1 && layer.out.size() == 1;
  const bool is_single = kernel.spec.role == ParamSpec::kKernel && kernel.size() == kernel.spec.fan_in;
  return is_single && !is_flat ? kernel.size() : 0;
}
std::vector<const GraphLayer*> single_kernel_layers(const Graph& graph) {
  std::vector<const GraphLayer*> found;
  for (const GraphLayer& layer : graph.layers)
    if (numbered_weights(graph, layer) > 0) found.push_back(&layer);
  return found;
}

std::optional<NumberedNode> find_node(const Graph& graph, Index number) {
  if (number >= 1 && number <= size_of(graph.input)) return NumberedNode{.element = number - 1};
  for (const GraphLayer& layer : graph.layers)
    if (layer.has_nodes && number >= layer.first_number && number < layer.first_number + size_of(layer.out))
      return NumberedNode{layer.out_node + 1, number - layer.first_number, &layer};
  return std::nullopt;
}
Index number_of(const Graph& graph, ValueId value, Index element) {
  return value == 0 ? element + 1 : graph.layers[layer_of(graph, value)].first_number + element;
}
std::string indexed(const Shape& shape, Index element) {
  std::string text;
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    text = std::to_string(element % shape[axis]) + (text.empty() ? "" : ",") + text;
    element /= shape[axis];
  }
  return "[" + (text.empty() ? "0" : text) + "]";
}

Index node_count(const Graph& graph) {
  Index count = size_of(graph.input);
  for (const GraphLayer& layer : graph.layers)
    if (layer.has_nodes) count = std::max(count, layer.first_number + size_of(layer.out) - 1);
  return count;
}

std::string node_name(const Graph& graph, ValueId value, Index element) {
  if (value == 0) return "I" + std::to_string(element + 1);
  const GraphLayer& layer = graph.layers[layer_of(graph, value)];
  return layer.has_nodes ? layer.letter + std::to_string(layer.first_number + element) : "";
}

ValueId numbered_value(const Graph& graph, ValueId value) {
  while (value != 0 && !graph.layers[layer_of(graph, value)].has_nodes) value = graph.nodes[value - 1].inputs[0];
  return value;
}

}  // namespace isinglass
