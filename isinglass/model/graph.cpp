#include "isinglass/model/graph.h"

#include <algorithm>

#include "isinglass/base/buffer.h"

namespace isinglass {
namespace {

class Builder {
 public:
  Builder(const Architecture& architecture, Graph& graph) : architecture_(architecture), graph_(graph) {}

  // Appends the layers of a chain behind `value` and returns the value at its end.
  ValueId append(const Chain& chain, ValueId value) {
    for (const LayerSpec& spec : chain) value = append(spec, value);
    return value;
  }

 private:
  ValueId append(const LayerSpec& spec, ValueId value) {
    std::vector<ValueId> ends{value};
    Layer layer = spec.layer;
    if (layer.is_composite()) {
      ends.clear();
      for (const Chain& branch : layer.branches()) ends.push_back(append(branch, value));
      layer = spec.layer.merge();
    }
    const std::string name = "layer" + std::to_string(graph_.layers.size() + 1);
    const std::size_t index = graph_.layers.size();
    graph_.layers.push_back({.name = name,
                             .kind = std::string(spec.layer.kind()),
                             .activation = spec.activation ? std::string(spec.activation->kind()) : ""});
    try {
      const ValueId pre = append_node(layer, std::move(ends), spec, name, index);
      const ValueId out = spec.activation ? append_node(*spec.activation, {pre}, spec, name, index) : pre;
      GraphLayer& info = graph_.layers[index];
      info.pre_node = pre - 1;
      info.out_node = out - 1;
      info.in = graph_.nodes[pre - 1].in;
      info.out = graph_.nodes[out - 1].out;
      info.arithmetic = layer.arithmetic(info.in);
      graph_.nodes[out - 1].activity_l1 = spec.activity_l1;
      return out;
    } catch (const ShapeError& error) {
      throw ShapeError(located(name, spec, error.what()));
    } catch (const OptionError& error) {
      throw OptionError(located(name, spec, error.what()));
    }
  }

  // "layer1 (dense): ...", in place of the "dense: ..." that the layer itself says.
  static std::string located(const std::string& name, const LayerSpec& spec, std::string_view message) {
    const std::string kind(spec.layer.kind());
    if (message.starts_with(kind + ": ")) message.remove_prefix(kind.size() + 2);
    return name + " (" + kind + "): " + std::string(message);
  }

  ValueId append_node(const Layer& layer, std::vector<ValueId> inputs, const LayerSpec& spec, const std::string& name,
                      std::size_t layer_index) {
    GraphNode node{.layer = layer, .inputs = std::move(inputs), .layer_index = layer_index};
    for (const ValueId v : node.inputs) node.in.push_back(graph_.value_shape(v));
    node.out = layer.output_shape(node.in);
    if (size_of(node.out) < 1) throw ShapeError("its output " + to_string(node.out) + " is empty");
    for (const ParamSpec& param : layer.params(node.in)) {
      if (!spec.tied_to.empty() && param.role == ParamSpec::kKernel) {
        node.parameters.push_back(find_kernel(spec.tied_to, param));
        continue;
      }
      node.parameters.push_back(graph_.parameters.size());
      append_parameter(param, spec, name);
      if (param.role != ParamSpec::kState) graph_.layers[layer_index].parameters += size_of(param.shape);
    }
    graph_.nodes.push_back(std::move(node));
    return graph_.nodes.size();
  }

  // The kernel of an earlier layer, to be shared.
  std::size_t find_kernel(const std::string& layer, const ParamSpec& wanted) const {
    for (std::size_t p = 0; p < graph_.parameters.size(); ++p) {
      if (graph_.parameters[p].name != layer + "." + wanted.name) continue;
      const Shape& shape = graph_.parameters[p].spec.shape;
      if (shape != wanted.shape)
        throw ShapeError("tied_to: the kernel of " + layer + " has shape " + to_string(shape) +
                         ", but this layer's has " + to_string(wanted.shape));
      return p;
    }
    throw ShapeError("tied_to: no layer before this one is called " + layer + " and has a kernel");
  }

  void append_parameter(const ParamSpec& param, const LayerSpec& spec, const std::string& layer_name) {
    const auto& own = param.role == ParamSpec::kKernel ? spec.kernel_initialiser : spec.bias_initialiser;
    const Initialiser& common =
        param.role == ParamSpec::kKernel ? architecture_.kernel_initialiser : architecture_.bias_initialiser;
    constexpr Index kLargest = Index{1} << 40;  // numbers; far beyond any memory, far below any overflow
    const Index size = size_of(param.shape), cols = param.shape.empty() ? 1 : param.shape.back();
    if (size > kLargest || graph_.flat_size() > kLargest)
      throw ShapeError("the parameter " + param.name + to_string(param.shape) + " is too large");
    graph_.parameters.push_back({.name = layer_name + "." + param.name,
                                 .spec = param,
                                 .initialiser = own.value_or(common),
                                 .rows = size / cols,
                                 .cols = cols,
                                 .offset = graph_.flat_size()});
  }

  const Architecture& architecture_;
  Graph& graph_;
};

// Nodes are numbered as one counts them by hand; a shared kernel of one channel counts its weights before them.
void number_nodes(Graph& graph) {
  Index next = size_of(graph.input) + 1;
  std::size_t last = 0;
  for (std::size_t k = 0; k < graph.layers.size(); ++k) {
    GraphLayer& layer = graph.layers[k];
    const GraphNode& node = graph.nodes[layer.pre_node];
    const bool has_kernel = std::ranges::any_of(
        node.parameters, [&](std::size_t p) { return graph.parameters[p].spec.role == ParamSpec::kKernel; });
    const bool is_dense = node.in[0].size() == 1 && node.out.size() == 1;
    layer.has_nodes = has_kernel || size_of(layer.in[0]) != size_of(layer.out);
    layer.letter = !graph.is_autoencoder()         ? (is_dense ? 'H' : 'C')
                   : k + 1 < graph.encoder_layers  ? 'L'
                   : k + 1 == graph.encoder_layers ? 'M'
                                                   : 'R';
    if (!layer.has_nodes) continue;
    if (has_kernel && !is_dense) {
      const Shape& kernel = graph.parameters[node.parameters[0]].spec.shape;
      if (kernel.front() == 1 && kernel.back() == 1) next += size_of(kernel);
    }
    layer.first_number = next;
    next += size_of(layer.out);
    last = k;
  }
  graph.layers[last].letter = 'O';
}

}  // namespace

Index Graph::parameter_count() const {
  Index count = 0;
  for (const GraphParameter& p : parameters)
    if (p.spec.role != ParamSpec::kState) count += p.size();
  return count;
}

Index Graph::flat_size() const {
  // Aligned for float, hence for double as well.
  return parameters.empty() ? 0 : Buffer<float>::aligned(parameters.back().offset + parameters.back().size());
}

Graph Graph::build(const Architecture& architecture, const Shape& input) {
  const Autoencoder::Layers layers = architecture.written_out(input);
  Graph graph;
  graph.encoder_layers = layers.encoder;
  graph.input = input;
  graph.initial_order = architecture.initial_order;
  if (!architecture.input.empty() && architecture.input != input)
    throw ShapeError("[model] input is " + to_string(architecture.input) + ", but a sample of the data is " +
                     to_string(input));
  if (!architecture.widths.empty() && Shape{architecture.widths[0]} != input)
    throw ShapeError("[model] widths begin with " + std::to_string(architecture.widths[0]) +
                     " inputs, but a sample of the data is " + to_string(input));
  Builder(architecture, graph).append(layers.chain, 0);
  number_nodes(graph);
  return graph;
}

}  // namespace isinglass
