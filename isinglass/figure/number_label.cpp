#include "isinglass/figure/number_label.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace isinglass {
namespace {

constexpr const char* kMinus = "\u2212";

std::string signed_text(bool is_negative, const std::string& digits) {
  return (is_negative ? kMinus : "") + digits;
}

void drop_end_zeros(std::string& digits) {
  if (digits.find('.') == std::string::npos) return;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
}

std::string special_label(double number) {
  return std::isnan(number) ? "NaN" : signed_text(number < 0, "\u221e");
}

}  // namespace

std::string fixed_label(double number, int decimals) {
  if (!std::isfinite(number)) return special_label(number);
  const std::string digits = fmt::format("{:.{}f}", std::abs(number), std::clamp(decimals, 0, 17));
  const bool is_zero = digits.find_first_not_of("0.") == std::string::npos;
  return signed_text(number < 0 && !is_zero, digits);
}

std::string number_label(double number, int digits) {
  if (!std::isfinite(number)) return special_label(number);
  if (number == 0) return "0";
  digits = std::clamp(digits, 1, 17);
  // Rounding first: 0.00099999 is 0.001.
  const std::string scientific = fmt::format("{:.{}e}", std::abs(number), digits - 1);
  const std::size_t e = scientific.find('e');
  int exponent = std::stoi(scientific.substr(e + 1));
  std::string mantissa = scientific.substr(0, e);
  const int largest = std::max(digits, 4);
  if (exponent == largest && std::round(std::abs(number)) < std::pow(10.0, largest))
    --exponent;  // 9999 is short enough
  if (exponent >= -3 && exponent < largest) {
    std::string plain = fmt::format("{:.{}f}", std::abs(number), std::max(digits - 1 - exponent, 0));
    drop_end_zeros(plain);
    return signed_text(number < 0, plain);
  }
  drop_end_zeros(mantissa);
  return signed_text(number < 0, mantissa + "\u00d7" + power_label(exponent));
}

std::string power_label(int exponent) {
  return "10^{" + signed_text(exponent < 0, std::to_string(std::abs(exponent))) + "}";
}

}  // namespace isinglass
