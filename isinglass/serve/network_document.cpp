#include "isinglass/serve/network_document.h"

#include <algorithm>

#include "isinglass/figure/quantity_symbol.h"
#include "isinglass/model/node_numbers.h"
#include "isinglass/model/quantity_name.h"

namespace isinglass {
namespace {

void name(Value& into, const char* key, const Address& address, const Graph& graph) {
  const std::string text = name_of(address, graph);
  into.set(key, text);
  into.set(std::string(key) + "_symbol", symbol_of(text));
}

// Layer 0 is the input.
Value node(const Graph& graph, std::size_t layer_number, Index element) {
  const bool is_input = layer_number == 0;
  const ValueId value = is_input ? 0 : graph.layers[layer_number - 1].out_node + 1;
  Value out = Value::Table{};
  name(out, "name", {.kind = is_input ? Address::kInput : Address::kOutput, .which = value, .element = element}, graph);
  out.set("letter", std::string(1, is_input ? 'I' : graph.layers[layer_number - 1].letter));
  out.set("number", element + (is_input ? 1 : graph.layers[layer_number - 1].first_number));
  out.set("layer", static_cast<Index>(layer_number));
  if (is_input) return out;
  const GraphLayer& layer = graph.layers[layer_number - 1];
  name(out, "in", {.kind = Address::kPreActivation, .which = layer.pre_node + 1, .element = element}, graph);
  out.set("activation", layer.activation.empty() ? "linear" : layer.activation);
  if (const auto bias = bias_of(graph, layer))
    name(out, "bias", {.kind = Address::kParameter, .which = *bias, .element = element}, graph);
  return out;
}

Value layers_of(const Graph& graph) {
  Value::Array layers;
  for (const GraphLayer& layer : graph.layers) {
    Value row = Value::Table{};
    row.set("name", layer.name);
    row.set("kind", layer.kind);
    row.set("activation", layer.activation);
    row.set("parameters", layer.parameters);
    Value::Array shape;
    for (const Index n : layer.out) shape.push_back(n);
    row.set("shape", std::move(shape));
    layers.push_back(std::move(row));
  }
  return layers;
}

}  // namespace

bool is_nodes_and_weights(const Graph& graph) {
  return graph.input.size() == 1 && std::ranges::all_of(graph.layers, [&](const GraphLayer& layer) {
           return layer.has_nodes && is_dense(graph, layer);
         });
}

void for_each_weight(const Graph& graph, const std::function<void(const NodeWeight&)>& sink) {
  for (const GraphLayer& layer : graph.layers) {
    const ValueId in = numbered_value(graph, graph.nodes[layer.pre_node].inputs[0]), out = layer.out_node + 1;
    const Index rows = size_of(graph.value_shape(in)), units = size_of(layer.out);
    const std::size_t kernel = kernel_of(graph, layer);
    const bool transposed = is_transposed(graph, layer);
    for (Index j = 0; j < units; ++j)
      for (Index i = 0; i < rows; ++i)
        sink({.weight = {.kind = Address::kParameter,
                         .which = kernel,
                         .element = transposed ? j * rows + i : i * units + j},
              .from = {.kind = in == 0 ? Address::kInput : Address::kOutput, .which = in, .element = i},
              .to = {.kind = Address::kOutput, .which = out, .element = j}});
  }
}

Value network_document(const Replay& replay) {
  const Graph& graph = replay.graph();
  const LoadedData& data = replay.data();
  Value out = Value::Table{};
  out.set("layers", layers_of(graph));
  out.set("parameters", graph.parameter_count());
  out.set("samples", data.train.size());
  out.set("batches", replay.batches());
  out.set("loss", std::string(replay.loss().kind()));
  out.set("autoencoder", graph.is_autoencoder());
  const bool is_drawn = is_nodes_and_weights(graph) && graph.parameter_count() <= kMostDrawnEdges;
  out.set("drawn", is_drawn);
  if (!is_drawn) return out;
  Value::Array nodes, edges;
  for (Index i = 0; i < size_of(graph.input); ++i) nodes.push_back(node(graph, 0, i));
  for (std::size_t k = 0; k < graph.layers.size(); ++k)
    for (Index j = 0; j < size_of(graph.layers[k].out); ++j) nodes.push_back(node(graph, k + 1, j));
  for_each_weight(graph, [&](const NodeWeight& w) {
    Value edge = Value::Table{};
    edge.set("from", name_of(w.from, graph));
    edge.set("to", name_of(w.to, graph));
    name(edge, "weight", w.weight, graph);
    edges.push_back(std::move(edge));
  });
  out.set("nodes", std::move(nodes));
  out.set("edges", std::move(edges));
  return out;
}

}  // namespace isinglass
