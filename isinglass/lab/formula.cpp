#include "isinglass/lab/formula.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "isinglass/base/error.h"
#include "isinglass/io/text.h"
#include "isinglass/io/text_cursor.h"

namespace isinglass {
namespace {

constexpr std::size_t kMostBytes = 1000;
constexpr int kDeepest = 100;

struct NamedFunction {
  std::string_view name;
  double (*function)(double);
};

const std::vector<NamedFunction>& functions() {
  static const std::vector<NamedFunction> table = {{"abs", [](double x) { return std::abs(x); }},
                                                   {"acos", [](double x) { return std::acos(x); }},
                                                   {"asin", [](double x) { return std::asin(x); }},
                                                   {"atan", [](double x) { return std::atan(x); }},
                                                   {"cos", [](double x) { return std::cos(x); }},
                                                   {"cosh", [](double x) { return std::cosh(x); }},
                                                   {"exp", [](double x) { return std::exp(x); }},
                                                   {"floor", [](double x) { return std::floor(x); }},
                                                   {"log", [](double x) { return std::log(x); }},
                                                   {"relu", [](double x) { return x > 0 ? x : 0; }},
                                                   {"round", [](double x) { return std::round(x); }},
                                                   {"sign", [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; }},
                                                   {"sin", [](double x) { return std::sin(x); }},
                                                   {"sinh", [](double x) { return std::sinh(x); }},
                                                   {"sqrt", [](double x) { return std::sqrt(x); }},
                                                   {"step", [](double x) { return x >= 0 ? 1.0 : 0.0; }},
                                                   {"tan", [](double x) { return std::tan(x); }},
                                                   {"tanh", [](double x) { return std::tanh(x); }}};
  return table;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

// Reads by recursive descent and writes the steps of a stack machine.
class FormulaReader {
 public:
  FormulaReader(const std::string& text, const std::string& where) : cursor_(text, where) {}

  std::vector<Formula::Step> read() {
    sum();
    if (!cursor_.at_end())
      cursor_.fail("expected the formula to end or to go on with + - * / ^, found " + cursor_.found());
    return std::move(steps_);
  }

 private:
  using Step = Formula::Step;

  bool take(char c) {
    skip();
    const bool is_there = cursor_.take(c);
    skip();
    return is_there;
  }
  void skip() {
    cursor_.take_while([](char c) { return c == ' ' || c == '\t'; });
  }
  void add(Step::Kind kind) { steps_.push_back({kind}); }

  void sum() {
    if (++depth_ > kDeepest) cursor_.fail("expected at most " + std::to_string(kDeepest) + " nested parts");
    product();
    while (true) {
      if (take('+'))
        product(), add(Step::kAdd);
      else if (take('-'))
        product(), add(Step::kSubtract);
      else
        break;
    }
    --depth_;
  }

  void product() {
    signed_power();
    while (true) {
      if (take('*'))
        signed_power(), add(Step::kMultiply);
      else if (take('/'))
        signed_power(), add(Step::kDivide);
      else if (is_letter(cursor_.peek()) || cursor_.peek() == '(')
        power(), add(Step::kMultiply);
      else
        break;
    }
  }

  void signed_power() {
    if (++depth_ > kDeepest) cursor_.fail("expected at most " + std::to_string(kDeepest) + " nested parts");
    if (take('-'))
      signed_power(), add(Step::kNegate);
    else
      power();
    --depth_;
  }

  void power() {
    atom();
    if (take('^')) signed_power(), add(Step::kPower);
  }

  void atom() {
    skip();
    if (take('(')) return close();
    if (is_digit(cursor_.peek()) || cursor_.peek() == '.') return number();
    if (is_letter(cursor_.peek())) return name();
    cursor_.fail("expected a number, x, a function or \"(\", found " + cursor_.found());
  }

  void close() {
    sum();
    if (!take(')')) cursor_.fail("expected \")\", found " + cursor_.found());
  }

  void number() {
    const Value::Location place = cursor_.location();
    std::string digits(cursor_.take_while([](char c) { return is_digit(c) || c == '.'; }));
    const std::string_view rest = cursor_.rest();
    const std::size_t sign = rest.size() > 1 && (rest[1] == '-' || rest[1] == '+') ? 2 : 1;
    // "2e3", but "2e" is two times e.
    if ((cursor_.peek() == 'e' || cursor_.peek() == 'E') && rest.size() > sign && is_digit(rest[sign])) {
      digits += rest.substr(0, sign);
      for (std::size_t i = 0; i < sign; ++i) cursor_.take(cursor_.peek());
      digits += cursor_.take_while(is_digit);
    }
    const auto value = parse_real(digits.starts_with('.') ? "0" + digits
                                  : digits.ends_with('.') ? digits + "0"
                                                          : digits);
    if (!value) TextCursor::fail_at(place, "expected a number, found " + in_quotes(digits));
    steps_.push_back({Step::kNumber, *value});
  }

  void name() {
    const Value::Location place = cursor_.location();
    const std::string word(cursor_.take_while([](char c) { return is_letter(c) || is_digit(c); }));
    skip();
    if (word == "x") return add(Step::kX);
    if (word == "pi") return steps_.push_back({Step::kNumber, std::numbers::pi});
    if (word == "e") return steps_.push_back({Step::kNumber, std::numbers::e});
    const auto found = std::ranges::find(functions(), word, &NamedFunction::name);
    if (found == functions().end()) {
      std::vector<std::string> known = Formula::function_names();
      known.insert(known.end(), {"x", "pi", "e"});
      TextCursor::fail_at(place, "there is no function or number " + in_quotes(word) + did_you_mean(word, known));
    }
    if (!take('(')) cursor_.fail("expected \"(\" after " + word + ", found " + cursor_.found());
    close();
    steps_.push_back({Step::kCall, 0, found->function});
  }

  TextCursor cursor_;
  std::vector<Step> steps_;
  int depth_ = 0;
};

Formula Formula::read(const std::string& text, const std::string& where) {
  if (text.size() > kMostBytes)
    throw FormatError(where + ": expected a formula of at most " + std::to_string(kMostBytes) + " bytes, found " +
                      std::to_string(text.size()));
  Formula formula;
  formula.text_ = text;
  formula.steps_ = FormulaReader(text, where).read();
  return formula;
}

double Formula::operator()(double x) const {
  std::vector<double> stack;
  for (const Step& step : steps_) {
    double second = 0;
    if (step.kind >= Step::kAdd && step.kind <= Step::kPower) second = stack.back(), stack.pop_back();
    switch (step.kind) {
      case Step::kNumber:
        stack.push_back(step.number);
        break;
      case Step::kX:
        stack.push_back(x);
        break;
      case Step::kAdd:
        stack.back() += second;
        break;
      case Step::kSubtract:
        stack.back() -= second;
        break;
      case Step::kMultiply:
        stack.back() *= second;
        break;
      case Step::kDivide:
        stack.back() /= second;
        break;
      case Step::kPower:
        stack.back() = std::pow(stack.back(), second);
        break;
      case Step::kNegate:
        stack.back() = -stack.back();
        break;
      case Step::kCall:
        stack.back() = step.function(stack.back());
        break;
    }
  }
  return stack.back();
}

std::vector<std::string> Formula::function_names() {
  std::vector<std::string> names;
  for (const NamedFunction& row : functions()) names.emplace_back(row.name);
  return names;
}

}  // namespace isinglass
