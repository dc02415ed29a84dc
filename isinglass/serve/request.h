// isinglass/serve/request.h - what a request says, checked. All throw InputError with a line that names the key.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/value.h"
#include "isinglass/serve/http_server.h"

namespace isinglass {

// Of a JSON body: "" and `otherwise` where the key is absent or null; numbers are from 0 to 1e12.
std::string text_in(const Value& body, std::string_view key);
double number_of(const Value& body, std::string_view key, double otherwise);

// Any finite number; all numbers of a list, at most so many; whether it is true.
double real_in(const Value& body, std::string_view key, double otherwise);
std::vector<double> reals_in(const Value& body, std::string_view key, std::size_t most);
bool flag_in(const Value& body, std::string_view key);
// A whole number within bounds.
Index whole_in(const Value& body, std::string_view key, Index otherwise, Index low, Index high);
// Of a JSON body, its table "set", as assignments (train/experiment.h); none where the key is absent.
std::vector<std::string> settings_in(const Value& body);

// Of the query: a count from 0, where there is one; a text that has to be there.
std::optional<Index> count_in(const HttpRequest& request, const std::string& key);
std::string text_in(const HttpRequest& request, const std::string& key, const std::string& expected);

// A name that is safe as a directory: letters, digits, '-', '_' and '.'.
std::string safe_name(const std::string& wished);

HttpAnswer json(const Value& document);

// Numbers as JSON; what is not finite is written by name.
Value numbers_document(const std::vector<double>& numbers);

}  // namespace isinglass
