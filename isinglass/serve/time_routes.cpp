#include "isinglass/serve/time_routes.h"

#include <algorithm>
#include <functional>

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

// The moments of a run never change; the tag is also that of this server, as another may have a run of the same name.
HttpAnswer tensors(ObservedRun& run, const HttpRequest& request, const std::string& server) {
  const std::string list = text_in(request, "of", "names of arrays, such as layer1.out,layer1.kernel");
  const auto step = count_in(request, "step"), sample = count_in(request, "sample");
  const Value status = run.summary();
  const bool is_last = *status.find("step")->as_integer() == step.value_or(0);  // its updates are still to come
  const std::string tag = "\"" + server + "-" + run.id() + "-" + std::to_string(step.value_or(0)) + "-" +
                          (sample ? std::to_string(*sample) : "batch") + "-" +
                          std::to_string(std::hash<std::string>()(list)) + "\"";
  if (!is_last && request.known_tag == tag) return {.status = 304, .body = "", .tag = tag};
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    names.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  constexpr std::size_t kMostArrays = 200;
  if (names.size() > kMostArrays) throw InputError("of: at most " + std::to_string(kMostArrays) + " arrays at once");
  return {.type = "application/octet-stream",
          .body = run.tensors(names, {.step = step.value_or(0), .sample = sample}),
          .tag = is_last ? "" : tag};
}

}  // namespace

std::vector<HttpRoute> time_routes(const FindRun& find, const AddRun& add) {
  const std::string one = "/api/runs/([A-Za-z0-9._-]+)";
  return {{"GET", one + "/tensors",
           [find, server = make_token().substr(0, 8)](const HttpRequest& request) {
             return tensors(find(request.parts[0]), request, server);
           }},
          {"GET", one + "/figure",
           [find](const HttpRequest& request) -> HttpAnswer {
             const std::string kind = text_in(request, "kind", "network, loss or weights");
             const std::string format = text_in(request, "format", "svg or png");
             const MomentRequest moment{.step = count_in(request, "step").value_or(0),
                                        .sample = count_in(request, "sample")};
             return {.type = format == "svg" ? "image/svg+xml" : "image/png",
                     .body = find(request.parts[0]).figure(kind, format, moment)};
           }},
          {"POST", one + "/what-if",
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
