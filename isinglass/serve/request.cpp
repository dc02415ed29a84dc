#include "isinglass/serve/request.h"

#include <charconv>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"

namespace isinglass {

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

HttpAnswer json(const Value& document) {
  return {.body = write_json(document)};
}

}  // namespace isinglass
