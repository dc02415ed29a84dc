// isinglass/serve/studio.h - the studio: runs to look at and to train, behind an HTTP server (docs/studio-api.md).
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "isinglass/serve/http_server.h"
#include "isinglass/serve/observed_run.h"
#include "isinglass/serve/search_routes.h"
#include "isinglass/serve/time_routes.h"

namespace isinglass {

class Studio {
 public:
  struct Setup {
    std::vector<std::string> runs;   // directories of runs and searches; of several, those that are none are left out
    std::string directory = "runs";  // where new runs are written
    Index port = 0;
    std::function<void(const std::string&)> say = [](const std::string&) {};  // a line for each that is left out
  };
  // Throws for a path that is not there, for runs of which none can be read, and for a port that is taken.
  explicit Studio(Setup setup);

  std::string address() const { return server_->address(); }
  const std::string& token() const { return token_; }
  void start() { server_->start(); }

 private:
  std::vector<HttpRoute> routes();
  void open(const Setup& setup);
  std::string add_run(const std::string& directory, int branches = 0);
  std::string free_id(const std::string& wished) const;
  // Makes a run without holding up the others, and takes it in.
  ObservedRun& add(const std::string& wished, const MakeRun& make);
  ObservedRun& run(const std::string& id);
  Value state();
  Value scenes() const;
  Value begin_run(const Value& body);
  Value command(ObservedRun& run, const Value& body);

  const std::string directory_, token_;
  std::mutex mutex_;                                          // of the map
  std::map<std::string, std::unique_ptr<ObservedRun>> runs_;  // null while it is being made
  std::vector<std::string> order_;
  Searches searches_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace isinglass
