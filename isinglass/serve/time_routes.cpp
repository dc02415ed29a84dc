#include "isinglass/serve/time_routes.h"

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"
#include "isinglass/serve/request.h"

namespace isinglass {
namespace {

std::optional<Index> index_in(const Value& body, std::string_view key) {
  const Value* value = body.find(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->as_integer() == nullptr) throw InputError("'" + std::string(key) + "': expected a count from 0");
  return *value->as_integer();
}

Edits edits_in(const Value& body) {
  Edits edits;
  const Value* table = body.find("edits");
  if (table == nullptr || table->is_null()) return edits;
  if (table->as_table() == nullptr) throw InputError("'edits': expected a table of weights and biases by name");
  for (const auto& [name, value] : *table->as_table()) {
    if (value.as_real() == nullptr && value.as_integer() == nullptr)
      throw InputError("edits: '" + name + "': expected a number");
    edits.emplace_back(name, value.as_real() != nullptr ? *value.as_real() : static_cast<double>(*value.as_integer()));
  }
  return edits;
}

Value what_if(ObservedRun& run, const Value& body) {
  const MomentRequest request{
      .step = index_in(body, "step").value_or(0), .sample = index_in(body, "sample"), .edits = edits_in(body)};
  const std::string show = text_in(body, "show"), quantity = text_in(body, "quantity");
  if (show == "equations") return run.equations(quantity, request);
  if (show == "explain") return run.explain(quantity, request);
  if (show.empty() || show == "moment") return run.what_if(request);
  throw InputError("show: there is no '" + show + "'" + did_you_mean(show, {"moment", "equations", "explain"}));
}

}  // namespace

std::vector<HttpRoute> time_routes(const FindRun& find, const AddRun& add) {
  const std::string one = "/api/runs/([A-Za-z0-9._-]+)";
  return {{"POST", one + "/what-if",
           [find](const HttpRequest& request) {
             return json(what_if(find(request.parts[0]), parse_json(request.body, "body")));
           }},
          {"POST", one + "/branch", [find, add](const HttpRequest& request) {
             ObservedRun& parent = find(request.parts[0]);
             const Value body = parse_json(request.body, "body");
             const BranchRequest branch{
                 .step = index_in(body, "step").value_or(0), .edits = edits_in(body), .settings = settings_in(body)};
             const std::string wished = text_in(body, "name");
             return json(add(wished.empty() ? parent.id() + "-branch" : wished, [&](const std::string& id,
                                                                                    const std::string& directory) {
                           return parent.branch(id, directory, branch);
                         }).summary());
           }}};
}

}  // namespace isinglass
