#include "isinglass/serve/network_document.h"

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

Value input_node(const Graph& graph, Index element) {
  Value out = Value::Table{};
  name(out, "name", {.kind = Address::kInput, .element = element}, graph);
  out.set("letter", "I");
  out.set("number", element + 1);
  out.set("layer", Index{0});
  return out;
}

Value node(const Graph& graph, const GraphLayer& layer, Index element, Index column, const Wiring& wiring) {
  const Address in{.kind = Address::kPreActivation, .which = layer.pre_node + 1, .element = element};
  Value out = Value::Table{};
  name(out, "name", output_of(graph, in), graph);
  out.set("letter", std::string(1, layer.letter));
  out.set("number", layer.first_number + element);
  out.set("layer", column);
  name(out, "in", in, graph);
  out.set("activation", layer.activation.empty() ? "linear" : layer.activation);
  if (const Wiring::Bias* bias = wiring.bias_of(in)) name(out, "bias", bias->bias, graph);
  return out;
}

Value::Array sizes(const Shape& shape) {
  return Value::Array(shape.begin(), shape.end());
}

// A parameter as a whole.
Value array_of(const GraphParameter& parameter) {
  Value out = Value::Table{};
  out.set("name", parameter.name);
  out.set("shape", sizes(parameter.spec.shape));
  out.set("trained", parameter.spec.role != ParamSpec::kState);
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
    row.set("shape", sizes(layer.out));
    Value::Array arrays;
    for (std::size_t node = layer.pre_node; node <= layer.out_node; ++node)
      for (const std::size_t k : graph.nodes[node].parameters) arrays.push_back(array_of(graph.parameters[k]));
    row.set("arrays", std::move(arrays));
    layers.push_back(std::move(row));
  }
  return layers;
}

}  // namespace

Address output_of(const Graph& graph, const Address& pre_activation) {
  const GraphLayer& layer = graph.layers[layer_of(graph, pre_activation.which)];
  return {.kind = Address::kOutput, .which = layer.out_node + 1, .element = pre_activation.element};
}

std::string wire_name(const Graph& graph, const Wire& wire) {
  return name_of(wire.from, graph) + ">" + name_of(output_of(graph, wire.to), graph);
}

Value network_document(const Replay& replay, const Wiring* wiring) {
  const Graph& graph = replay.graph();
  Value out = Value::Table{};
  out.set("input", sizes(graph.input));
  out.set("layers", layers_of(graph));
  Value::Array classes(replay.data().train.class_names().begin(), replay.data().train.class_names().end());
  out.set("classes", std::move(classes));
  out.set("parameters", graph.parameter_count());
  out.set("samples", replay.data().train.size());
  out.set("batches", replay.batches());
  out.set("loss", std::string(replay.loss().kind()));
  out.set("autoencoder", graph.is_autoencoder());
  out.set("drawn", wiring != nullptr);
  if (wiring == nullptr) return out;
  Value::Array nodes, edges;
  for (Index i = 0; i < size_of(graph.input); ++i) nodes.push_back(input_node(graph, i));
  Index column = 0;
  for (const GraphLayer& layer : graph.layers) {
    if (!layer.has_nodes) continue;
    ++column;
    for (Index j = 0; j < size_of(layer.out); ++j) nodes.push_back(node(graph, layer, j, column, *wiring));
  }
  for (const Wire& wire : wiring->wires) {
    Value edge = Value::Table{};
    edge.set("id", wire_name(graph, wire));
    edge.set("from", name_of(wire.from, graph));
    edge.set("to", name_of(output_of(graph, wire.to), graph));
    name(edge, "weight", wire.weight, graph);
    edges.push_back(std::move(edge));
  }
  out.set("nodes", std::move(nodes));
  out.set("edges", std::move(edges));
  return out;
}

}  // namespace isinglass
