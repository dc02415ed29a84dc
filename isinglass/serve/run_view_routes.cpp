#include "isinglass/serve/run_view_routes.h"

#include <map>
#include <memory>
#include <mutex>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"
#include "isinglass/serve/boundary_document.h"
#include "isinglass/serve/code_document.h"
#include "isinglass/serve/request.h"

namespace isinglass {
namespace {

// Labels of the runs that were asked for: reading them takes as long as reading the data.
struct KnownLabels {
  std::mutex mutex;
  std::map<std::string, SampleLabels> of_run;

  const SampleLabels& of(const std::string& id, const RunAtStep& run) {
    const std::lock_guard lock(mutex);
    const auto found = of_run.find(id);
    return found != of_run.end() ? found->second
                                 : of_run.emplace(id, labels_of(run.experiment, run.directory)).first->second;
  }
};

MomentRequest step_in(const HttpRequest& request) {
  return {.step = count_in(request, "step").value_or(0)};
}

PlaneRequest plane_in(const HttpRequest& request) {
  return {.x = count_in(request, "x"), .y = count_in(request, "y")};
}

std::string part_in(const HttpRequest& request) {
  const auto found = request.query.find("part");
  return found == request.query.end() ? "train" : found->second;
}

Index cells_in(const HttpRequest& request) {
  const Index cells = count_in(request, "cells").value_or(48);
  if (cells < 2 || cells > kMostPlaneCells)
    throw InputError("cells: expected 2 to " + std::to_string(kMostPlaneCells) + ", got " + std::to_string(cells));
  return cells;
}

}  // namespace

std::vector<HttpRoute> run_view_routes(std::function<ObservedRun&(const std::string& id)> run) {
  const std::string one = "/api/runs/([A-Za-z0-9._-]+)";
  const auto labels = std::make_shared<KnownLabels>();
  const auto answer = [run](const MomentRequest& moment, const HttpRequest& request,
                            const std::function<Value(const RunAtStep&)>& look) {
    Value found;
    run(request.parts[0]).look(moment, [&](const RunAtStep& at) { found = look(at); });
    return json(found);
  };
  return {
      {"GET", one + "/codes",
       [=](const HttpRequest& q) {
         return answer(step_in(q), q, [&](const RunAtStep& at) {
           return codes_document(at, part_in(q), count_in(q, "first").value_or(0), labels->of(q.parts[0], at));
         });
       }},
      {"POST", one + "/decode",
       [=](const HttpRequest& q) {
         const Value body = parse_json(q.body, "body");
         const MomentRequest moment{.step = static_cast<Index>(number_of(body, "step", 0))};
         return answer(moment, q, [&](const RunAtStep& at) { return decode_document(at, body); });
       }},
      {"GET", one + "/plane",
       [=](const HttpRequest& q) {
         return answer(step_in(q), q, [&](const RunAtStep& at) { return boundary_document(at, plane_in(q)); });
       }},
      {"GET", one + "/boundary",
       [=](const HttpRequest& q) {
         HttpAnswer bytes{.type = "application/octet-stream"};
         run(q.parts[0]).look(step_in(q), [&](const RunAtStep& at) {
           bytes.body = boundary_grids(at, plane_in(q), cells_in(q));
         });
         return bytes;
       }},
  };
}

}  // namespace isinglass
