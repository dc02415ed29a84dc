// isinglass/base/expression.h - a formula that knows its value: what an explanation shows is what it computed.
//
//     Expression y = Expression::quantity({.kind = Quantity::kOutput, .index = 2}, 0.6);
//     Expression d = y * (1.0 - y);     d.value() == 0.24,  d.text() == "y[2] * (1 - y[2])"
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "isinglass/base/shape.h"

namespace isinglass {

// A number of one layer: element `index` of sample `row` of its input or output number `which`, or of its
// parameter number `which` (then `row` has no meaning).
struct Quantity {
  enum Kind { kInput, kOutput, kParameter };
  Kind kind = kInput;
  Index which = 0, index = 0, row = 0;

  friend bool operator==(const Quantity&, const Quantity&) = default;
};

class Expression {
 public:
  Expression(double constant);  // NOLINT(google-explicit-constructor): 1.0 - y reads as mathematics
  static Expression quantity(const Quantity& q, double value);
  // exp(x), log(x), ...: a named function of one argument with its value.
  static Expression function(std::string name, const Expression& argument, double value);

  double value() const { return node_->value; }

  using Namer = std::function<std::string(const Quantity&)>;
  // With symbols, by default "x[0]", "y[2]", "p0[5]"; and with the numbers in their place.
  std::string text(const Namer& name = default_name) const;
  std::string numbers() const;
  static std::string default_name(const Quantity& q);

  friend Expression operator+(const Expression& a, const Expression& b);
  friend Expression operator-(const Expression& a, const Expression& b);
  friend Expression operator*(const Expression& a, const Expression& b);
  friend Expression operator/(const Expression& a, const Expression& b);
  friend Expression operator-(const Expression& a) { return 0.0 - a; }

 private:
  enum class Op { kConstant, kQuantity, kFunction, kAdd, kSubtract, kMultiply, kDivide };
  struct Node {
    Op op;
    double value;
    Quantity quantity;
    std::string function;
    std::shared_ptr<const Node> left, right;
  };
  explicit Expression(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  static Expression binary(Op op, const Expression& a, const Expression& b, double value);
  static std::string render(const Node& node, int parent_precedence, const Namer* name);

  std::shared_ptr<const Node> node_;
};

}  // namespace isinglass
