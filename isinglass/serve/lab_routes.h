// isinglass/serve/lab_routes.h - what the studio answers about single ideas, without a run: functions, starts, windows.
#pragma once
#include <vector>

#include "isinglass/serve/http_server.h"

namespace isinglass {

// docs/studio-api.md tells of each.
std::vector<HttpRoute> lab_routes();

}  // namespace isinglass
