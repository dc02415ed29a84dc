// isinglass/io/text_cursor.h - a place in a text that is being read, for the readers of JSON and
// TOML.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "isinglass/base/value.h"

namespace isinglass {

// Knows line and column (of characters, from 1), takes what is expected and says what was found.
class TextCursor {
 public:
  // `text` must outlive the cursor; a byte order mark is skipped. `name` is the file's name for
  // messages. Throws FormatError for text beyond 1 GiB, so that lines and columns fit an int.
  TextCursor(std::string_view text, const std::string& name);

  bool at_end() const { return at_ == text_.size(); }
  std::string_view rest() const { return text_.substr(at_); }
  // The byte here, '\0' at the end of the text.
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  // Goes on when the text goes on so. `word` holds ASCII without line ends.
  bool take(char c);
  bool take(std::string_view word);
  // Takes LF or CRLF.
  bool take_line_end();
  // Takes the longest run of ASCII characters, line ends not among them, that `belongs` allows.
  template <class Predicate>
  std::string_view take_while(Predicate belongs) {
    const std::size_t start = at_;
    while (!at_end() && static_cast<unsigned char>(text_[at_]) < 0x80 && belongs(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }
  // Takes one character; throws FormatError when it is no UTF-8 or a control character but a tab.
  std::string_view take_character();
  // Takes `digits` hexadecimal digits.
  char32_t take_hexadecimal(int digits);

  Value::Location location() const;
  // What stands here, in quotes or described, for a message.
  std::string found() const;
  // Throws FormatError "name:line:column: message".
  [[noreturn]] void fail(const std::string& message) const { fail_at(location(), message); }
  [[noreturn]] static void fail_at(const Value::Location& location, const std::string& message);

 private:
  std::string_view text_;
  std::shared_ptr<const std::string> file_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;  // moved on by the extra bytes of characters, so that columns count characters
  int line_ = 1;
};

}  // namespace isinglass
