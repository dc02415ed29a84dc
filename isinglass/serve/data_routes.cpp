#include "isinglass/serve/data_routes.h"

#include "isinglass/io/json.h"
#include "isinglass/serve/request.h"
#include "isinglass/serve/tables_document.h"

namespace isinglass {

std::vector<HttpRoute> data_routes(const std::shared_ptr<DataStore>& store, const std::shared_ptr<Drafts>& drafts) {
  const auto add = [store](const HttpRequest& q) {
    const std::string encoding = q.query.contains("encoding") ? q.query.at("encoding") : "auto";
    return json(store->add(text_in(q, "name", "the name of the file, such as cars.csv"), encoding, q.body));
  };
  return {
      {"GET", "/api/tables", [](const HttpRequest&) { return json(tables_document()); }},
      {"GET", "/api/data", [store](const HttpRequest&) { return json(store->list()); }},
      {.method = "POST", .pattern = "/api/data", .answer = add, .most_body = kMostUpload},
      {"POST", "/api/experiment",
       [drafts](const HttpRequest& q) { return json(drafts->read(parse_json(q.body, "body"))); }},
      {"POST", "/api/experiment/data",
       [drafts](const HttpRequest& q) { return json(drafts->look(parse_json(q.body, "body"))); }},
  };
}

}  // namespace isinglass
