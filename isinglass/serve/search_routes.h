// isinglass/serve/search_routes.h - searches of the studio: those that were run, and those that run now.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "isinglass/serve/http_server.h"
#include "isinglass/serve/live_search.h"

namespace isinglass {

class Searches {
 public:
  explicit Searches(std::string directory) : directory_(std::move(directory)) {}

  // A search that was run. Throws FileError, FormatError.
  void add(const std::string& directory);
  Value list() const;
  std::vector<HttpRoute> routes();

 private:
  struct Search {
    std::string id, directory;
    std::unique_ptr<LiveSearch> live;  // null of one that somebody else runs, or ran
    SearchRecord header;               // of such a one, as it was last read
  };
  Value begin(const Value& body);
  Value command(const std::string& id, const Value& body);
  SearchLook look(const std::string& id);
  std::string figure(const HttpRequest& request);
  Search& find(const std::string& id) const;  // with the mutex held; searches stay where they are
  std::vector<std::string> ids() const;

  const std::string directory_;  // where new ones are written
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Search>> searches_;
};

}  // namespace isinglass
