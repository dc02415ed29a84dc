#include "isinglass/base/expression.h"

#include "isinglass/base/value.h"

namespace isinglass {

Expression::Expression(double constant)
    : node_(std::make_shared<Node>(Node{Op::kConstant, constant, {}, {}, {}, {}})) {}

Expression Expression::quantity(const Quantity& q, double value) {
  return Expression(std::make_shared<Node>(Node{Op::kQuantity, value, q, {}, {}, {}}));
}

Expression Expression::function(std::string name, const Expression& argument, double value) {
  return Expression(std::make_shared<Node>(Node{Op::kFunction, value, {}, std::move(name), argument.node_, {}}));
}

Expression Expression::binary(Op op, const Expression& a, const Expression& b, double value) {
  return Expression(std::make_shared<Node>(Node{op, value, {}, {}, a.node_, b.node_}));
}

Expression operator+(const Expression& a, const Expression& b) {
  return Expression::binary(Expression::Op::kAdd, a, b, a.value() + b.value());
}
Expression operator-(const Expression& a, const Expression& b) {
  return Expression::binary(Expression::Op::kSubtract, a, b, a.value() - b.value());
}
Expression operator*(const Expression& a, const Expression& b) {
  return Expression::binary(Expression::Op::kMultiply, a, b, a.value() * b.value());
}
Expression operator/(const Expression& a, const Expression& b) {
  return Expression::binary(Expression::Op::kDivide, a, b, a.value() / b.value());
}

std::string Expression::default_name(const Quantity& q) {
  const std::string which = q.which == 0 && q.kind != Quantity::kParameter ? "" : std::to_string(q.which);
  const char* letter = q.kind == Quantity::kInput ? "x" : q.kind == Quantity::kOutput ? "y" : "p";
  return letter + which + "[" + std::to_string(q.index) + "]";
}

// `name` null: the numbers instead of the symbols. Precedence 1 for sums, 2 for products; the right side of
// a difference or a quotient needs one more.
std::string Expression::render(const Node& node, int parent_precedence, const Namer* name) {
  switch (node.op) {
    case Op::kQuantity:
      if (name != nullptr) return (*name)(node.quantity);
      [[fallthrough]];
    case Op::kConstant: {
      const std::string text = number_text(node.value);
      return node.value < 0 && parent_precedence > 0 ? "(" + text + ")" : text;
    }
    case Op::kFunction:
      return node.function + "(" + render(*node.left, 0, name) + ")";
    default:
      break;
  }
  const bool is_sum = node.op == Op::kAdd || node.op == Op::kSubtract;
  const bool strict = node.op == Op::kSubtract || node.op == Op::kDivide;
  const int precedence = is_sum ? 1 : 2;
  const char* sign = node.op == Op::kAdd        ? " + "
                     : node.op == Op::kSubtract ? " - "
                     : node.op == Op::kMultiply ? " * "
                                                : " / ";
  const std::string text =
      render(*node.left, precedence, name) + sign + render(*node.right, strict ? precedence + 1 : precedence, name);
  return precedence < parent_precedence ? "(" + text + ")" : text;
}

std::string Expression::text(const Namer& name) const {
  return render(*node_, 0, &name);
}
std::string Expression::numbers() const {
  return render(*node_, 0, nullptr);
}

}  // namespace isinglass
