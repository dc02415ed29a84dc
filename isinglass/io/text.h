// isinglass/io/text.h - UTF-8, quoted strings and numbers as JSON, TOML and error messages share
// them.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace isinglass {

// Bytes (1 to 4) of the well-formed UTF-8 character at the beginning of `text`; 0 when there is
// none: empty text, a stray or missing continuation byte, an overlong form, a surrogate or beyond
// U+10FFFF.
std::size_t utf8_length(std::string_view text);

// Appends a code point (at most U+10FFFF, no surrogate) as UTF-8.
void append_utf8(std::string& out, char32_t code_point);

// `text` without the byte order mark that some editors put before UTF-8.
std::string_view without_byte_order_mark(std::string_view text);

// Appends `text` in double quotes with the escapes that JSON strings and TOML basic strings have in
// common. Control characters become \u00XX, each byte that is no UTF-8 becomes \ufffd.
void append_quoted(std::string& out, std::string_view text);

// The same for an error message: one line, cut after 60 bytes.
std::string in_quotes(std::string_view text);

// The shortest text that reads back as the same real number and never as an integer: "3.0",
// "1e-07".
std::string real_text(double number);

// The double nearest to a decimal number such as "-1.5e3", 0 for one too small; nothing for one
// that is beyond the range of double, or for other text.
std::optional<double> parse_real(std::string_view text);

}  // namespace isinglass
