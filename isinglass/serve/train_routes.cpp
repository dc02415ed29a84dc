#include "isinglass/serve/train_routes.h"

#include <filesystem>
#include <memory>

#include "isinglass/base/error.h"
#include "isinglass/io/file.h"
#include "isinglass/io/json.h"
#include "isinglass/io/toml.h"
#include "isinglass/serve/confusion_document.h"
#include "isinglass/serve/draft.h"
#include "isinglass/serve/request.h"
#include "isinglass/serve/units_document.h"

namespace isinglass {
namespace {

PartOfRun part_in(const HttpRequest& request) {
  const auto found = request.query.find("part");
  return {.part = found == request.query.end() ? "" : found->second, .step = count_in(request, "step")};
}

Index class_in(const HttpRequest& request, const std::string& key) {
  const std::optional<Index> number = count_in(request, key);
  if (!number) throw InputError(key + ": expected the number of a class, from 0");
  return *number;
}

// What a run was asked to do and how it ended: { toml, settings, summary }, the summary null until it is over.
Value report(ObservedRun& run) {
  Value out = Value::Table{};
  run.look({}, [&](const RunAtStep& at) {
    const Value settings = shortened(at.experiment, at.directory);
    out.set("toml", write_toml(settings));
    out.set("settings", at.experiment.write());
    const std::string summary = (std::filesystem::path(at.directory) / "summary.json").string();
    std::error_code none;
    out.set("summary", std::filesystem::exists(summary, none) ? parse_json(read_file(summary), summary) : Value());
  });
  return out;
}

}  // namespace

std::vector<HttpRoute> train_routes(std::function<ObservedRun&(const std::string& id)> run) {
  const std::string one = "/api/runs/([A-Za-z0-9._-]+)";
  const auto confusions = std::make_shared<Confusions>();
  return {
      {"GET", one + "/confusion",
       [=](const HttpRequest& q) { return json(confusions->matrix(run(q.parts[0]), part_in(q))); }},
      {"GET", one + "/confusion/cell",
       [=](const HttpRequest& q) {
         return json(confusions->cell(run(q.parts[0]), part_in(q), class_in(q, "actual"), class_in(q, "predicted")));
       }},
      {"GET", one + "/units",
       [=](const HttpRequest& q) {
         Value found;
         const Index step = count_in(q, "step").value_or(0);
         run(q.parts[0]).look({.step = step}, [&](const RunAtStep& at) {
           found = units_document(at.directory, at.replay.graph(), step, at.replay.batches());
         });
         return json(found);
       }},
      {"GET", one + "/report", [=](const HttpRequest& q) { return json(report(run(q.parts[0]))); }},
  };
}

}  // namespace isinglass
