#include "isinglass/serve/request.h"

#include <charconv>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"

namespace isinglass {
namespace {

std::optional<double> real_of(const Value& value) {
  if (value.as_integer() != nullptr) return static_cast<double>(*value.as_integer());
  if (value.as_real() != nullptr && std::isfinite(*value.as_real())) return *value.as_real();
  return std::nullopt;
}

}  // namespace

std::string text_in(const Value& body, std::string_view key) {
  const Value* value = body.find(key);
  if (value == nullptr || value->is_null()) return "";
  if (value->as_string() == nullptr) throw InputError("'" + std::string(key) + "': expected text");
  return *value->as_string();
}

double number_of(const Value& body, std::string_view key, double otherwise) {
  const Value* value = body.find(key);
  if (value == nullptr || value->is_null()) return otherwise;
  const double number = value->as_real() != nullptr      ? *value->as_real()
                        : value->as_integer() != nullptr ? static_cast<double>(*value->as_integer())
                                                         : -1;
  if (!(number >= 0 && number <= 1e12))
    throw InputError("'" + std::string(key) + "': expected a number from 0 to 1e12");
  return number;
}

double real_in(const Value& body, std::string_view key, double otherwise) {
  const Value* value = body.find(key);
  if (value == nullptr || value->is_null()) return otherwise;
  const std::optional<double> number = real_of(*value);
  if (!number) throw InputError("'" + std::string(key) + "': expected a finite number");
  return *number;
}

std::vector<double> reals_in(const Value& body, std::string_view key, std::size_t most) {
  const Value* value = body.find(key);
  std::vector<double> numbers;
  if (value == nullptr || value->is_null()) return numbers;
  if (value->as_array() == nullptr || value->as_array()->size() > most)
    throw InputError("'" + std::string(key) + "': expected a list of at most " + std::to_string(most) + " numbers");
  for (const Value& element : *value->as_array()) {
    const std::optional<double> number = real_of(element);
    if (!number) throw InputError("'" + std::string(key) + "': expected finite numbers, got " + element.preview());
    numbers.push_back(*number);
  }
  return numbers;
}

bool flag_in(const Value& body, std::string_view key) {
  const Value* value = body.find(key);
  if (value == nullptr || value->is_null()) return false;
  if (value->as_bool() == nullptr) throw InputError("'" + std::string(key) + "': expected true or false");
  return *value->as_bool();
}

Index whole_in(const Value& body, std::string_view key, Index otherwise, Index low, Index high) {
  const Value* value = body.find(key);
  if (value == nullptr || value->is_null()) return otherwise;
  if (value->as_integer() == nullptr || *value->as_integer() < low || *value->as_integer() > high)
    throw InputError("'" + std::string(key) + "': expected a whole number from " + std::to_string(low) + " to " +
                     std::to_string(high) + ", got " + value->preview());
  return *value->as_integer();
}

std::vector<std::string> settings_in(const Value& body) {
  std::vector<std::string> settings;
  const Value* table = body.find("set");
  if (table == nullptr || table->is_null()) return settings;
  if (table->as_table() == nullptr) throw InputError("'set': expected a table of settings by key");
  for (const auto& [key, value] : *table->as_table())
    settings.push_back(key + "=" + (value.as_string() != nullptr ? *value.as_string() : write_json(value)));
  return settings;
}

std::optional<Index> count_in(const HttpRequest& request, const std::string& key) {
  const auto found = request.query.find(key);
  if (found == request.query.end() || found->second.empty()) return std::nullopt;
  Index count = -1;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 0)
    throw InputError(key + ": expected a count from 0, got '" + text + "'");
  return count;
}

std::string text_in(const HttpRequest& request, const std::string& key, const std::string& expected) {
  const auto found = request.query.find(key);
  if (found == request.query.end()) throw InputError(key + ": expected " + expected);
  return found->second;
}

std::string safe_name(const std::string& wished) {
  std::string name;
  for (const char c : wished.substr(0, 60))
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ? c : '-';
  while (name.starts_with('.')) name.erase(0, 1);
  return name.empty() ? "run" : name;
}

HttpAnswer json(const Value& document) {
  return {.body = write_json(document)};
}

Value numbers_document(const std::vector<double>& numbers) {
  return Value::Array(numbers.begin(), numbers.end());
}

}  // namespace isinglass
