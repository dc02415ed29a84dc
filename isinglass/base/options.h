// isinglass/base/options.h - the settings of a struct, named once.
//
// A struct lists its settings in one function,
//
//     struct Dense {
//       Index units = 1;
//       bool use_bias = true;
//       static void options(auto& v) {
//         v("units", &Dense::units, "number of output features", at_least(1).required());
//         v("use_bias", &Dense::use_bias, "learn a bias for each output feature");
//       }
//     };
//
// and from that list come: read_options (a Value tree, from TOML or JSON, into the struct, strictly),
// write_options (back), describe_options (help, docs, forms).
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/error.h"
#include "isinglass/base/value.h"

namespace isinglass {

// What a setting may be. Bounds apply to numbers and to each number of an array.
struct Constraint {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;  // the bound itself is excluded
  bool is_required = false;
  std::vector<std::string> choices = {};  // for text: the values allowed; empty = any

  Constraint required() const {
    Constraint c = *this;
    c.is_required = true;
    return c;
  }
  bool allows(double x) const { return (low_open ? x > low : x >= low) && (high_open ? x < high : x <= high); }
  // "at least 1", "in (0, 1]", "one of a, b", or "".
  std::string text() const;
};
inline Constraint at_least(double low) {
  return {.low = low};
}
inline Constraint positive() {
  return {.low = 0, .low_open = true};
}
inline Constraint between(double low, double high) {
  return {.low = low, .high = high};
}
inline Constraint from_up_to(double low, double high) {
  return {.low = low, .high = high, .high_open = true};
}  // [low, high)
inline Constraint one_of(std::vector<std::string> choices) {
  return {.choices = std::move(choices)};
}

// One setting as help, docs and forms show it.
struct OptionInfo {
  std::string name, type, default_text, constraint, help;
  bool required = false;
  Value default_value = {};  // null: none
  Constraint range = {};
};

// How a type of setting is read from and written to a Value. A class of its own makes itself a
// setting with `static T read(const Value&)`, `Value write() const` and `kTypeName`.
template <class T>
struct OptionType {
  static std::string name() { return std::string(T::kTypeName); }
  static T read(const Value& v, const Constraint&) { return T::read(v); }
  static Value write(const T& t) { return t.write(); }
};

namespace detail {
[[noreturn]] void wrong_type(const Value& v, std::string_view expected);
void check_number(const Value& v, double x, const Constraint& c);
void check_choice(const Value& v, const std::string& text, const Constraint& c);
[[noreturn]] void unknown_key(const Value& table, const std::string& key, const Value& value, std::string_view what,
                              const std::vector<std::string>& known);
[[noreturn]] void missing_key(const Value& table, const std::string& key, std::string_view what,
                              const std::string& help);
}  // namespace detail

template <>
struct OptionType<bool> {
  static std::string name() { return "boolean"; }
  static bool read(const Value& v, const Constraint&) {
    if (const bool* b = v.as_bool()) return *b;
    detail::wrong_type(v, "true or false");
  }
  static Value write(bool b) { return b; }
};
template <>
struct OptionType<Index> {
  static std::string name() { return "integer"; }
  static Index read(const Value& v, const Constraint& c) {
    const Index* i = v.as_integer();
    if (i == nullptr) detail::wrong_type(v, "an integer");
    detail::check_number(v, static_cast<double>(*i), c);
    return *i;
  }
  static Value write(Index i) { return i; }
};
template <>
struct OptionType<double> {
  static std::string name() { return "number"; }
  static double read(const Value& v, const Constraint& c) {
    double x = 0;
    if (const double* d = v.as_real())
      x = *d;
    else if (const Index* i = v.as_integer())
      x = static_cast<double>(*i);
    else
      detail::wrong_type(v, "a number");
    if (!std::isfinite(x)) detail::wrong_type(v, "a finite number");
    detail::check_number(v, x, c);
    return x;
  }
  static Value write(double d) { return d; }
};
template <>
struct OptionType<std::string> {
  static std::string name() { return "string"; }
  static std::string read(const Value& v, const Constraint& c) {
    const std::string* s = v.as_string();
    if (s == nullptr) detail::wrong_type(v, "a string");
    detail::check_choice(v, *s, c);
    return *s;
  }
  static Value write(const std::string& s) { return s; }
};
template <>
struct OptionType<Value> {  // anything; the owner checks it
  static std::string name() { return "any"; }
  static Value read(const Value& v, const Constraint&) { return v; }
  static Value write(const Value& v) { return v; }
};
template <class T>
struct OptionType<std::vector<T>> {
  static std::string name() { return "array of " + OptionType<T>::name(); }
  static std::vector<T> read(const Value& v, const Constraint& c) {
    const Value::Array* array = v.as_array();
    if (array == nullptr) detail::wrong_type(v, "an " + name());
    std::vector<T> out;
    for (const Value& item : *array) out.push_back(OptionType<T>::read(item, c));
    return out;
  }
  static Value write(const std::vector<T>& items) {
    Value::Array out;
    for (const T& item : items) out.push_back(OptionType<T>::write(item));
    return out;
  }
};
template <class T>
struct OptionType<std::optional<T>> {  // absent unless given
  static std::string name() { return OptionType<T>::name(); }
  static std::optional<T> read(const Value& v, const Constraint& c) { return OptionType<T>::read(v, c); }
  static Value write(const std::optional<T>& t) { return t ? OptionType<T>::write(*t) : Value(); }
};

// Reads the keys of `table` into `settings`; what the table does not name keeps its value.
// `what` names the owner in messages ("layer dense", "[train]"); keys in `extra` belong to somebody else.
// Throws OptionError, with file and line, for unknown keys, wrong types, values out of range and missing keys.
template <class S>
void read_options(const Value& table, S& settings, std::string_view what, const std::vector<std::string>& extra = {}) {
  if (table.as_table() == nullptr) detail::wrong_type(table, "a table of settings");
  std::vector<std::string> known;
  auto reader = [&](const char* name, auto member, const char* help, const Constraint& c = {}) {
    known.emplace_back(name);
    auto& field = settings.*member;
    const Value* value = table.find(name);
    if (value != nullptr)
      field = OptionType<std::remove_cvref_t<decltype(field)>>::read(*value, c);
    else if (c.is_required)
      detail::missing_key(table, name, what, help);
  };
  // Unknown keys first: a misspelt required key is better reported by its misspelling.
  auto collect = [&](const char* name, auto, const char*, const Constraint& = {}) { known.emplace_back(name); };
  S::options(collect);
  known.insert(known.end(), extra.begin(), extra.end());
  for (const auto& [key, value] : *table.as_table())
    if (std::find(known.begin(), known.end(), key) == known.end()) detail::unknown_key(table, key, value, what, known);
  S::options(reader);
}

// All settings as a table; absent optional ones are left out.
template <class S>
Value write_options(const S& settings) {
  Value out = Value::Table{};
  auto writer = [&](const char* name, auto member, const char*, const Constraint& = {}) {
    const auto& field = settings.*member;
    Value value = OptionType<std::remove_cvref_t<decltype(field)>>::write(field);
    if (!value.is_null()) out.set(name, std::move(value));
  };
  S::options(writer);
  return out;
}

template <class S>
std::vector<OptionInfo> describe_options() {
  std::vector<OptionInfo> out;
  const S defaults{};
  auto describer = [&](const char* name, auto member, const char* help, const Constraint& c = {}) {
    using T = std::remove_cvref_t<decltype(defaults.*member)>;
    const Value value = c.is_required ? Value() : OptionType<T>::write(defaults.*member);
    out.push_back({.name = name,
                   .type = OptionType<T>::name(),
                   .default_text = value.is_null() ? "" : value.preview(),
                   .constraint = c.text(),
                   .help = help,
                   .required = c.is_required,
                   .default_value = value,
                   .range = c});
  };
  S::options(describer);
  return out;
}

}  // namespace isinglass
