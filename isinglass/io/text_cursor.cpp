#include "isinglass/io/text_cursor.h"

#include "isinglass/base/error.h"
#include "isinglass/io/text.h"

namespace isinglass {

TextCursor::TextCursor(std::string_view text, const std::string& name)
    : text_(without_byte_order_mark(text)), file_(std::make_shared<const std::string>(name)) {
  constexpr std::size_t kLongest = std::size_t{1} << 30;
  if (text.size() > kLongest)
    throw FormatError(name + ": expected at most " + std::to_string(kLongest) + " bytes of text, found " +
                      std::to_string(text.size()));
}

bool TextCursor::take(char c) {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool TextCursor::take(std::string_view word) {
  if (!rest().starts_with(word)) return false;
  at_ += word.size();
  return true;
}

bool TextCursor::take_line_end() {
  if (!take('\n') && !take("\r\n")) return false;
  ++line_;
  line_start_ = at_;
  return true;
}

std::string_view TextCursor::take_character() {
  const std::size_t length = utf8_length(rest());
  if (length == 0) fail("expected a character in UTF-8, found " + found());
  const auto byte = static_cast<unsigned char>(text_[at_]);
  if ((byte < 0x20 && byte != '\t') || byte == 0x7F)
    fail("a control character has to be written as an escape, found " + found());
  at_ += length;
  line_start_ += length - 1;
  return text_.substr(at_ - length, length);
}

char32_t TextCursor::take_hexadecimal(int digits) {
  char32_t code = 0;
  for (int i = 0; i < digits; ++i) {
    const char c = peek();
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) fail("expected " + std::to_string(digits) + " hexadecimal digits, found " + found());
    code = code * 16 + static_cast<char32_t>(digit);
    ++at_;
  }
  return code;
}

Value::Location TextCursor::location() const {
  return {file_, line_, static_cast<int>(at_ - line_start_) + 1};
}

std::string TextCursor::found() const {
  if (at_end()) return "the end of the text";
  const std::size_t length = utf8_length(rest());
  return length == 0 ? "a byte that is no UTF-8" : in_quotes(rest().substr(0, length));
}

void TextCursor::fail_at(const Value::Location& location, const std::string& message) {
  Value here;
  here.set_location(location);
  throw FormatError(here.where() + message);
}

}  // namespace isinglass
