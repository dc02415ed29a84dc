// isinglass/serve/run_view_routes.h - what the studio answers about a run's network tried out on other inputs: codes, planes.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "isinglass/serve/http_server.h"
#include "isinglass/serve/observed_run.h"

namespace isinglass {

// `run` finds a run by its id, and throws InputError. docs/studio-api.md tells of each route.
std::vector<HttpRoute> run_view_routes(std::function<ObservedRun&(const std::string& id)> run);

}  // namespace isinglass
