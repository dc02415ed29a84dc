#include <cmath>
#include <functional>
#include <limits>

#include "isinglass/figure/number_label.h"
#include "isinglass/figure/quantity_symbol.h"
#include "isinglass/model/node_numbers.h"
#include "isinglass/serve/explain_document.h"
#include "isinglass/serve/moment_document.h"

namespace isinglass {
namespace {

constexpr int kDigits = 4;

// Builds the equations of one number.
class Writer {
 public:
  Writer(const Replay& replay, const Wiring& wiring, Index row)
      : replay_(replay), wiring_(wiring), graph_(replay.graph()), row_(row) {}

  // A node: its sum, then its activation, then what the loss does to both.
  void node(const Address& address) {
    const GraphLayer& layer = graph_.layers[layer_of(graph_, address.which)];
    const Address in{.kind = Address::kPreActivation, .which = layer.pre_node + 1, .element = address.element};
    Sum sum;
    for (const Wire& w : wiring_.into(in))
      sum.add(symbol(w.weight) + "\\," + symbol(w.from), factor(value(w.weight)) + " \\cdot " + factor(value(w.from)));
    if (const Wiring::Bias* b = wiring_.bias_of(in)) sum.add(symbol(b->bias), factor(value(b->bias)));
    add("sum", symbol(in), sum.symbols(), sum.numbers(), value(in));
    const bool has_activation = address.kind == Address::kOutput && !layer.activation.empty();
    if (has_activation) {
      const std::string f = "\\operatorname{" + escaped(layer.activation) + "}";
      add("activation", symbol(address), f + "\\left(" + symbol(in) + "\\right)",
          f + "\\left(" + number(value(in)) + "\\right)", value(address));
    }
    derivatives(in);
    if (has_activation) derivatives(address);
  }

  // A number of a network that is not drawn: itself, and its derivative.
  void alone(const Address& address) {
    add("value", symbol(address), "", "", value(address));
    derivatives(address);
  }

  // A weight or bias: what it brings to its node, its derivative (where it is shared, the sum over its places), and its
  // next step, which `next` takes; null: there is none.
  void parameter(const Address& address, const std::function<double()>& next, const Optimiser& optimiser) {
    add("value", symbol(address), "", "", value(address));
    const std::vector<Wire> wires = wiring_.with(address);
    if (wires.size() == 1) {
      const Address& x = wires[0].from;
      add("signal", symbol(address) + "\\," + symbol(x), "", factor(value(address)) + " \\cdot " + factor(value(x)),
          value(address) * value(x));
    }
    Sum sum;
    bool is_known = replay_.samples().size() == 1;
    const auto add_place = [&](Address in, const Address* x) {
      in.is_derivative = true;
      const auto above = number_in(replay_, in, row_);
      is_known = is_known && above;
      in.is_derivative = false;
      sum.add(partial(symbol(in)) + (x == nullptr ? "" : "\\," + symbol(*x)),
              factor(above.value_or(0)) + (x == nullptr ? "" : " \\cdot " + factor(value(*x))));
    };
    for (const Wire& w : wires) add_place(w.to, &w.from);
    for (const Wiring::Bias& b : wiring_.biases)
      if (b.bias == address) add_place(b.of, nullptr);
    Address derivative = address;
    derivative.is_derivative = true;
    if (const auto own = number_in(replay_, derivative, row_))
      add("derivative", partial(symbol(address)), is_known ? sum.symbols() : "", is_known ? sum.numbers() : "", *own);
    update(address, next, optimiser);
  }

  Value::Array rows() { return std::move(rows_); }

 private:
  // Terms with symbols and with numbers; of many, the first and the last.
  class Sum {
   public:
    void add(std::string symbols, std::string numbers) {
      symbols_.push_back(std::move(symbols));
      numbers_.push_back(std::move(numbers));
    }
    std::string symbols() const { return joined(symbols_); }
    std::string numbers() const { return joined(numbers_); }

   private:
    static std::string joined(const std::vector<std::string>& terms) {
      constexpr std::size_t kMost = 12;
      std::string text;
      for (std::size_t i = 0; i < terms.size(); ++i) {
        const bool is_left_out = terms.size() > kMost && i >= kMost / 2 && i + kMost / 2 < terms.size();
        if (is_left_out && i > kMost / 2) continue;
        text += (i > 0 ? " + " : "") + (is_left_out ? std::string("\\cdots") : terms[i]);
      }
      return text;
    }
    std::vector<std::string> symbols_, numbers_;
  };

  static std::string escaped(const std::string& name) {
    std::string out;
    for (const char c : name) out += c == '_' ? std::string("\\_") : std::string(1, c);
    return out;
  }
  std::string symbol(const Address& address) const { return symbol_of(name_of(address, graph_)); }
  static std::string number(double x) { return number_label(x, kDigits); }
  static std::string factor(double x) { return x < 0 ? "(" + number(x) + ")" : number(x); }
  double value(const Address& address) const { return number_in(replay_, address, row_).value_or(0); }
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
  void update(Address address, const std::function<double()>& next, const Optimiser& optimiser) {
    if (!next) return;
    const double before = value(address);
    const std::string own = symbol(address);
    address.is_derivative = true;
    const double gradient = value(address), rate = replay_.learning_rate(), after = next();
    const bool is_plain = optimiser.kind() == "sgd" && is_near(before - rate * gradient, after, before);
    if (is_plain)
      add("update", own + "^{\\,\\prime}", own + " - \\eta\\," + partial(own),
          number(before) + " - " + number(rate) + " \\cdot " + factor(gradient), after);
    else
      add("update", own + "^{\\,\\prime}", "", "", after);
  }

  // The run may have computed in float.
  static bool is_near(double a, double b, double size) {
    return a == b || std::abs(a - b) <= std::numeric_limits<float>::epsilon() * std::abs(size);
  }

  const Replay& replay_;
  const Wiring& wiring_;
  const Graph& graph_;
  Index row_;
  Value::Array rows_;
};

}  // namespace

Value equations_document(Replay& replay, const std::string& quantity, const MomentRequest& request, bool has_next,
                         const Optimiser& optimiser, const Wiring* wiring) {
  const Graph& graph = replay.graph();
  const Address address = parse_quantity(quantity, graph);
  Value out = Value::Table{};
  out.set("quantity", name_of(address, graph));
  out.set("symbol", symbol_of(name_of(address, graph)));
  Value::Array rows;
  if (wiring == nullptr && !address.is_derivative && (address.is_value() || address.kind == Address::kParameter)) {
    const Wiring none;
    Writer writer(replay, none, compute(replay, request).row);
    writer.alone(address);
    rows = writer.rows();
  } else if (wiring != nullptr && !address.is_derivative) {
    std::function<double()> next;
    if (has_next)
      next = [&] {
        replay.take_step();
        return replay.parameter(address.which, address.element);
      };
    Writer writer(replay, *wiring, compute(replay, request).row);
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
