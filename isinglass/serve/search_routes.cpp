#include "isinglass/serve/search_routes.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "isinglass/base/error.h"
#include "isinglass/book/examples.h"
#include "isinglass/figure/raster.h"
#include "isinglass/figure/search_figures.h"
#include "isinglass/figure/svg.h"
#include "isinglass/io/file.h"
#include "isinglass/io/json.h"
#include "isinglass/io/toml.h"
#include "isinglass/serve/draft.h"
#include "isinglass/serve/request.h"
#include "isinglass/serve/search_document.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;

// One that says that it runs was left so, or is another program's, which this one cannot end.
SearchLook look_of(const SearchRecord& record) {
  return {.record = record,
          .status = record.outcome == "done" ? "done" : "interrupted",
          .total = record.outcome == "done" ? record.spent : 0};
}

Value winner_of(const std::string& directory) {
  const std::string path = (fs::path(directory) / "best.toml").string();
  std::error_code none;
  if (!fs::exists(path, none)) return {};
  return shortened(Experiment::read(parse_toml(read_file(path), path)), directory);
}

}  // namespace

std::vector<std::string> Searches::ids() const {
  std::vector<std::string> names;
  for (const auto& search : searches_) names.push_back(search->id);
  return names;
}

Searches::Search& Searches::find(const std::string& id) const {
  for (const auto& search : searches_)
    if (search->id == id) return *search;
  throw InputError("there is no search '" + id + "'" + did_you_mean(id, ids()));
}

void Searches::add(const std::string& directory) {
  SearchRecord header = header_of(SearchRecord::read(directory));
  const std::lock_guard lock(mutex_);
  const std::string wished = safe_name(header.name);
  std::string id = wished;
  const std::vector<std::string> taken = ids();
  for (int n = 2; std::ranges::find(taken, id) != taken.end(); ++n) id = wished + "-" + std::to_string(n);
  searches_.push_back(std::make_unique<Search>(Search{id, directory, nullptr, std::move(header)}));
}

Value Searches::list() const {
  const std::lock_guard lock(mutex_);
  Value::Array list;
  for (const auto& search : searches_)
    list.push_back(search_summary(search->id, search->live ? search->live->glance() : look_of(search->header)));
  return list;
}

Value Searches::begin(const Value& body) {
  const std::string scene = text_in(body, "scene"), text = text_in(body, "toml");
  if (scene.empty() == text.empty()) throw InputError("expected one of 'scene', the name of an example, and 'toml'");
  const std::string source = scene.empty() ? "experiment" : scene;
  Value file = parse_toml(scene.empty() ? text : std::string(example_text(scene)), source);
  for (const std::string& setting : settings_in(body)) set_override(file, setting);
  SearchPlan plan = SearchPlan::read(file);
  std::string wished = text_in(body, "name");
  wished = safe_name(wished.empty() ? source : wished);
  const std::lock_guard lock(mutex_);
  const std::vector<std::string> taken = ids();
  std::string id = wished;
  const auto is_taken = [&] {
    return fs::exists(fs::path(directory_) / id) || std::ranges::find(taken, id) != taken.end();
  };
  for (int n = 2; is_taken(); ++n) id = wished + "-" + std::to_string(n);
  const std::string directory = (fs::path(directory_) / id).string();
  make_directories(directory);
  searches_.push_back(std::make_unique<Search>(
      Search{id, directory, std::make_unique<LiveSearch>(std::move(plan), directory), SearchRecord{}}));
  return search_summary(id, searches_.back()->live->glance());
}

Value Searches::command(const std::string& id, const Value& body) {
  const std::lock_guard lock(mutex_);
  const Search& search = find(id);
  const std::string word = text_in(body, "do");
  if (word != "stop" && word != "resume")
    throw InputError("do: there is no '" + word + "'" + did_you_mean(word, {"stop", "resume"}));
  if (search.live == nullptr)
    throw InputError("the search '" + id + "' was not begun here; go on with it by `isinglass search ... --resume`");
  if (word == "stop")
    search.live->stop();
  else
    search.live->go_on();
  return search_summary(id, search.live->glance());
}

SearchLook Searches::look(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Search& search = find(id);
  if (search.live) return search.live->look();
  SearchLook look = look_of(SearchRecord::read(search.directory));
  search.header = header_of(look.record);
  look.winner = winner_of(search.directory);
  return look;
}

std::string Searches::figure(const HttpRequest& request) {
  const std::string kind = text_in(request, "kind", "members, traces or best");
  const std::string format = request.query.contains("format") ? request.query.at("format") : "svg";
  if (format != "svg" && format != "png")
    throw InputError("format: there is no '" + format + "'" + did_you_mean(format, {"svg", "png"}));
  std::vector<SearchRecord> records{look(request.parts[0]).record};
  Scene scene;
  if (kind == "members") {
    scene = draw_members(records[0]);
  } else if (kind == "traces") {
    scene = draw_traces(records[0]);
  } else if (kind == "best") {
    std::istringstream others(request.query.contains("beside") ? request.query.at("beside") : "");
    for (std::string id; std::getline(others, id, ',');) records.push_back(look(id).record);
    scene = draw(best_chart(records));
  } else {
    throw InputError("kind: there is no figure '" + kind + "'" + did_you_mean(kind, {"members", "traces", "best"}));
  }
  return format == "svg" ? to_svg(scene) : to_png(scene);
}

std::vector<HttpRoute> Searches::routes() {
  const std::string one = "/api/searches/([A-Za-z0-9._-]+)";
  return {
      {"GET", "/api/searches",
       [this](const HttpRequest&) {
         Value out = Value::Table{};
         out.set("searches", list());
         return json(out);
       }},
      {"POST", "/api/searches", [this](const HttpRequest& q) { return json(begin(parse_json(q.body, "body"))); }},
      {"GET", one, [this](const HttpRequest& q) { return json(search_document(q.parts[0], look(q.parts[0]))); }},
      {"POST", one + "/command",
       [this](const HttpRequest& q) { return json(command(q.parts[0], parse_json(q.body, "body"))); }},
      {"GET", one + "/figure",
       [this](const HttpRequest& q) {
         const bool is_png = q.query.contains("format") && q.query.at("format") == "png";
         return HttpAnswer{.type = is_png ? "image/png" : "image/svg+xml", .body = figure(q)};
       }},
  };
}

}  // namespace isinglass
