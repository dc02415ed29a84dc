#include "isinglass/base/value.h"

#include <array>
#include <charconv>

namespace isinglass {

const Value* Value::find(std::string_view key) const {
  if (const Table* table = as_table())
    for (const auto& [name, value] : *table)
      if (name == key) return &value;
  return nullptr;
}

Value& Value::set(std::string_view key, Value value) {
  if (is_null()) data_ = Table{};
  if (Value* old = find(key)) return *old = std::move(value);
  return as_table()->emplace_back(std::string(key), std::move(value)).second;
}

std::string_view Value::type_name() const {
  constexpr std::array<std::string_view, 7> kNames{"null", "boolean", "integer", "number", "string", "array", "table"};
  return kNames[data_.index()];
}

std::string Value::preview() const {
  constexpr std::size_t kLongest = 60;
  std::string text;
  if (is_null()) text = "null";
  if (const bool* b = as_bool()) text = *b ? "true" : "false";
  if (const Index* i = as_integer()) text = std::to_string(*i);
  if (const double* d = as_real()) text = number_text(*d);
  if (const std::string* s = as_string()) text.append("\"").append(*s).append("\"");
  if (const Array* array = as_array()) {
    text = "[";
    for (const Value& item : *array) {
      text.append(&item == &array->front() ? "" : ", ").append(item.preview());
      if (text.size() > kLongest) break;
    }
    text += "]";
  }
  if (const Table* table = as_table()) {
    text = "{";
    for (const auto& [key, value] : *table) {
      text.append(text.size() == 1 ? "" : ", ").append(key).append(" = ").append(value.preview());
      if (text.size() > kLongest) break;
    }
    text += "}";
  }
  return text.size() > kLongest ? text.substr(0, kLongest) + "..." : text;
}

std::string Value::where() const {
  if (location_.file == nullptr) return "";
  if (location_.line == 0) return *location_.file + ": ";
  return *location_.file + ":" + std::to_string(location_.line) + ":" + std::to_string(location_.column) + ": ";
}

namespace {
template <class T>
std::string shortest(T number) {
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}
}  // namespace

std::string number_text(double number) {
  return shortest(number);
}
std::string number_text(float number) {
  return shortest(number);
}

}  // namespace isinglass
