#include "isinglass/io/text.h"

#include <charconv>
#include <cmath>
#include <locale>
#include <sstream>

#include "isinglass/base/value.h"

namespace isinglass {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte_at(text, 1) < low || byte_at(text, 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte_at(text, i) & 0xC0) != 0x80) return 0;
  return length;
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto add = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code_point < 0x80) {
    add(code_point);
    return;
  }
  if (code_point < 0x800) {
    add(0xC0 | (code_point >> 6));
  } else {
    if (code_point < 0x10000) {
      add(0xE0 | (code_point >> 12));
    } else {
      add(0xF0 | (code_point >> 18));
      add(0x80 | ((code_point >> 12) & 0x3F));
    }
    add(0x80 | ((code_point >> 6) & 0x3F));
  }
  add(0x80 | (code_point & 0x3F));
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const unsigned c = byte_at(text, 0);
    const std::size_t length = utf8_length(text);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (length == 0) {
          out += "\\ufffd";
        } else if (c < 0x20 || c == 0x7F) {
          out += "\\u00";
          out += {kHexDigits[c >> 4], kHexDigits[c & 15]};
        } else {
          out += text.substr(0, length);
        }
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string out;
  if (text.size() <= kLongest) {
    append_quoted(out, text);
    return out;
  }
  std::size_t end = kLongest;
  while (end > kLongest - 3 && (byte_at(text, end) & 0xC0) == 0x80) --end;
  append_quoted(out, text.substr(0, end));
  return out + "...";
}

std::string real_text(double number) {
  std::string text = number_text(number);
  // A point, an exponent, "inf" or "nan" already tell a real number from an integer.
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::optional<double> parse_real(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ptr != end || result.ec == std::errc::invalid_argument || !std::isfinite(number)) return {};
  if (result.ec == std::errc()) return number;
  // Out of range: a stream, unlike from_chars, tells too small from too large.
  std::istringstream stream{std::string(text)};
  stream.imbue(std::locale::classic());
  if (stream >> number && std::isfinite(number)) return number;
  return {};
}

}  // namespace isinglass
