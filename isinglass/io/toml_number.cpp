#include "isinglass/io/toml_number.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "isinglass/io/text.h"

namespace isinglass {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hexadecimal_letter(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Nothing when an underscore does not stand between two digits.
std::optional<std::string> without_underscores(std::string_view word) {
  const bool is_hexadecimal = word.starts_with("0x");
  const auto is_digit_at = [&](std::size_t i) {
    return i < word.size() && (is_digit(word[i]) || (is_hexadecimal && i > 1 && is_hexadecimal_letter(word[i])));
  };
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '_')
      out += word[i];
    else if (i == 0 || !is_digit_at(i - 1) || !is_digit_at(i + 1))
      return std::nullopt;
  }
  return out;
}

// Null when `word` is no integer of that base within 64 bits.
Value integer_value(std::string_view word, int base) {
  Index integer = 0;
  const auto result = std::from_chars(word.data(), word.data() + word.size(), integer, base);
  if (result.ec != std::errc() || result.ptr != word.data() + word.size()) return {};
  return integer;
}

// An integer or real number; null when `word` is none or out of range.
Value number_value(std::string_view word) {
  for (const auto& [prefix, base] : {std::pair("0x", 16), std::pair("0o", 8), std::pair("0b", 2)})
    if (word.starts_with(prefix))
      return word.substr(2).starts_with('-') ? Value() : integer_value(word.substr(2), base);

  std::string_view rest = word;
  const auto take_sign = [&] {
    if (rest.starts_with('+') || rest.starts_with('-')) rest.remove_prefix(1);
  };
  const auto take_digits = [&] {
    const std::size_t count = std::min(rest.find_first_not_of("0123456789"), rest.size());
    rest.remove_prefix(count);
    return count;
  };
  take_sign();
  const bool starts_with_zero = rest.starts_with('0');
  const std::size_t whole_digits = take_digits();
  if (whole_digits == 0 || (starts_with_zero && whole_digits > 1)) return {};
  const std::string_view unsigned_word = word.substr(word.starts_with('+') ? 1 : 0);
  if (rest.empty()) return integer_value(unsigned_word, 10);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    if (take_digits() == 0) return {};
  }
  if (rest.starts_with('e') || rest.starts_with('E')) {
    rest.remove_prefix(1);
    take_sign();
    if (take_digits() == 0) return {};
  }
  const std::optional<double> real = parse_real(unsigned_word);
  return rest.empty() && real ? Value(*real) : Value();
}

}  // namespace

Value toml_number(std::string_view word) {
  const std::optional<std::string> digits = without_underscores(word);
  return digits ? number_value(*digits) : Value();
}

}  // namespace isinglass
