#include "isinglass/io/toml.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "isinglass/io/text.h"
#include "isinglass/io/text_cursor.h"
#include "isinglass/io/toml_number.h"

namespace isinglass {
namespace {

constexpr int kDeepest = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_bare(char c) {
  return is_digit(c) || is_letter(c) || c == '_' || c == '-';
}
bool is_space(char c) {
  return c == ' ' || c == '\t';
}

// "2024-01-31...", "07:32..."
bool is_date_or_time(std::string_view word) {
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  return digits < word.size() && ((digits == 4 && word[4] == '-') || (digits == 2 && word[2] == ':'));
}

// What a key stands for while the document is read. How it came to be says what may be added to it.
struct Node {
  enum class Kind {
    kValue,      // key = value, also an inline table: complete
    kImplied,    // only named within [a.b.c]: may still get its own [a.b]
    kHeader,     // [a.b]
    kDotted,     // a.b = value: dotted keys may add to it, no header may
    kArrayItem,  // an item of [[a]]
    kArray       // [[a]], whose children are the items
  };
  Kind kind;
  std::string key;
  Value::Location location;
  int depth;
  Value value = {};
  std::vector<std::unique_ptr<Node>> children = {};  // in the order of the file
  std::map<std::string_view, Node*> by_key = {};

  Node* find(std::string_view name) const {
    const auto found = by_key.find(name);
    return found == by_key.end() ? nullptr : found->second;
  }

  Node& add(Kind child_kind, std::string name, const Value::Location& where) {
    if (depth == kDeepest) TextCursor::fail_at(where, "nested deeper than " + std::to_string(kDeepest) + " levels");
    children.push_back(std::make_unique<Node>(Node{child_kind, std::move(name), where, depth + 1}));
    Node& child = *children.back();
    if (kind != Kind::kArray) by_key.emplace(child.key, &child);
    return child;
  }

  Value take_value() {
    if (kind == Kind::kArray) {
      Value::Array items;
      for (const auto& child : children) items.push_back(child->take_value());
      value = std::move(items);
    } else if (kind != Kind::kValue) {
      Value::Table members;
      for (const auto& child : children) members.emplace_back(std::move(child->key), child->take_value());
      value = std::move(members);
    }
    value.set_location(location);
    return std::move(value);
  }
};

class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : cursor_(text, name) {}

  Value document() {
    Value::Location whole_file = cursor_.location();
    whole_file.line = whole_file.column = 0;
    Node root{Node::Kind::kHeader, "", whole_file, 0};
    Node* table = &root;
    for (skip_lines(); !cursor_.at_end(); skip_lines()) {
      if (cursor_.peek() == '[')
        table = &read_header(root);
      else
        read_member(*table);
      skip_space();
      skip_comment();
      if (!cursor_.take_line_end() && !cursor_.at_end()) expected("the end of the line");
    }
    return root.take_value();
  }

 private:
  using Kind = Node::Kind;
  struct KeyPart {
    std::string name;
    Value::Location location;
  };

  [[noreturn]] void expected(const std::string& what) const {
    cursor_.fail("expected " + what + ", found " + cursor_.found());
  }

  [[noreturn]] static void fail_twice(const KeyPart& part, const Node& first) {
    TextCursor::fail_at(part.location, "the key " + in_quotes(part.name) + " is already defined in line " +
                                           std::to_string(first.location.line));
  }

  // ---- space, comments, keys ----

  void skip_space() { cursor_.take_while(is_space); }

  void skip_comment() {
    if (!cursor_.take('#')) return;
    for (;;) {
      cursor_.take_while([](char c) { return (c >= ' ' && c != '\x7F') || c == '\t'; });
      if (cursor_.at_end() || cursor_.peek() == '\n' || cursor_.rest().starts_with("\r\n")) return;
      cursor_.take_character();
    }
  }

  void skip_lines() {
    do {
      skip_space();
      skip_comment();
    } while (cursor_.take_line_end());
  }

  std::vector<KeyPart> read_key() {
    std::vector<KeyPart> parts;
    do {
      skip_space();
      parts.push_back({"", cursor_.location()});
      if (parts.size() > kDeepest) cursor_.fail("a key of more than " + std::to_string(kDeepest) + " parts");
      std::string& name = parts.back().name;
      if (cursor_.take('"'))
        name = read_string('"');
      else if (cursor_.take('\''))
        name = read_string('\'');
      else if (name = cursor_.take_while(is_bare); name.empty())
        expected("a key");
      skip_space();
    } while (cursor_.take('.'));
    return parts;
  }

  // ---- members and tables ----

  void read_member(Node& table) {
    const std::vector<KeyPart> parts = read_key();
    Node* owner = &table;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      Node* next = owner->find(parts[i].name);
      if (next == nullptr) next = &owner->add(Kind::kDotted, parts[i].name, parts[i].location);
      if (next->kind == Kind::kImplied) next->kind = Kind::kDotted;
      if (next->kind != Kind::kDotted) fail_twice(parts[i], *next);
      owner = next;
    }
    const KeyPart& last = parts.back();
    if (const Node* first = owner->find(last.name)) fail_twice(last, *first);
    if (!cursor_.take('=')) expected("'=' after the key " + in_quotes(last.name));
    skip_space();
    Node& member = owner->add(Kind::kValue, last.name, cursor_.location());
    member.value = read_value(member.depth);
  }

  // Reads [a.b] or [[a.b]] and returns the table that the following lines fill.
  Node& read_header(Node& root) {
    const Value::Location start = cursor_.location();
    cursor_.take('[');
    const bool is_array = cursor_.take('[');
    const std::vector<KeyPart> parts = read_key();
    if (!cursor_.take(is_array ? "]]" : "]")) expected(is_array ? "']]'" : "']'");

    Node* owner = &root;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      Node* next = owner->find(parts[i].name);
      if (next == nullptr) next = &owner->add(Kind::kImplied, parts[i].name, start);
      if (next->kind == Kind::kArray) next = next->children.back().get();
      if (next->kind == Kind::kValue) fail_twice(parts[i], *next);
      owner = next;
    }
    const KeyPart& last = parts.back();
    Node* old = owner->find(last.name);
    if (is_array) {
      if (old == nullptr) old = &owner->add(Kind::kArray, last.name, start);
      if (old->kind != Kind::kArray) fail_twice(last, *old);
      return old->add(Kind::kArrayItem, "", start);
    }
    if (old == nullptr) return owner->add(Kind::kHeader, last.name, start);
    if (old->kind != Kind::kImplied) fail_twice(last, *old);
    old->kind = Kind::kHeader;
    old->location = start;
    return *old;
  }

  // ---- values; `depth` is that of the value itself ----

  Value read_value(int depth) {
    const Value::Location start = cursor_.location();
    Value value = read_value_here(depth);
    value.set_location(start);
    return value;
  }

  Value read_value_here(int depth) {
    if (cursor_.take("\"\"\"")) return read_long_string('"');
    if (cursor_.take("'''")) return read_long_string('\'');
    if (cursor_.take('"')) return read_string('"');
    if (cursor_.take('\'')) return read_string('\'');
    if (cursor_.peek() == '[') return read_array(depth);
    if (cursor_.peek() == '{') return read_inline_table(depth);
    return read_word();
  }

  Value read_array(int depth) {
    if (depth == kDeepest) cursor_.fail("nested deeper than " + std::to_string(kDeepest) + " levels");
    cursor_.take('[');
    Value::Array items;
    do {
      skip_lines();
      if (cursor_.peek() == ']') break;
      items.push_back(read_value(depth + 1));
      skip_lines();
    } while (cursor_.take(','));
    if (!cursor_.take(']')) expected("',' or ']' after an item of an array");
    return items;
  }

  Value read_inline_table(int depth) {
    Node table{Kind::kDotted, "", cursor_.location(), depth};
    cursor_.take('{');
    skip_space();
    if (cursor_.take('}')) return Value::Table{};
    do {
      read_member(table);
      skip_space();
    } while (cursor_.take(','));
    if (!cursor_.take('}')) expected("',' or '}' after a value of an inline table");
    return table.take_value();
  }

  // true, false, a number, or what is refused: a date, a time, a word without quotes.
  Value read_word() {
    const Value::Location start = cursor_.location();
    const std::string_view word =
        cursor_.take_while([](char c) { return is_bare(c) || c == '+' || c == '.' || c == ':'; });
    if (word.empty()) expected("a value");
    if (word == "true") return true;
    if (word == "false") return false;
    if (word == "nan" || word == "+nan" || word == "-nan") return std::numeric_limits<double>::quiet_NaN();
    if (word == "inf" || word == "+inf") return std::numeric_limits<double>::infinity();
    if (word == "-inf") return -std::numeric_limits<double>::infinity();
    if (is_date_or_time(word))
      TextCursor::fail_at(start, "dates and times are not supported; put " + in_quotes(word) + " in quotes");
    if (Value number = toml_number(word); !number.is_null()) return number;
    TextCursor::fail_at(start,
                        "expected a number within range, true, false or text in quotes, found " + in_quotes(word));
  }

  // ---- strings, after their opening quotes ----

  static auto plain_in(char quote) {
    return [quote](char c) {
      return ((c >= ' ' && c != '\x7F') || c == '\t') && c != quote && (c != '\\' || quote == '\'');
    };
  }

  std::string read_string(char quote) {
    std::string out;
    for (;;) {
      out += cursor_.take_while(plain_in(quote));
      if (cursor_.take(quote)) return out;
      if (cursor_.at_end() || cursor_.peek() == '\n' || cursor_.rest().starts_with("\r\n"))
        expected(std::string(1, quote) + " at the end of a string");
      if (cursor_.peek() == '\\')
        read_escape(out);
      else
        out += cursor_.take_character();
    }
  }

  // Line ends become LF, so that the text does not depend on the editor.
  std::string read_long_string(char quote) {
    std::string out;
    cursor_.take_line_end();
    for (;;) {
      out += cursor_.take_while(plain_in(quote));
      if (cursor_.at_end()) expected(std::string(3, quote) + " at the end of a string");
      if (cursor_.peek() == quote) {
        // Up to two quotes before the closing three belong to the string.
        const std::size_t count = cursor_.take_while([quote](char c) { return c == quote; }).size();
        if (count > 5) cursor_.fail("a string ends with at most five quotes, found " + std::to_string(count));
        out.append(count < 3 ? count : count - 3, quote);
        if (count >= 3) return out;
      } else if (cursor_.take_line_end()) {
        out += '\n';
      } else if (cursor_.peek() != '\\') {
        out += cursor_.take_character();
      } else if (!skip_escaped_line_end()) {
        read_escape(out);
      }
    }
  }

  // A backslash at the end of a line joins it with the next text.
  bool skip_escaped_line_end() {
    const std::string_view rest = cursor_.rest();
    const std::size_t end = rest.find_first_not_of(" \t", 1);
    const bool is_line_end =
        end != std::string_view::npos && (rest[end] == '\n' || rest.substr(end).starts_with("\r\n"));
    if (!is_line_end) return false;
    cursor_.take('\\');
    do skip_space();
    while (cursor_.take_line_end());
    return true;
  }

  void read_escape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\bfnrt", kMeanings = "\"\\\b\f\n\r\t";
    const Value::Location start = cursor_.location();
    cursor_.take('\\');
    const bool is_short = cursor_.take('u');
    if (is_short || cursor_.take('U')) {
      const char32_t code = cursor_.take_hexadecimal(is_short ? 4 : 8);
      if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        TextCursor::fail_at(start, "an escape that stands for no Unicode character");
      append_utf8(out, code);
      return;
    }
    const std::size_t which = cursor_.at_end() ? std::string_view::npos : kLetters.find(cursor_.peek());
    if (which == std::string_view::npos) expected("one of \"\\bfnrtuU after a backslash");
    cursor_.take(kLetters[which]);
    out += kMeanings[which];
  }

  TextCursor cursor_;
};

}  // namespace

Value parse_toml(std::string_view text, const std::string& name) {
  return Reader(text, name).document();
}

}  // namespace isinglass
