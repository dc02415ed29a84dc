// isinglass/lab/formula.h - a function of x that a user writes down: "sin(3 x) + x^2/2" is read once, then computed.
//
//     sum      product, + or - between                  power    atom, or atom ^ power with a sign (from the right)
//     product  power with a sign, * or / between        atom     number, x, pi, e, name(sum), (sum)
//
// Two factors may stand side by side without "*": "3x", "2 sin(x)". A sign binds looser than ^: -x^2 is -(x^2).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace isinglass {

class Formula {
 public:
  // Throws FormatError "WHERE:1:COLUMN: ..." for a text that is no formula, is longer than 1000 bytes or nests deeper
  // than 100 times; names that are not known list the near ones.
  static Formula read(const std::string& text, const std::string& where);

  // NaN or infinite where the function is.
  double operator()(double x) const;
  const std::string& text() const { return text_; }

  // sin, cos, exp, ..: the functions of one number.
  static std::vector<std::string> function_names();

 private:
  friend class FormulaReader;
  // In the order of computing, on a stack of numbers.
  struct Step {
    enum Kind { kNumber, kX, kAdd, kSubtract, kMultiply, kDivide, kPower, kNegate, kCall } kind;
    double number = 0;
    double (*function)(double) = nullptr;
  };
  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace isinglass
