#include "isinglass/io/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "isinglass/io/text.h"
#include "isinglass/io/text_cursor.h"

namespace isinglass {
namespace {

constexpr int kDeepest = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : cursor_(text, name) {}

  Value document() {
    Value value = read_value(0);
    skip_space();
    if (!cursor_.at_end()) expected("nothing after the document");
    return value;
  }

 private:
  [[noreturn]] void expected(const std::string& what) const {
    cursor_.fail("expected " + what + ", found " + cursor_.found());
  }

  void skip_space() {
    do cursor_.take_while([](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    while (cursor_.take_line_end());
  }

  Value read_value(int depth) {
    skip_space();
    const Value::Location start = cursor_.location();
    Value value = read_value_here(depth);
    value.set_location(start);
    return value;
  }

  Value read_value_here(int depth) {
    const char c = cursor_.peek();
    if (c == '{' || c == '[') {
      if (depth == kDeepest) cursor_.fail("nested deeper than " + std::to_string(kDeepest) + " levels");
      return c == '{' ? read_object(depth + 1) : read_array(depth + 1);
    }
    if (c == '"') return read_string();
    if (c == '-' || is_digit(c)) return read_number();
    if (cursor_.take("true")) return true;
    if (cursor_.take("false")) return false;
    if (cursor_.take("null")) return {};
    expected("a value");
  }

  Value read_array(int depth) {
    cursor_.take('[');
    Value::Array items;
    skip_space();
    if (cursor_.take(']')) return items;
    do {
      items.push_back(read_value(depth));
      skip_space();
    } while (cursor_.take(','));
    if (!cursor_.take(']')) expected("',' or ']' after an item of an array");
    return items;
  }

  Value read_object(int depth) {
    cursor_.take('{');
    Value::Table members;
    skip_space();
    if (cursor_.take('}')) return members;
    do {
      skip_space();
      if (cursor_.peek() != '"') expected("a key in double quotes");
      std::string key = read_string();
      skip_space();
      if (!cursor_.take(':')) expected("':' after the key " + in_quotes(key));
      members.emplace_back(std::move(key), read_value(depth));
      skip_space();
    } while (cursor_.take(','));
    if (!cursor_.take('}')) expected("',' or '}' after a value of an object");
    refuse_duplicates(members);
    return members;
  }

  // By sorting: hostile keys can make a hash table slow.
  static void refuse_duplicates(const Value::Table& members) {
    std::vector<const Value::Table::value_type*> order;
    order.reserve(members.size());
    for (const auto& member : members) order.push_back(&member);
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
      return std::pair(std::string_view(a->first), a) < std::pair(std::string_view(b->first), b);
    });
    const auto twin = std::adjacent_find(order.begin(), order.end(),
                                         [](const auto* a, const auto* b) { return a->first == b->first; });
    if (twin == order.end()) return;
    const auto& [key, value] = **std::next(twin);
    TextCursor::fail_at(value.location(), "the key " + in_quotes(key) + " appears twice in one object");
  }

  Value read_number() {
    const Value::Location start = cursor_.location();
    const std::string_view text = cursor_.rest();
    bool is_integer = true;
    cursor_.take('-');
    if (!cursor_.take('0'))
      take_digits();
    else if (is_digit(cursor_.peek()))
      expected("no digit after a leading 0");
    if (cursor_.take('.')) {
      is_integer = false;
      take_digits();
    }
    if (cursor_.take('e') || cursor_.take('E')) {
      is_integer = false;
      if (!cursor_.take('-')) cursor_.take('+');
      take_digits();
    }
    const std::string_view token = text.substr(0, text.size() - cursor_.rest().size());
    Index integer = 0;
    if (is_integer && token != "-0" &&
        std::from_chars(token.data(), token.data() + token.size(), integer).ec == std::errc())
      return integer;
    if (const std::optional<double> real = parse_real(token)) return *real;
    TextCursor::fail_at(start, "the number " + in_quotes(token) + " is beyond the range of double precision");
  }

  void take_digits() {
    if (cursor_.take_while(is_digit).empty()) expected("a digit");
  }

  std::string read_string() {
    cursor_.take('"');
    std::string out;
    for (;;) {
      out += cursor_.take_while(is_plain);
      if (cursor_.take('"')) return out;
      if (cursor_.at_end()) expected("'\"' at the end of a string");
      if (cursor_.peek() == '\\')
        read_escape(out);
      else if (cursor_.peek() == '\t')
        expected("a tab to be written as \\t");
      else
        out += cursor_.take_character();
    }
  }

  void read_escape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    const Value::Location start = cursor_.location();
    cursor_.take('\\');
    if (cursor_.take('u')) {
      append_utf8(out, read_code_point(start));
      return;
    }
    const std::size_t which = cursor_.at_end() ? std::string_view::npos : kLetters.find(cursor_.peek());
    if (which == std::string_view::npos) expected("one of \"\\/bfnrtu after a backslash");
    cursor_.take(kLetters[which]);
    out += kMeanings[which];
  }

  // The digits after "\u", and a second escape when the first is one half of a surrogate pair.
  char32_t read_code_point(const Value::Location& start) {
    const char32_t first = cursor_.take_hexadecimal(4);
    if (first < 0xD800 || first > 0xDFFF) return first;
    if (first <= 0xDBFF && cursor_.take("\\u")) {
      const char32_t second = cursor_.take_hexadecimal(4);
      if (second >= 0xDC00 && second <= 0xDFFF) return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    }
    TextCursor::fail_at(start, "a surrogate without its other half");
  }

  TextCursor cursor_;
};

class Writer {
 public:
  explicit Writer(int indent) : indent_(indent) {}

  void write(const Value& value, int depth) {
    if (const bool* b = value.as_bool())
      out_ += *b ? "true" : "false";
    else if (const Index* i = value.as_integer())
      out_ += std::to_string(*i);
    else if (const double* d = value.as_real())
      write_real(*d);
    else if (const std::string* s = value.as_string())
      append_quoted(out_, *s);
    else if (const Value::Array* array = value.as_array())
      write_array(*array, depth);
    else if (const Value::Table* table = value.as_table())
      write_object(*table, depth);
    else
      out_ += "null";
  }

  std::string take() { return std::move(out_); }

 private:
  void write_real(double number) {
    if (std::isfinite(number))
      out_ += real_text(number);
    else
      out_ += std::isnan(number) ? "\"NaN\"" : number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  }

  void write_array(const Value::Array& array, int depth) {
    const bool is_flat = std::none_of(array.begin(), array.end(), [](const Value& item) {
      return item.as_array() != nullptr || item.as_table() != nullptr;
    });
    out_ += '[';
    for (const Value& item : array) {
      const bool is_first = &item == &array.front();
      if (!is_first) out_ += ',';
      if (!is_flat)
        new_line(depth + 1);
      else if (!is_first && indent_ > 0)
        out_ += ' ';
      write(item, depth + 1);
    }
    if (!is_flat) new_line(depth);
    out_ += ']';
  }

  void write_object(const Value::Table& table, int depth) {
    out_ += '{';
    for (const auto& member : table) {
      if (&member != &table.front()) out_ += ',';
      new_line(depth + 1);
      append_quoted(out_, member.first);
      out_ += indent_ > 0 ? ": " : ":";
      write(member.second, depth + 1);
    }
    if (!table.empty()) new_line(depth);
    out_ += '}';
  }

  void new_line(int depth) {
    if (indent_ <= 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(indent_) * static_cast<std::size_t>(depth), ' ');
  }

  int indent_;
  std::string out_;
};

}  // namespace

Value parse_json(std::string_view text, const std::string& name) {
  return Reader(text, name).document();
}

std::string write_json(const Value& value, int indent) {
  Writer writer(indent);
  writer.write(value, 0);
  return writer.take();
}

}  // namespace isinglass
