// isinglass/serve/time_routes.h - what a moment would be with other weights, and runs that branch off at one.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "isinglass/serve/http_server.h"
#include "isinglass/serve/observed_run.h"

namespace isinglass {

// The run of an id; and takes in a run that `make` begins, given its id and directory, under a name near the wished one.
using FindRun = std::function<ObservedRun&(const std::string& id)>;
using MakeRun = std::function<std::unique_ptr<ObservedRun>(const std::string& id, const std::string& directory)>;
using AddRun = std::function<ObservedRun&(const std::string& wished, const MakeRun& make)>;

std::vector<HttpRoute> time_routes(const FindRun& find, const AddRun& add);

}  // namespace isinglass
