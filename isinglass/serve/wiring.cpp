#include "isinglass/serve/wiring.h"

#include <algorithm>

#include "isinglass/model/node_numbers.h"

namespace isinglass {
namespace {

// The parameter that an expression is, where it is nothing else.
std::optional<Quantity> single_parameter(const Expression& expression) {
  std::vector<Quantity> found;
  const std::string text = expression.text([&](const Quantity& q) {
    found.push_back(q);
    return std::string("w");
  });
  if (text != "w" || found[0].kind != Quantity::kParameter) return std::nullopt;
  return found[0];
}

bool is_bias(const Graph& graph, std::size_t parameter) {
  return graph.parameters[parameter].spec.role == ParamSpec::kBias;
}

// Wires the nodes of one layer; false when they are joined in another way.
bool wire(const Graph& graph, const Moment& moment, const GraphLayer& layer, Wiring& wiring) {
  const GraphNode& node = graph.nodes[layer.pre_node];
  if (node.inputs.size() != 1 || node.parameters.empty()) return false;
  const ValueId before = numbered_value(graph, node.inputs[0]);
  bool is_wired = true;
  for (Index j = 0; j < size_of(node.out) && is_wired; ++j) {
    const Address to{.kind = Address::kPreActivation, .which = layer.pre_node + 1, .element = j};
    node.layer.partials(moment.call(layer.pre_node), 0, j, [&](const Partial& partial) {
      const auto parameter = [&](const Quantity& q) {
        return Address{.kind = Address::kParameter,
                       .which = node.parameters[static_cast<std::size_t>(q.which)],
                       .element = q.index};
      };
      if (partial.variable.kind == Quantity::kParameter) {
        const Address bias = parameter(partial.variable);
        if (is_bias(graph, bias.which)) wiring.biases.push_back({bias, to});
        return;
      }
      const auto weight = single_parameter(partial.derivative);
      is_wired = is_wired && weight && partial.variable.row == 0;
      if (!is_wired) return;
      wiring.wires.push_back({.weight = parameter(*weight),
                              .from = {.kind = before == 0 ? Address::kInput : Address::kOutput,
                                       .which = before,
                                       .element = partial.variable.index},
                              .to = to});
    });
  }
  return is_wired && static_cast<Index>(wiring.wires.size()) <= kMostWires;
}

}  // namespace

bool may_be_wired(const Graph& graph) {
  Index nodes = size_of(graph.input);
  for (const GraphLayer& layer : graph.layers)
    if (layer.has_nodes) nodes += size_of(layer.out);
  return nodes <= kMostNodes && graph.parameter_count() <= kMostWires;
}

std::optional<Wiring> wiring_of(const Graph& graph, const Moment& moment) {
  Wiring wiring;
  for (const GraphLayer& layer : graph.layers) {
    // What has no nodes may only rearrange them.
    const bool only_rearranges =
        !layer.has_nodes && numbered_value(graph, layer.out_node + 1) == numbered_value(graph, layer.pre_node + 1) &&
        size_of(layer.out) == size_of(layer.in[0]) && graph.nodes[layer.out_node].parameters.empty() &&
        (layer.kind == "flatten" || layer.kind == "reshape");
    if (!only_rearranges && (!layer.has_nodes || !wire(graph, moment, layer, wiring))) return std::nullopt;
  }
  return wiring;
}

std::vector<Wire> Wiring::into(const Address& node) const {
  std::vector<Wire> found;
  std::ranges::copy_if(wires, std::back_inserter(found), [&](const Wire& w) { return w.to == node; });
  return found;
}

std::vector<Wire> Wiring::with(const Address& weight) const {
  std::vector<Wire> found;
  std::ranges::copy_if(wires, std::back_inserter(found), [&](const Wire& w) { return w.weight == weight; });
  return found;
}

const Wiring::Bias* Wiring::bias_of(const Address& node) const {
  const auto found = std::ranges::find(biases, node, &Bias::of);
  return found == biases.end() ? nullptr : &*found;
}

}  // namespace isinglass
