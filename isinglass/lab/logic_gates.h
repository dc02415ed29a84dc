// isinglass/lab/logic_gates.h - logic functions as sigmoid nodes whose weights are chosen by hand (spec S8).
//
//     y = g(b + w_1 x_1 + w_2 x_2),  g(z) = 1/(1 + exp(-z))          (1)
//     xnor = or(and, nor)                                            (2)
//     xor  = and(or, nand) = not xnor                                (3)
//
// g is within 5e-5 of 0 or 1 from z = -10 down and from z = 10 on, and so are the answers for inputs of 0 and 1. A single
// node (1) divides the plane by a straight line; (2) and (3), which no line divides, need two of them and a third node.
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

// A sigmoid node: its bias and its weights.
struct LogicNode {
  double bias;
  std::vector<double> weights;
};

struct LogicNetwork {
  std::string name, formula;      // "and", "g(-30 + 20x_{1} + 20x_{2})" with marks of figure/text_metrics.h
  std::vector<LogicNode> hidden;  // none: the output sees the inputs
  LogicNode output;
  std::vector<double> wanted;      // for the inputs in their order: 0, 1 or 00, 01, 10, 11
  std::string misprint_of = "";    // the network that was meant, of one that the source prints with wrong weights
  std::vector<std::string> parts;  // names of the hidden nodes

  std::size_t inputs() const { return wanted.size() / 2; }
};

// All gates, the composed networks, and those with the weights as they are printed behind the right ones.
const std::vector<LogicNetwork>& logic_networks();

struct LogicRow {
  std::vector<double> inputs, hidden;
  double output = 0, wanted = 0;

  bool is_right() const { return (output > 0.5) == (wanted == 1); }
};
std::vector<LogicRow> truth_table(const LogicNetwork& logic);
bool is_right(const LogicNetwork& logic);  // in every row

// The answers for inputs (N, inputs), row by row.
std::vector<double> logic_outputs(const LogicNetwork& logic, const std::vector<double>& inputs);

}  // namespace isinglass
