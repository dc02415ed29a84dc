// isinglass/book/logic_part.cpp - AND, OR, NOT and what is made of them, with weights chosen by hand.
#include "isinglass/book/notes_parts.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/nn/layers.h"
#include "isinglass/train/network.h"

namespace isinglass {
namespace {

// A sigmoid node: its bias and its weights.
struct LogicNode {
  double bias;
  std::vector<double> weights;
};
struct LogicNetwork {
  std::string name, formula;
  std::vector<LogicNode> hidden;  // none: the output sees the inputs
  LogicNode output;
  std::vector<double> wanted;  // for the inputs in their order
};

const LogicNode kAnd = {-30, {20, 20}}, kOr = {-10, {20, 20}}, kNor = {10, {-20, -20}}, kNand = {30, {-20, -20}};

std::vector<LogicNetwork> networks() {
  return {{"not", "g(10 \u2212 20x)", {}, {10, {-20}}, {1, 0}},
          {"and", "g(\u221230 + 20x_{1} + 20x_{2})", {}, kAnd, {0, 0, 0, 1}},
          {"or", "g(\u221210 + 20x_{1} + 20x_{2})", {}, kOr, {0, 1, 1, 1}},
          {"nand", "g(30 \u2212 20x_{1} \u2212 20x_{2})", {}, kNand, {1, 1, 1, 0}},
          {"nor", "g(10 \u2212 20x_{1} \u2212 20x_{2})", {}, kNor, {1, 0, 0, 0}},
          {"nor as printed", "g(\u221210 \u2212 20x_{1} \u2212 20x_{2})", {}, {-10, {-20, -20}}, {1, 0, 0, 0}},
          {"xnor", "or(and, nor)", {kAnd, kNor}, kOr, {1, 0, 0, 1}},
          {"xor", "and(or, nand)", {kOr, kNand}, kAnd, {0, 1, 1, 0}}};
}

std::vector<double> inputs_of(std::size_t count) {
  return count == 1 ? std::vector<double>{0, 1} : std::vector<double>{0, 0, 0, 1, 1, 0, 1, 1};
}

void set_layer(Network<double>& network, std::size_t kernel, std::size_t bias, const std::vector<LogicNode>& nodes) {
  for (std::size_t j = 0; j < nodes.size(); ++j) {
    network.parameters()[bias].data[j] = nodes[j].bias;
    for (std::size_t i = 0; i < nodes[j].weights.size(); ++i)
      network.parameters()[kernel](static_cast<Index>(i), static_cast<Index>(j)) = nodes[j].weights[i];
  }
}

std::vector<double> answers(const LogicNetwork& logic) {
  const std::vector<LogicNode>& first = logic.hidden.empty() ? std::vector{logic.output} : logic.hidden;
  const std::size_t count = first[0].weights.size();
  Architecture architecture;
  if (!logic.hidden.empty())
    architecture.layers.push_back({Dense{.units = static_cast<Index>(logic.hidden.size())}, Sigmoid{}});
  architecture.layers.push_back({Dense{.units = 1}, Sigmoid{}});
  Network<double> network(architecture, {static_cast<Index>(count)}, 0, 1);
  set_layer(network, 0, 1, first);
  if (!logic.hidden.empty()) set_layer(network, 2, 3, {logic.output});
  const std::vector<double> x = inputs_of(count);
  return network.predict({x.data(), static_cast<Index>(x.size() / count), static_cast<Index>(count)});
}

}  // namespace

Chapter logic_part() {
  BookTable table{.title = "Logic functions as sigmoid nodes g with weights chosen by hand",
                  .header = {"function", "network", "x", "output", "wanted", "right"}};
  Value document = Value::Table{};
  for (const LogicNetwork& logic : networks()) {
    const std::vector<double> out = answers(logic);
    const std::size_t count = logic.wanted.size() / 2;
    for (std::size_t n = 0; n < out.size(); ++n) {
      const std::vector<double> x = inputs_of(count);
      std::string input = number_label(x[n * count]);
      if (count == 2) input += ", " + number_label(x[n * count + 1]);
      table.rows.push_back({n == 0 ? logic.name : "", n == 0 ? logic.formula : "", input, number_label(out[n], 4),
                            number_label(logic.wanted[n]), (out[n] > 0.5) == (logic.wanted[n] == 1) ? "yes" : "no"});
    }
    document.set(logic.name, Value::Array(out.begin(), out.end()));
  }
  return {.tables = {std::move(table)}, .numbers = {{"logic", std::move(document)}}};
}

}  // namespace isinglass
