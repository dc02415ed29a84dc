#include "isinglass/model/quantity_name.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "isinglass/base/error.h"
#include "isinglass/model/node_numbers.h"

namespace isinglass {
namespace {

constexpr Index kMostNamedNodes = 100, kMostNear = 4000;  // nodes named by number; names searched for a near one
constexpr std::string_view kLambda = "\xce\xbb";
constexpr std::string_view kDerivative = "dL/d";

// "loss" is of kind kLoss.
const std::vector<std::string>& scalar_names() {
  static const std::vector<std::string> names{
      "loss",     "learning_rate",   "accuracy", "rmse",         "mae",          "r2",
      "macro_f1", "macro_precision", "seconds",  "macro_recall", "gradient_norm"};
  return names;
}

class Parser {
 public:
  Parser(std::string_view name, const Graph& graph) : graph_(graph), name_(name) {
    for (const char c : name)
      if (c != ' ' && c != '\t') text_ += c;
    rest_ = text_;
  }

  Address parse() {
    const bool is_derivative = take(kDerivative);
    Address address = parse_plain();
    if (is_derivative && address.kind == Address::kLoss) fail("dL/dloss is 1; name an input, a node or a parameter");
    if (is_derivative && address.kind == Address::kScalar)
      fail("the loss has no derivative with respect to " + address.scalar);
    if (is_derivative && address.kind == Address::kParameter &&
        graph_.parameters[address.which].spec.role == ParamSpec::kState)
      fail(graph_.parameters[address.which].name + " is not trained, so it has no derivative");
    address.is_derivative = is_derivative;
    return address;
  }

 private:
  Address parse_plain() {
    if (const auto scalar = find_scalar()) return *scalar;
    if (take("in(")) return parse_pre_activation();
    if (take("w(") || take(std::string(kLambda) + "(")) return parse_weight();
    if (take("b(conv)")) return parse_shared_bias();
    if (take("b(")) return parse_bias();
    if (take("k(")) return parse_kernel_weight();
    if (rest_.starts_with("layer")) return parse_by_layer();
    Address address = parse_node();
    end();
    return address;
  }

  std::optional<Address> find_scalar() const {
    std::string_view metric = rest_;
    for (const std::string_view part : {"train.", "validation.", "test."})
      if (metric.starts_with(part)) metric.remove_prefix(part.size());
    if (std::ranges::find(scalar_names(), metric) == scalar_names().end()) return std::nullopt;
    if (rest_ == "loss") return Address{.kind = Address::kLoss};
    return Address{.kind = Address::kScalar, .scalar = std::string(rest_)};
  }

  Address parse_node() {
    constexpr std::string_view kLetters = "IHOLMRC";
    if (rest_.empty() || kLetters.find(rest_[0]) == std::string_view::npos) unknown();
    const char letter = rest_[0];
    rest_.remove_prefix(1);
    const Index number = parse_number();
    const auto node = find_node(graph_, number);
    if (!node) unknown();
    const std::string name = node_name(graph_, node->value, node->element);
    if (name[0] != letter) fail("node " + std::to_string(number) + " is called " + name);
    return {
        .kind = node->value == 0 ? Address::kInput : Address::kOutput, .which = node->value, .element = node->element};
  }

  Address parse_pre_activation() {
    Address address = parse_node();
    close();
    if (address.kind == Address::kInput) return address;  // an input is what it is
    address.kind = Address::kPreActivation;
    address.which = graph_.layers[layer_of(graph_, address.which)].pre_node + 1;
    return address;
  }

  Address parse_weight() {
    const Index from = parse_number();
    if (!take(",")) unknown();
    const Index to = parse_number();
    close();
    const auto node = find_node(graph_, to);
    if (!node || node->layer == nullptr || !is_dense(graph_, *node->layer)) unknown();
    const GraphLayer& layer = *node->layer;
    const Index n_in = layer.in[0][0], units = layer.out[0];
    const ValueId source = numbered_value(graph_, graph_.nodes[layer.pre_node].inputs[0]);
    const Index input = from - number_of(graph_, source, 0);
    if (input < 0 || input >= n_in) unknown();
    return {.kind = Address::kParameter,
            .which = kernel_of(graph_, layer),
            .element = is_transposed(graph_, layer) ? node->element * n_in + input : input * units + node->element};
  }

  Address parse_bias() {
    const auto node = find_node(graph_, parse_number());
    close();
    if (!node || node->layer == nullptr || !is_dense(graph_, *node->layer)) unknown();
    const auto bias = bias_of(graph_, *node->layer);
    if (!bias) fail(node->layer->name + " has no biases");
    return {.kind = Address::kParameter, .which = *bias, .element = node->element};
  }

  Address parse_kernel_weight() {
    const Index number = parse_number();
    close();
    for (const GraphLayer* layer : single_kernel_layers(graph_)) {
      const Index first = layer->first_number - numbered_weights(graph_, *layer);
      if (number >= first && number < layer->first_number)
        return {.kind = Address::kParameter, .which = kernel_of(graph_, *layer), .element = number - first};
    }
    unknown();
  }

  Address parse_shared_bias() {
    end();
    const auto layers = single_kernel_layers(graph_);
    if (layers.size() != 1)
      fail("b(conv) is for networks with one convolution of one kernel; this one has " + std::to_string(layers.size()) +
           "; name the bias by its layer, such as layer1.bias[0]");
    const auto bias = bias_of(graph_, *layers[0]);
    if (!bias) fail(layers[0]->name + " has no bias");
    return {.kind = Address::kParameter, .which = *bias};
  }

  Address parse_by_layer() {
    const std::size_t dot = rest_.find('.'), bracket = rest_.find('[');
    if (dot == std::string_view::npos || bracket == std::string_view::npos || bracket < dot) unknown();
    const std::string_view layer_name = rest_.substr(0, dot), part = rest_.substr(dot + 1, bracket - dot - 1);
    const std::string tensor(rest_.substr(0, bracket));
    rest_.remove_prefix(bracket + 1);
    const std::vector<Index> index = parse_index();
    for (std::size_t p = 0; p < graph_.parameters.size(); ++p) {
      const GraphParameter& parameter = graph_.parameters[p];
      if (parameter.name == tensor)
        return {.kind = Address::kParameter,
                .which = p,
                .element = element_of(index, parameter.spec.shape, {parameter.rows, parameter.cols}, tensor)};
    }
    for (const GraphLayer& layer : graph_.layers) {
      if (layer.name != layer_name) continue;
      if (part != "out" && part != "in") unknown_part(layer, part);
      const std::size_t node = part == "out" ? layer.out_node : layer.pre_node;
      const Shape& shape = graph_.nodes[node].out;
      return {.kind = part == "out" ? Address::kOutput : Address::kPreActivation,
              .which = node + 1,
              .element = element_of(index, shape, {1, size_of(shape)}, tensor)};
    }
    unknown();
  }

  std::vector<Index> parse_index() {
    std::vector<Index> index;
    do index.push_back(parse_number());
    while (take(","));
    if (!take("]")) unknown();
    end();
    return index;
  }

  // The index as one reads it from a shape, from the matrix form, or flat.
  Index element_of(const std::vector<Index>& index, const Shape& shape, const Shape& matrix,
                   const std::string& tensor) {
    const Shape flat{size_of(shape)};
    for (const Shape* form : {&shape, &matrix, &flat}) {
      if (form->size() != index.size()) continue;
      Index element = 0;
      for (std::size_t axis = 0; axis < index.size(); ++axis) {
        if (index[axis] >= (*form)[axis])
          fail(tensor + " has shape " + to_string(*form) + ", so index " + std::to_string(axis + 1) + " is 0 to " +
               std::to_string((*form)[axis] - 1) + ", got " + std::to_string(index[axis]));
        element = element * (*form)[axis] + index[axis];
      }
      return element;
    }
    fail(tensor + " has shape " + to_string(shape) + ", got " + std::to_string(index.size()) +
         (index.size() == 1 ? " index" : " indices"));
  }

  Index parse_number() {
    Index number = -1;
    const char* end = rest_.data() + rest_.size();
    const auto [after, error] = std::from_chars(rest_.data(), end, number);
    if (error != std::errc() || number < 0) unknown();
    rest_.remove_prefix(static_cast<std::size_t>(after - rest_.data()));
    return number;
  }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  void close() {
    if (!take(")")) unknown();
    end();
  }
  void end() {
    if (!rest_.empty()) unknown();
  }

  [[noreturn]] void fail(const std::string& reason) const {
    constexpr std::size_t kLongest = 60;
    throw OptionError("quantity '" + std::string(name_.substr(0, kLongest)) + "': " + reason);
  }

  // Of a large network, only near names of tensors are searched.
  [[noreturn]] void unknown() const {
    const bool is_derivative = text_.starts_with(kDerivative);
    std::vector<std::string> near;
    const auto add = [&](const std::string& name) {
      near.push_back((is_derivative ? std::string(kDerivative) : "") + name);
    };
    if (!is_derivative) near = scalar_names();
    if (graph_.parameter_count() + node_count(graph_) <= kMostNear)
      for (const Address& address : all_quantities(graph_)) {
        add(name_of(address, graph_, Naming::kByNode));
        add(name_of(address, graph_, Naming::kByLayer));
      }
    for (const GraphParameter& p : graph_.parameters) add(p.name + indexed(p.spec.shape, p.size() - 1));
    std::string hint = did_you_mean(text_, near);
    if (hint.starts_with("; known:")) hint = forms();
    fail("this network has no such number" + hint);
  }

  // A part that the layer does not have.
  [[noreturn]] void unknown_part(const GraphLayer& layer, std::string_view part) const {
    std::vector<std::string> parts{"in", "out"};
    for (std::size_t k = layer.pre_node; k <= layer.out_node; ++k)
      for (const std::size_t p : graph_.nodes[k].parameters) {
        const std::string& name = graph_.parameters[p].name;
        if (name.starts_with(layer.name + ".")) parts.push_back(name.substr(layer.name.size() + 1));
      }
    fail(layer.name + " (" + layer.kind + ") has no '" + std::string(part) + "'" + did_you_mean(part, parts));
  }

  // Examples of what there is, where no name is near.
  std::string forms() const {
    const GraphLayer& last = graph_.layers.back();
    std::string text = "; there are I1 to I" + std::to_string(size_of(graph_.input)) + " and, by layer, " + last.name +
                       ".out[0] to [" + std::to_string(size_of(last.out) - 1) + "]";
    for (const GraphParameter& p : graph_.parameters)
      if (&p == &graph_.parameters[0] || p.name.starts_with(last.name + "."))
        text += ", " + p.name + indexed(p.spec.shape, 0) + " to " + indexed(p.spec.shape, p.size() - 1);
    return text + "; dL/dX of any of them; and loss, learning_rate";
  }

  const Graph& graph_;
  std::string_view name_;
  std::string text_;
  std::string_view rest_;
};

std::string value_by_layer(const Address& address, const Graph& graph) {
  if (address.which == 0) return "I" + std::to_string(address.element + 1);
  const GraphLayer& layer = graph.layers[layer_of(graph, address.which)];
  return layer.name + (address.kind == Address::kOutput ? ".out[" : ".in[") + std::to_string(address.element) + "]";
}
std::string value_by_node(const Address& address, const Graph& graph) {
  const std::string name = node_name(graph, address.which, address.element);
  if (name.empty()) return value_by_layer(address, graph);
  return address.kind == Address::kPreActivation ? "in(" + name + ")" : name;
}

// Of a kernel that several layers share, the name is from the first of them.
std::string parameter_by_node(const Address& address, const Graph& graph) {
  const auto number = [](Index n) { return std::to_string(n); };
  for (const GraphLayer& layer : graph.layers) {
    const auto& own = graph.nodes[layer.pre_node].parameters;
    if (std::ranges::find(own, address.which) == own.end()) continue;
    const bool is_kernel = own[0] == address.which;
    if (is_dense(graph, layer)) {
      if (!is_kernel) return "b(" + number(layer.first_number + address.element) + ")";
      const bool transposed = is_transposed(graph, layer);
      const Index cols = transposed ? layer.in[0][0] : layer.out[0];
      const Index row = address.element / cols, col = address.element % cols;
      const ValueId source = numbered_value(graph, graph.nodes[layer.pre_node].inputs[0]);
      return "w(" + number(number_of(graph, source, transposed ? col : row)) + "," +
             number(layer.first_number + (transposed ? row : col)) + ")";
    }
    const Index weights = numbered_weights(graph, layer);
    if (weights > 0 && is_kernel) return "k(" + number(layer.first_number - weights + address.element) + ")";
    if (weights > 0 && bias_of(graph, layer) == address.which && single_kernel_layers(graph).size() == 1)
      return "b(conv)";
    break;
  }
  return "";
}

}  // namespace

Address parse_quantity(std::string_view name, const Graph& graph) {
  return Parser(name, graph).parse();
}

std::string name_of(const Address& address, const Graph& graph, Naming naming) {
  if (address.kind == Address::kLoss) return "loss";
  if (address.kind == Address::kScalar) return address.scalar;
  if (naming == Naming::kAutomatic) naming = node_count(graph) <= kMostNamedNodes ? Naming::kByNode : Naming::kByLayer;
  std::string name;
  if (address.is_value()) {
    name = naming == Naming::kByNode ? value_by_node(address, graph) : value_by_layer(address, graph);
  } else {
    if (naming == Naming::kByNode) name = parameter_by_node(address, graph);
    const GraphParameter& p = graph.parameters[address.which];
    if (name.empty()) name = p.name + indexed(p.spec.shape, address.element);
  }
  return address.is_derivative ? std::string(kDerivative) + name : name;
}

std::vector<Address> all_quantities(const Graph& graph) {
  std::vector<Address> all;
  const auto add = [&](Address::Kind kind, std::size_t which, Index count) {
    for (Index i = 0; i < count; ++i) all.push_back({.kind = kind, .which = which, .element = i});
  };
  std::vector<bool> listed(graph.parameters.size(), false);
  add(Address::kInput, 0, size_of(graph.input));
  for (const GraphLayer& layer : graph.layers) {
    for (std::size_t k = layer.pre_node; k <= layer.out_node; ++k) {
      for (const std::size_t p : graph.nodes[k].parameters) {
        if (graph.parameters[p].spec.role != ParamSpec::kState && !listed[p])
          add(Address::kParameter, p, graph.parameters[p].size());
        listed[p] = true;
      }
      if (k == layer.pre_node) add(Address::kPreActivation, k + 1, size_of(graph.nodes[k].out));
      if (k == layer.out_node) add(Address::kOutput, k + 1, size_of(graph.nodes[k].out));
    }
  }
  return all;
}

}  // namespace isinglass
