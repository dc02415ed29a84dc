// isinglass/serve/train_routes.h - the requests of the page Train: who is taken for whom, the health of units, and runs
// side by side.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "isinglass/serve/http_server.h"
#include "isinglass/serve/observed_run.h"

namespace isinglass {

// `run` finds a run by its name and throws InputError for one that is not there.
std::vector<HttpRoute> train_routes(std::function<ObservedRun&(const std::string& id)> run);

}  // namespace isinglass
