// isinglass/serve/answer_rig.h - for tests: asks routes without a server between.
#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"
#include "isinglass/serve/http_server.h"

namespace isinglass::testing_serve {

inline HttpAnswer ask(const std::vector<HttpRoute>& routes, const std::string& method, const std::string& path,
                      std::map<std::string, std::string> query = {}, const std::string& body = "") {
  for (const HttpRoute& route : routes) {
    std::smatch found;
    if (route.method != method || !std::regex_match(path, found, std::regex(route.pattern))) continue;
    HttpRequest request{.query = std::move(query), .body = body};
    for (std::size_t i = 1; i < found.size(); ++i) request.parts.push_back(found[i]);
    return route.answer(request);
  }
  ADD_FAILURE() << "no route " << method << " " << path;
  return {};
}

inline Value answer_of(const std::vector<HttpRoute>& routes, const std::string& method, const std::string& path,
                       std::map<std::string, std::string> query = {}, const std::string& body = "") {
  return parse_json(ask(routes, method, path, std::move(query), body).body, "answer");
}

// The line with which a request is refused; "" when it is not.
inline std::string refusal_of(const std::vector<HttpRoute>& routes, const std::string& method, const std::string& path,
                              std::map<std::string, std::string> query = {}, const std::string& body = "") {
  try {
    ask(routes, method, path, std::move(query), body);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

inline const Value& value_at(const Value& document, const std::vector<std::string>& keys) {
  static const Value nothing;
  const Value* value = &document;
  for (const std::string& key : keys) {
    value = value->find(key);
    if (value == nullptr) {
      ADD_FAILURE() << "no " << key;
      return nothing;
    }
  }
  return *value;
}

inline double number_of(const Value& value) {
  if (value.as_integer() != nullptr) return static_cast<double>(*value.as_integer());
  return value.as_real() != nullptr ? *value.as_real() : std::nan("");
}
inline double number_at(const Value& document, const std::vector<std::string>& keys) {
  return number_of(value_at(document, keys));
}
inline std::vector<double> numbers_at(const Value& document, const std::vector<std::string>& keys) {
  std::vector<double> numbers;
  const Value& value = value_at(document, keys);
  if (value.as_array() != nullptr)
    for (const Value& element : *value.as_array()) numbers.push_back(number_of(element));
  return numbers;
}

}  // namespace isinglass::testing_serve
