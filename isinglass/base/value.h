// isinglass/base/value.h - a tree of plain values, as TOML and JSON files hold them, that remembers
// where each value stood.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

class Value {
 public:
  using Array = std::vector<Value>;
  using Table = std::vector<std::pair<std::string, Value>>;  // in the order of the file; keys are unique

  // Where a value was read; a value made in memory has no file and line 0.
  struct Location {
    std::shared_ptr<const std::string> file;
    int line = 0, column = 0;
  };

  Value() = default;  // null
  template <class T>
  requires(!std::same_as<std::remove_cvref_t<T>, Value>)
      Value(T&& v) {  // NOLINT(google-explicit-constructor): a literal stands for its value
    using U = std::remove_cvref_t<T>;
    if constexpr (std::same_as<U, bool>)
      data_ = v;
    else if constexpr (std::integral<U>)
      data_ = static_cast<Index>(v);
    else if constexpr (std::floating_point<U>)
      data_ = static_cast<double>(v);
    else if constexpr (std::convertible_to<T, std::string_view>)
      data_ = std::string(std::string_view(v));
    else
      data_ = std::forward<T>(v);
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  const bool* as_bool() const { return std::get_if<bool>(&data_); }
  const Index* as_integer() const { return std::get_if<Index>(&data_); }
  const double* as_real() const { return std::get_if<double>(&data_); }
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const Array* as_array() const { return std::get_if<Array>(&data_); }
  const Table* as_table() const { return std::get_if<Table>(&data_); }
  Array* as_array() { return std::get_if<Array>(&data_); }
  Table* as_table() { return std::get_if<Table>(&data_); }

  // The value of a key of a table; null pointer when this is no table or has no such key.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }
  // Sets a key of a table (a null value becomes an empty table first) and returns the new value.
  Value& set(std::string_view key, Value value);

  // "boolean", "integer", "number", "string", "array", "table" or "null".
  std::string_view type_name() const;
  // The value as one line of JSON-like text for messages, cut after 60 characters.
  std::string preview() const;

  // "file.toml:12:5: ", or "" for a value made in memory: the head of an error message.
  std::string where() const;
  const Location& location() const { return location_; }
  void set_location(Location location) { location_ = std::move(location); }

  // Equal values; locations do not count.
  friend bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }

 private:
  std::variant<std::monostate, bool, Index, double, std::string, Array, Table> data_;
  Location location_;
};

// The shortest decimal text that reads back as the same bits: "0.1", "1e-07", "nan", "inf", "-inf".
std::string number_text(double number);
std::string number_text(float number);

}  // namespace isinglass
