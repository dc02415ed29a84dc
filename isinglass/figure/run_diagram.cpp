#include "isinglass/figure/run_diagram.h"

#include <algorithm>
#include <map>

#include "isinglass/base/error.h"
#include "isinglass/figure/run_curves.h"
#include "isinglass/model/node_numbers.h"

namespace isinglass {
namespace {

// A setting that is a count, or a list of them whose last one is meant.
Index count_of(const Value& settings, const std::string& name) {
  const Value* value = settings.find(name);
  if (value != nullptr && value->as_array() != nullptr && !value->as_array()->empty())
    value = &value->as_array()->back();
  return value != nullptr && value->as_integer() != nullptr ? *value->as_integer() : 1;
}

class DiagramOfRun {
 public:
  DiagramOfRun(RunReader& run, Index epoch, Index sample, const RunDiagramOptions& options)
      : run_(run), graph_(run.graph()), epoch_(epoch), sample_(sample), options_(options) {}

  RunDiagram made() {
    check();
    if (first_is_convolution()) return convolution();
    return network();
  }

 private:
  using Which = std::pair<ValueId, Index>;  // a node: value and element

  bool first_is_convolution() const { return !graph_.layers.empty() && numbered_weights(graph_, graph_.layers[0]) > 0; }

  [[noreturn]] void refuse(const GraphLayer& layer) const {
    throw InputError(run_.directory() + ": " + layer.name + " (" + layer.kind + ", " + to_string(layer.in[0]) + " to " +
                     to_string(layer.out) +
                     ") has no place in a diagram of nodes; it draws dense layers, and a 1D convolution of one kernel "
                     "without padding as the first layer; take the kind weights or activations");
  }

  void check() const {
    if (epoch_ < 0 || epoch_ > run_.epochs())
      throw InputError(run_.directory() + ": there is no epoch " + std::to_string(epoch_) + "; they are 0 to " +
                       std::to_string(run_.epochs()));
    if (sample_ < 0 || sample_ >= run_.training_samples())
      throw InputError(run_.directory() + ": there is no sample " + std::to_string(sample_) +
                       "; the training samples are 0 to " + std::to_string(run_.training_samples() - 1));
    for (const GraphNode& node : graph_.nodes)
      if (node.inputs.size() != 1) refuse(graph_.layers[node.layer_index]);
    for (const GraphLayer& layer : graph_.layers) {
      const bool is_first = &layer == &graph_.layers[0];
      if (layer.has_nodes && !is_dense(graph_, layer) && !(is_first && first_is_convolution())) refuse(layer);
    }
    if (!first_is_convolution()) return;
    const GraphLayer& layer = graph_.layers[0];
    const Value settings = graph_.nodes[layer.pre_node].layer.write();
    const Index taps = numbered_weights(graph_, layer), inputs = size_of(graph_.input);
    const Index stride = count_of(settings, "stride");
    if (layer.kind != "conv1d" || count_of(settings, "dilation") != 1 || inputs < taps ||
        size_of(layer.out) != (inputs - taps) / stride + 1)
      refuse(layer);
  }

  NamedNumber number(Address address, bool is_derivative) {
    address.is_derivative = is_derivative;
    const std::string name = name_of(address, graph_, Naming::kByNode);
    // Of a parameter only the derivative belongs to a sample.
    const bool has_sample = address.kind != Address::kParameter || is_derivative;
    const double value = run_.number(address, epoch_, has_sample ? std::optional(sample_) : std::nullopt).value;
    return {symbol_of(name, options_.signs), series_key(name, options_.signs),
            signed_value(name, value, options_.signs), is_derivative};
  }

  // The number, and its derivative where that is wanted and occurs.
  void add(std::vector<NamedNumber>& numbers, const Address& address) {
    numbers.push_back(number(address, false));
    if (has_derivative(address)) numbers.push_back(number(address, true));
  }
  // A loss that is computed together with the output's activation has no derivative at the output.
  bool has_derivative(const Address& address) const {
    return options_.has_derivatives && !(address.kind == Address::kOutput && address.which == graph_.output_value() &&
                                         !run_.loss().activation().empty());
  }

  DiagramNode node(ValueId value, Index element, const GraphLayer* layer, Index column) {
    const Address output{.kind = value == 0 ? Address::kInput : Address::kOutput, .which = value, .element = element};
    DiagramNode made{.name = symbol_of(name_of(output, graph_, Naming::kByNode)), .layer = column};
    made.quantities.push_back(number(output, false));
    if (layer != nullptr) {
      if (const auto bias = bias_of(graph_, *layer); bias && is_dense(graph_, *layer))
        add(made.quantities, {.kind = Address::kParameter, .which = *bias, .element = element});
      const Address inner{.kind = Address::kPreActivation, .which = layer->pre_node + 1, .element = element};
      if (layer->pre_node != layer->out_node && has_derivative(inner)) made.quantities.push_back(number(inner, true));
    }
    if (has_derivative(output)) made.quantities.push_back(number(output, true));
    return made;
  }

  // The elements of a layer that are shown: all, or the first and last.
  std::vector<Index> shown(Index count) const {
    const Index most = std::max<Index>(options_.most_nodes, 2), head = count > most ? (most + 1) / 2 : count;
    std::vector<Index> elements;
    for (Index i = 0; i < head; ++i) elements.push_back(i);
    for (Index i = count > most ? count - most / 2 : count; i < count; ++i) elements.push_back(i);
    return elements;
  }

  // Edges from the nodes in `places` to the nodes of a dense layer.
  void connect(const GraphLayer& layer, const std::map<Which, std::size_t>& places, std::vector<DiagramEdge>& edges) {
    const ValueId source = numbered_value(graph_, graph_.nodes[layer.pre_node].inputs[0]);
    const Index n_in = layer.in[0][0], units = layer.out[0];
    for (const Index j : shown(units))
      for (Index i = 0; i < n_in; ++i) {
        const auto from = places.find({source, i});
        if (from == places.end()) continue;
        const Index element = is_transposed(graph_, layer) ? j * n_in + i : i * units + j;
        DiagramEdge edge{from->second, places.at({layer.out_node + 1, j})};
        add(edge.quantities, {.kind = Address::kParameter, .which = kernel_of(graph_, layer), .element = element});
        edges.push_back(std::move(edge));
      }
  }

  std::string title() const {
    std::string text = run_name(run_) + ", epoch " + std::to_string(epoch_);
    if (run_.training_samples() > 1) text += ", sample " + std::to_string(sample_);
    if (options_.has_derivatives && options_.signs == SignConvention::kBook) text += ", derivatives in the book's sign";
    return text;
  }
  std::string derivative_name() const {
    return options_.signs == SignConvention::kBook ? "minus the derivatives of the loss" : "derivatives of the loss";
  }

  NetworkDiagram network() {
    NetworkDiagram diagram{.title = title(),
                           .colours = options_.colours,
                           .most_nodes = std::max<Index>(options_.most_nodes, 2),
                           .derivative_name = derivative_name()};
    std::map<Which, std::size_t> places;
    const auto add_nodes = [&](ValueId value, const GraphLayer* layer) {
      const Index count = size_of(graph_.value_shape(value));
      for (const Index element : shown(count)) {
        places[{value, element}] = diagram.nodes.size();
        diagram.nodes.push_back(node(value, element, layer, static_cast<Index>(diagram.layer_sizes.size())));
      }
      diagram.layer_sizes.push_back(count);
    };
    add_nodes(0, nullptr);
    diagram.layer_names.push_back("inputs");
    for (const GraphLayer& layer : graph_.layers) {
      if (!layer.has_nodes) continue;
      add_nodes(layer.out_node + 1, &layer);
      diagram.layer_names.push_back(layer.activation.empty() ? layer.name : layer.name + ", " + layer.activation);
      connect(layer, places, diagram.edges);
    }
    return diagram;
  }

  ConvolutionDiagram convolution() {
    const GraphLayer& layer = graph_.layers[0];
    ConvolutionDiagram diagram{.title = title(),
                               .stride = count_of(graph_.nodes[layer.pre_node].layer.write(), "stride"),
                               .colours = options_.colours,
                               .derivative_name = derivative_name()};
    for (Index i = 0; i < size_of(graph_.input); ++i) diagram.inputs.push_back(node(0, i, nullptr, 0));
    for (Index k = 0; k < numbered_weights(graph_, layer); ++k) {
      DiagramNode weight{.name =
                             "K_{" + std::to_string(layer.first_number - numbered_weights(graph_, layer) + k) + "}"};
      add(weight.quantities, {.kind = Address::kParameter, .which = kernel_of(graph_, layer), .element = k});
      diagram.kernel.push_back(std::move(weight));
    }
    if (const auto bias = bias_of(graph_, layer))
      add(diagram.kernel_bias, {.kind = Address::kParameter, .which = *bias, .element = 0});
    std::map<Which, std::size_t> places;
    for (Index i = 0; i < size_of(layer.out); ++i) {
      places[{layer.out_node + 1, i}] = diagram.maps.size();
      diagram.maps.push_back(node(layer.out_node + 1, i, &layer, 0));
    }
    Index column = 0;
    for (const GraphLayer& dense : graph_.layers) {
      if (!dense.has_nodes || &dense == &layer) continue;
      for (const Index j : shown(size_of(dense.out))) {
        places[{dense.out_node + 1, j}] = diagram.maps.size() + diagram.head.size();
        diagram.head.push_back(node(dense.out_node + 1, j, &dense, column));
      }
      ++column;
      connect(dense, places, diagram.edges);
    }
    return diagram;
  }

  RunReader& run_;
  const Graph& graph_;
  Index epoch_, sample_;
  const RunDiagramOptions& options_;
};

}  // namespace

RunDiagram network_of(RunReader& run, Index epoch, Index sample, const RunDiagramOptions& options) {
  return DiagramOfRun(run, epoch, sample, options).made();
}

Scene draw_network(RunReader& run, Index epoch, Index sample, const RunDiagramOptions& options) {
  return std::visit([](const auto& diagram) { return draw(diagram); }, network_of(run, epoch, sample, options));
}

}  // namespace isinglass
