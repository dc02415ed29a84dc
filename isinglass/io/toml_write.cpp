// isinglass/io/toml_write.cpp - the writing half of toml.h.
#include <algorithm>
#include <string>

#include "isinglass/base/error.h"
#include "isinglass/io/text.h"
#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

constexpr std::size_t kLineWidth = 100;

bool is_nested(const Value& value) {
  return value.as_array() != nullptr || value.as_table() != nullptr;
}

std::string key_text(std::string_view key) {
  const bool is_bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (is_bare) return std::string(key);
  std::string text;
  append_quoted(text, key);
  return text;
}

// A value on one line.
void append_inline(std::string& out, const Value& value) {
  if (const bool* b = value.as_bool()) {
    out += *b ? "true" : "false";
  } else if (const Index* i = value.as_integer()) {
    out += std::to_string(*i);
  } else if (const double* d = value.as_real()) {
    out += real_text(*d);
  } else if (const std::string* s = value.as_string()) {
    append_quoted(out, *s);
  } else if (const Value::Array* array = value.as_array()) {
    out += '[';
    for (const Value& item : *array) {
      if (&item != &array->front()) out += ", ";
      append_inline(out, item);
    }
    out += ']';
  } else if (const Value::Table* table = value.as_table()) {
    out += '{';
    for (const auto& member : *table) {
      if (&member != &table->front()) out += ", ";
      out += key_text(member.first) + " = ";
      append_inline(out, member.second);
    }
    out += '}';
  } else {
    throw InputError(value.where() + "a null cannot be written as TOML; leave its key out");
  }
}

std::string inline_text(const Value& value) {
  std::string text;
  append_inline(text, value);
  return text;
}

// A small table reads best on one line among its likes.
bool is_small_table(const Value& value) {
  const Value::Table* table = value.as_table();
  if (table == nullptr) return false;
  const bool is_flat = std::all_of(table->begin(), table->end(), [](const auto& member) {
    const Value::Array* array = member.second.as_array();
    return array != nullptr ? std::none_of(array->begin(), array->end(), is_nested)
                            : member.second.as_table() == nullptr;
  });
  return is_flat && inline_text(value).size() + 4 <= kLineWidth;
}

// Whether a value gets headers of its own, [key] or [[key]].
bool has_header(const Value& value) {
  if (value.as_table() != nullptr) return true;
  const Value::Array* array = value.as_array();
  if (array == nullptr || array->empty()) return false;
  return std::all_of(array->begin(), array->end(), [](const Value& item) { return item.as_table(); }) &&
         !std::all_of(array->begin(), array->end(), is_small_table);
}

// A value after its key; an array that does not fit the line is broken into lines of its items.
// `column` counts what the line holds already, `indent` the spaces before the line.
void append_value(std::string& out, const Value& value, std::size_t column, std::size_t indent) {
  const std::string text = inline_text(value);
  const Value::Array* array = value.as_array();
  if (array == nullptr || column + text.size() < kLineWidth) {
    out += text;
    return;
  }
  const std::string line_start = '\n' + std::string(indent + 2, ' ');
  out += '[';
  std::size_t at = kLineWidth;  // the first item begins a line
  for (const Value& item : *array) {
    const std::string item_text = inline_text(item);
    if (is_nested(item) || at + item_text.size() + 2 > kLineWidth) {
      out += line_start;
      at = indent + 2;
    } else {
      out += ' ';
      ++at;
    }
    append_value(out, item, at, indent + 2);
    out += ',';
    at = is_nested(item) ? kLineWidth : at + item_text.size() + 1;
  }
  out += '\n' + std::string(indent, ' ') + ']';
}

void append_table(std::string& out, const Value::Table& table, const std::string& path) {
  for (const auto& [key, value] : table) {
    if (has_header(value)) continue;
    const std::string head = key_text(key) + " = ";
    out += head;
    append_value(out, value, head.size(), 0);
    out += '\n';
  }
  const auto begin_section = [&](const std::string& header) { out += (out.empty() ? "" : "\n") + header + "\n"; };
  for (const auto& [key, value] : table) {
    if (!has_header(value)) continue;
    const std::string name = path.empty() ? key_text(key) : path + "." + key_text(key);
    if (const Value::Table* section = value.as_table()) {
      // A table that holds nothing but tables is made by their headers.
      const bool is_implied = !section->empty() && std::all_of(section->begin(), section->end(),
                                                               [](const auto& m) { return has_header(m.second); });
      if (!is_implied) begin_section("[" + name + "]");
      append_table(out, *section, name);
    } else {
      for (const Value& item : *value.as_array()) {
        begin_section("[[" + name + "]]");
        append_table(out, *item.as_table(), name);
      }
    }
  }
}

}  // namespace

std::string write_toml(const Value& table) {
  if (table.as_table() == nullptr)
    throw InputError(table.where() + "expected a table to write as TOML, found " + std::string(table.type_name()));
  std::string out;
  append_table(out, *table.as_table(), "");
  return out;
}

}  // namespace isinglass
