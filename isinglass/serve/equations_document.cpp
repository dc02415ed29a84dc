#include <array>

#include "isinglass/figure/number_label.h"
#include "isinglass/figure/quantity_symbol.h"
#include "isinglass/model/node_numbers.h"
#include "isinglass/serve/explain_document.h"
#include "isinglass/serve/moment_document.h"
#include "isinglass/serve/network_document.h"

namespace isinglass {
namespace {

constexpr int kDigits = 4;

// Builds the equations of one number; what it says it has looked up in the replay.
class Writer {
 public:
  Writer(const Replay& replay, Index row) : replay_(replay), graph_(replay.graph()), row_(row) {}

  // A node: its sum, then its activation. What the loss does to it.
  void node(const Address& address) {
    const GraphLayer& layer = graph_.layers[layer_of(graph_, address.which)];
    const Address in{.kind = Address::kPreActivation, .which = layer.pre_node + 1, .element = address.element};
    std::string symbols, numbers;
    const ValueId before = before_layer(layer);
    const Index rows = size_of(graph_.value_shape(before));
    for (Index i = 0; i < rows; ++i) {
      const Address x = output(before, i), w = weight(layer, i, address.element);
      if (rows > kMostTerms && i >= kMostTerms / 2 && i < rows - kMostTerms / 2) {
        if (i == kMostTerms / 2) symbols += " + \\cdots", numbers += " + \\cdots";
        continue;
      }
      symbols += (i > 0 ? " + " : "") + symbol(w) + "\\," + symbol(x);
      numbers += (i > 0 ? " + " : "") + factor(value(w)) + " \\cdot " + factor(value(x));
    }
    if (const auto bias = bias_of(graph_, layer)) {
      const Address b{.kind = Address::kParameter, .which = *bias, .element = address.element};
      symbols += " + " + symbol(b);
      numbers += " + " + factor(value(b));
    }
    add("sum", symbol(in), symbols, numbers, value(in));
    if (address.kind == Address::kPreActivation) return derivatives(in);
    const std::string f = layer.activation.empty() ? "" : "\\operatorname{" + escaped(layer.activation) + "}";
    if (!f.empty())
      add("activation", symbol(address), f + "\\left(" + symbol(in) + "\\right)",
          f + "\\left(" + number(value(in)) + "\\right)", value(address));
    derivatives(in);
    if (!f.empty()) derivatives(address);
  }

  // A weight or bias of a dense layer: what it brings to its node, its derivative, and its next step.
  void parameter(const Address& address, std::optional<double> next, const Optimiser& optimiser) {
    add("value", symbol(address), "", "", value(address));
    for (std::size_t k = 0; k < graph_.layers.size(); ++k) {
      const GraphLayer& layer = graph_.layers[k];
      const bool is_weight = kernel_of(graph_, layer) == address.which;
      if (!is_weight && bias_of(graph_, layer) != std::optional(address.which)) continue;
      const ValueId before = before_layer(layer);
      const Index rows = size_of(graph_.value_shape(before)), units = size_of(layer.out);
      const bool transposed = is_transposed(graph_, layer);
      const Index j = !is_weight ? address.element : transposed ? address.element / rows : address.element % units;
      const Index i = transposed ? address.element % rows : address.element / units;
      const Address in{.kind = Address::kPreActivation, .which = layer.pre_node + 1, .element = j};
      if (is_weight) {
        const Address x = output(before, i);
        add("signal", symbol(address) + "\\," + symbol(x), "", factor(value(address)) + " \\cdot " + factor(value(x)),
            value(address) * value(x));
        derivative_from(address, in, &x);
      } else {
        derivative_from(address, in, nullptr);
      }
    }
    update(address, next, optimiser);
  }

  Value::Array rows() { return std::move(rows_); }

 private:
  static constexpr Index kMostTerms = 12;

  static std::string escaped(const std::string& name) {
    std::string out;
    for (const char c : name) out += c == '_' ? std::string("\\_") : std::string(1, c);
    return out;
  }
  std::string symbol(const Address& address) const { return symbol_of(name_of(address, graph_)); }
  static std::string number(double x) { return number_label(x, kDigits); }
  static std::string factor(double x) { return x < 0 ? "(" + number(x) + ")" : number(x); }
  double value(const Address& address) const { return number_in(replay_, address, row_).value_or(0); }
  ValueId before_layer(const GraphLayer& layer) const {
    return numbered_value(graph_, graph_.nodes[layer.pre_node].inputs[0]);
  }
  static Address output(ValueId v, Index element) {
    return {.kind = v == 0 ? Address::kInput : Address::kOutput, .which = v, .element = element};
  }
  Address weight(const GraphLayer& layer, Index i, Index j) const {
    const Index rows = size_of(graph_.value_shape(before_layer(layer))), units = size_of(layer.out);
    return {.kind = Address::kParameter,
            .which = kernel_of(graph_, layer),
            .element = is_transposed(graph_, layer) ? j * rows + i : i * units + j};
  }
  static std::string partial(const std::string& by) { return "\\frac{\\partial L}{\\partial " + by + "}"; }

  void add(const char* kind, std::string left, std::string symbols, std::string numbers, double result) {
    Value row = Value::Table{};
    row.set("kind", kind);
    row.set("left", std::move(left));
    row.set("symbols", std::move(symbols));
    row.set("numbers", std::move(numbers));
    row.set("value", result);
    rows_.push_back(std::move(row));
  }
  void derivatives(Address address) {
    address.is_derivative = true;
    const auto found = number_in(replay_, address, row_);
    address.is_derivative = false;
    if (found) add("derivative", partial(symbol(address)), "", "", *found);
  }
  // dL/dw = dL/d(in) x, dL/db = dL/d(in): of one sample.
  void derivative_from(Address address, Address in, const Address* x) {
    const std::string left = partial(symbol(address)), right = partial(symbol(in));
    in.is_derivative = address.is_derivative = true;
    const auto above = number_in(replay_, in, row_), own = number_in(replay_, address, row_);
    if (!own) return;
    if (!above || replay_.samples().size() > 1) return add("derivative", left, "", "", *own);
    add("derivative", left, right + (x == nullptr ? "" : "\\," + symbol(*x)),
        x == nullptr ? "" : factor(*above) + " \\cdot " + factor(value(*x)), *own);
  }
  void update(Address address, std::optional<double> next, const Optimiser& optimiser) {
    if (!next) return;
    const double before = value(address);
    const std::string own = symbol(address);
    address.is_derivative = true;
    const double gradient = value(address);
    const bool is_plain = optimiser.kind() == "sgd" && before - replay_.learning_rate() * gradient == *next;
    if (is_plain)
      add("update", own + "^{\\,\\prime}", own + " - \\eta\\," + partial(own),
          number(before) + " - " + number(replay_.learning_rate()) + " \\cdot " + factor(gradient), *next);
    else
      add("update", own + "^{\\,\\prime}", "", "", *next);
  }

  const Replay& replay_;
  const Graph& graph_;
  Index row_;
  Value::Array rows_;
};

}  // namespace

Value equations_document(Replay& replay, const std::string& quantity, const MomentRequest& request, bool has_next,
                         const Optimiser& optimiser) {
  const Graph& graph = replay.graph();
  const Address address = parse_quantity(quantity, graph);
  Value out = Value::Table{};
  out.set("quantity", name_of(address, graph));
  out.set("symbol", symbol_of(name_of(address, graph)));
  Value::Array rows;
  if (is_nodes_and_weights(graph) && !address.is_derivative) {
    std::optional<double> next;
    if (address.kind == Address::kParameter && has_next) {
      replay.go_to(request.step + 1);
      next = replay.parameter(address.which, address.element);
      replay.go_to(request.step);
    }
    Writer writer(replay, compute(replay, request).row);
    if (address.kind == Address::kParameter)
      writer.parameter(address, next, optimiser);
    else if (address.kind == Address::kOutput || address.kind == Address::kPreActivation)
      writer.node(address);
    rows = writer.rows();
  }
  out.set("rows", std::move(rows));
  return out;
}

}  // namespace isinglass
