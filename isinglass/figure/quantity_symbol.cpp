#include "isinglass/figure/quantity_symbol.h"

#include <algorithm>
#include <string_view>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

constexpr std::string_view kDerivative = "dL/d";

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string plain_symbol(const std::string& name) {
  const auto inside = [&](std::size_t begin) { return name.substr(begin, name.size() - begin - 1); };
  if (name.starts_with("in(")) {
    const std::string node = inside(3);
    return node.substr(0, 1) + "_{" + node.substr(1) + "_{in}}";
  }
  if (name.starts_with("w(") || name.starts_with("k(")) return "\u03bb_{" + inside(2) + "}";
  if (name.starts_with("b(")) return "b_{" + inside(2) + "}";
  if (name.size() > 1 && is_number(std::string_view(name).substr(1)))
    return name.substr(0, 1) + "_{" + name.substr(1) + "}";
  std::string words = name;
  if (!name.starts_with("layer"))
    std::ranges::replace_if(
        words, [](char c) { return c == '.' || c == '_'; }, ' ');
  return words.starts_with("train ") ? "training" + words.substr(5) : words;
}

}  // namespace

std::string symbol_of(const std::string& name, SignConvention signs) {
  if (!name.starts_with(kDerivative)) return plain_symbol(name);
  const std::string of = signs == SignConvention::kBook ? "P" : "L";
  return "\u2202" + of + "/\u2202" + plain_symbol(name.substr(kDerivative.size()));
}

std::string series_key(const std::string& name, SignConvention signs) {
  const bool is_turned = signs == SignConvention::kBook && name.starts_with(kDerivative);
  return is_turned ? "dP/d" + name.substr(kDerivative.size()) : name;
}

double signed_value(const std::string& name, double value, SignConvention signs) {
  return signs == SignConvention::kBook && name.starts_with(kDerivative) ? -value : value;
}

SignConvention read_sign_convention(const std::string& word) {
  if (word == "standard") return SignConvention::kStandard;
  if (word == "book") return SignConvention::kBook;
  throw OptionError("--convention: expected standard or book, got '" + word + "'" +
                    did_you_mean(word, {"standard", "book"}));
}

}  // namespace isinglass
