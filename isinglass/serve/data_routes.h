// isinglass/serve/data_routes.h - the requests of the page Data: uploads, previews, and an experiment that is being written.
#pragma once
#include <memory>
#include <vector>

#include "isinglass/serve/data_store.h"
#include "isinglass/serve/draft.h"
#include "isinglass/serve/http_server.h"

namespace isinglass {

std::vector<HttpRoute> data_routes(const std::shared_ptr<DataStore>& store, const std::shared_ptr<Drafts>& drafts);

}  // namespace isinglass
