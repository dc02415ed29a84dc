#include "isinglass/lab/logic_gates.h"

#include <algorithm>
#include <cmath>

#include "isinglass/figure/number_label.h"
#include "isinglass/model/plan.h"
#include "isinglass/nn/layers.h"

namespace isinglass {
namespace {

const LogicNode kAnd = {-30, {20, 20}}, kOr = {-10, {20, 20}}, kNor = {10, {-20, -20}}, kNand = {30, {-20, -20}};
const LogicNode kPrintedNor = {-10, {-20, -20}};

// (1) with numbers: "g(10 - 20x)".
std::string formula_of(const LogicNode& node) {
  std::string text = "g(" + number_label(node.bias);
  for (std::size_t i = 0; i < node.weights.size(); ++i) {
    const std::string index = node.weights.size() == 1 ? "" : "_{" + std::to_string(i + 1) + "}";
    text += (node.weights[i] < 0 ? " \u2212 " : " + ") + number_label(std::abs(node.weights[i])) + "x" + index;
  }
  return text + ")";
}

LogicNetwork gate(std::string name, const LogicNode& node, std::vector<double> wanted, std::string misprint_of = "") {
  return {std::move(name), formula_of(node), {}, node, std::move(wanted), std::move(misprint_of)};
}

std::vector<LogicNetwork> all_networks() {
  return {gate("not", {10, {-20}}, {1, 0}),
          gate("and", kAnd, {0, 0, 0, 1}),
          gate("or", kOr, {0, 1, 1, 1}),
          gate("nand", kNand, {1, 1, 1, 0}),
          gate("nor", kNor, {1, 0, 0, 0}),
          gate("nor as printed", kPrintedNor, {1, 0, 0, 0}, "nor"),
          {"xnor", "or(and, nor)", {kAnd, kNor}, kOr, {1, 0, 0, 1}, "", {"and", "nor"}},
          {"xnor with the printed nor",
           "or(and, nor as printed)",
           {kAnd, kPrintedNor},
           kOr,
           {1, 0, 0, 1},
           "xnor",
           {"and", "nor as printed"}},
          {"xor", "and(or, nand)", {kOr, kNand}, kAnd, {0, 1, 1, 0}, "", {"or", "nand"}},
          {"xor by negation", "nor(and, nor)", {kAnd, kNor}, kNor, {0, 1, 1, 0}, "", {"and", "nor"}}};
}

void set_layer(Parameters<double>& parameters, std::size_t kernel, const std::vector<LogicNode>& nodes) {
  for (std::size_t j = 0; j < nodes.size(); ++j) {
    parameters[kernel + 1].data[j] = nodes[j].bias;
    for (std::size_t i = 0; i < nodes[j].weights.size(); ++i)
      parameters[kernel](static_cast<Index>(i), static_cast<Index>(j)) = nodes[j].weights[i];
  }
}

Architecture architecture_of(const LogicNetwork& logic) {
  Architecture architecture;
  if (!logic.hidden.empty())
    architecture.layers.push_back({Dense{.units = static_cast<Index>(logic.hidden.size())}, Sigmoid{}});
  architecture.layers.push_back({Dense{.units = 1}, Sigmoid{}});
  return architecture;
}

// The engine with the weights of a logic network, for so many samples.
class LogicEngine {
 public:
  LogicEngine(const LogicNetwork& logic, const std::vector<double>& inputs)
      : samples_(static_cast<Index>(inputs.size() / logic.inputs())),
        graph_(Graph::build(architecture_of(logic), {static_cast<Index>(logic.inputs())})),
        parameters_(graph_),
        plan_(graph_, parameters_, pool_, {.max_batch = samples_}) {
    set_layer(parameters_, 0, logic.hidden.empty() ? std::vector{logic.output} : logic.hidden);
    if (!logic.hidden.empty()) set_layer(parameters_, 2, {logic.output});
    std::ranges::copy(inputs, plan_.input().data);
    plan_.forward(samples_, Mode::kInference, {});
  }

  View<const double> output() const { return plan_.output(); }
  View<const double> hidden() const { return plan_.value(graph_.layers[0].out_node + 1); }

 private:
  Index samples_;
  Graph graph_;
  ThreadPool pool_{1};
  Parameters<double> parameters_;
  Plan<double> plan_;
};

}  // namespace

const std::vector<LogicNetwork>& logic_networks() {
  static const std::vector<LogicNetwork> networks = all_networks();
  return networks;
}

std::vector<LogicRow> truth_table(const LogicNetwork& logic) {
  const std::vector<double> inputs =
      logic.inputs() == 1 ? std::vector<double>{0, 1} : std::vector<double>{0, 0, 0, 1, 1, 0, 1, 1};
  const LogicEngine engine(logic, inputs);
  const auto width = static_cast<std::ptrdiff_t>(logic.inputs());
  std::vector<LogicRow> rows;
  for (std::size_t n = 0; n < logic.wanted.size(); ++n) {
    const auto first = inputs.begin() + static_cast<std::ptrdiff_t>(n) * width;
    LogicRow row{.inputs = {first, first + width}, .wanted = logic.wanted[n]};
    const auto sample = static_cast<Index>(n);
    if (!logic.hidden.empty())
      row.hidden.assign(engine.hidden().row(sample).begin(), engine.hidden().row(sample).end());
    row.output = engine.output()(sample, 0);
    rows.push_back(std::move(row));
  }
  return rows;
}

bool is_right(const LogicNetwork& logic) {
  return std::ranges::all_of(truth_table(logic), &LogicRow::is_right);
}

std::vector<double> logic_outputs(const LogicNetwork& logic, const std::vector<double>& inputs) {
  const LogicEngine engine(logic, inputs);
  const View<const double> y = engine.output();
  return {y.data, y.data + y.size()};
}

}  // namespace isinglass
