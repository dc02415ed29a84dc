#include "isinglass/serve/studio.h"

#include <algorithm>
#include <filesystem>

#include "isinglass/base/error.h"
#include "isinglass/book/examples.h"
#include "isinglass/io/json.h"
#include "isinglass/io/toml.h"
#include "isinglass/serve/branch_files.h"
#include "isinglass/serve/data_routes.h"
#include "isinglass/serve/lab_routes.h"
#include "isinglass/serve/request.h"
#include "isinglass/serve/run_view_routes.h"
#include "isinglass/serve/studio_page.h"
#include "isinglass/serve/train_routes.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;

MomentRequest moment_in(const HttpRequest& request) {
  return {.step = count_in(request, "step").value_or(0), .sample = count_in(request, "sample")};
}

std::string quantity_in(const HttpRequest& request) {
  return text_in(request, "quantity", "the name of a number, such as w(1,4)");
}

// The first sentence of the comment that an example begins with.
std::string title_of(std::string_view text) {
  std::string title;
  while (text.starts_with("# ")) {
    const std::size_t end = text.find('\n');
    title += (title.empty() ? "" : " ") + std::string(text.substr(2, end - 2));
    text.remove_prefix(end + 1);
  }
  return title;
}

HttpAnswer page_file(const PageFile& file, const std::string& token) {
  std::string bytes(file.bytes);
  const std::string place = "%TOKEN%";
  const std::size_t at = file.path == "index.html" ? bytes.find(place) : std::string::npos;
  if (at != std::string::npos) bytes.replace(at, place.size(), token);
  return {.type = std::string(file.type), .body = std::move(bytes)};
}

// A path as a regular expression that matches nothing else.
std::string literal(std::string_view path) {
  std::string pattern = "/";
  for (const char c : path) pattern += c == '.' || c == '+' ? std::string("\\") + c : std::string(1, c);
  return pattern;
}

}  // namespace

Studio::Studio(Setup setup) : directory_(std::move(setup.directory)), token_(make_token()), searches_(directory_) {
  open(setup);
  server_ = std::make_unique<HttpServer>(HttpServer::Setup{
      .port = setup.port, .token = token_, .routes = routes(), .events = [this] { return write_json(state()); }});
}

// `runs/*` also names directories that hold none, such as that of the uploaded data.
void Studio::open(const Setup& setup) {
  std::vector<std::string> reasons;
  for (const std::string& run : setup.runs) {
    if (!fs::exists(run)) throw FileError(run + ": there is no such run or search");
    try {
      if (is_search(run))
        searches_.add(run);
      else
        add_run(run);
    } catch (const Error& error) {
      reasons.push_back(error.what());
      if (reasons.size() == setup.runs.size()) throw;
    }
  }
  for (const std::string& reason : reasons) setup.say(reason + "; left out");
}

std::string Studio::free_id(const std::string& wished) const {
  std::string id = wished;
  for (int n = 2; runs_.contains(id) || fs::exists(fs::path(directory_) / id); ++n)
    id = wished + "-" + std::to_string(n);
  return id;
}

// Of a branch its parent comes first, where it is still there.
std::string Studio::add_run(const std::string& directory, int branches) {
  constexpr int kMostBranches = 100;  // each of the one before; a damaged branch.json may go round in a circle
  const std::string place = fs::weakly_canonical(directory).string();
  for (const auto& [id, run] : runs_)
    if (fs::weakly_canonical(run->directory()) == place) return id;
  const std::optional<std::string> parent = branches < kMostBranches ? parent_of(directory) : std::nullopt;
  ObservedRun* const before = parent ? runs_.at(add_run(*parent, branches + 1)).get() : nullptr;
  const std::string wished = safe_name(fs::absolute(directory).lexically_normal().filename().string());
  std::string id = wished;
  for (int n = 2; runs_.contains(id); ++n) id = wished + "-" + std::to_string(n);
  runs_[id] = std::make_unique<ObservedRun>(id, directory, before);
  order_.push_back(id);
  return id;
}

ObservedRun& Studio::add(const std::string& wished, const MakeRun& make) {
  std::string id;
  {
    const std::lock_guard lock(mutex_);
    id = free_id(safe_name(wished));
    runs_[id] = nullptr;
  }
  const std::string directory = (fs::path(directory_) / id).string();
  try {
    std::unique_ptr<ObservedRun> made = make(id, directory);
    const std::lock_guard lock(mutex_);
    order_.push_back(id);
    return *(runs_[id] = std::move(made));
  } catch (...) {
    const std::lock_guard lock(mutex_);
    runs_.erase(id);
    throw;
  }
}

ObservedRun& Studio::run(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = runs_.find(id);
  if (found == runs_.end() || found->second == nullptr)
    throw InputError("there is no run '" + id + "'" + did_you_mean(id, order_));
  return *found->second;
}

Value Studio::state() {
  const std::lock_guard lock(mutex_);
  Value::Array runs;
  for (const std::string& id : order_) runs.push_back(runs_.at(id)->summary());
  Value out = Value::Table{};
  out.set("runs", std::move(runs));
  out.set("searches", searches_.list());
  return out;
}

Value Studio::scenes() const {
  Value::Array scenes;
  for (const EmbeddedExample& example : embedded_examples()) {
    Value scene = Value::Table{};
    scene.set("name", example.name);
    scene.set("about", title_of(example.text));
    scene.set("toml", example.text);
    scene.set("is_search", parse_toml(std::string(example.text), std::string(example.name)).find("search") != nullptr);
    scenes.push_back(std::move(scene));
  }
  Value out = Value::Table{};
  out.set("scenes", std::move(scenes));
  return out;
}

Value Studio::begin_run(const Value& body) {
  const std::string scene = text_in(body, "scene"), text = text_in(body, "toml");
  const Value* experiment_given = body.find("experiment");
  if (!scene.empty() + !text.empty() + (experiment_given != nullptr) != 1)
    throw InputError("expected one of 'scene', the name of an example, 'toml' and 'experiment'");
  const std::string source = scene.empty() ? "experiment" : scene;
  Value file = experiment_given != nullptr
                   ? *experiment_given
                   : parse_toml(scene.empty() ? text : std::string(example_text(scene)), source);
  for (const std::string& setting : settings_in(body)) set_override(file, setting);
  const Experiment experiment = Experiment::read(file);
  const std::string wished = text_in(body, "name");
  return add(wished.empty() ? source : wished,
             [&](const std::string& id, const std::string& directory) {
               return std::make_unique<ObservedRun>(id, experiment, RunSettings{.directory = directory});
             })
      .summary();
}

Value Studio::command(ObservedRun& run, const Value& body) {
  const std::string word = text_in(body, "do");
  if (word == "resume") run.resume();
  const std::shared_ptr<LiveTraining> live = run.live();
  if (live == nullptr) throw InputError("the run '" + run.id() + "' is over; begin it again to train it");
  if (word == "play" || word == "resume")
    live->play(number_of(body, "rate", 0));
  else if (word == "pause")
    live->pause();
  else if (word == "step")
    live->advance(static_cast<Index>(std::max(1.0, number_of(body, "batches", 1))));
  else if (word == "stop")
    live->stop();
  else
    throw InputError("do: there is no '" + word + "'" +
                     did_you_mean(word, {"play", "pause", "step", "stop", "resume"}));
  return run.summary();
}

std::vector<HttpRoute> Studio::routes() {
  const std::string one = "/api/runs/([A-Za-z0-9._-]+)";
  const auto of_run = [this](auto answer) {
    return [this, answer](const HttpRequest& request) { return json(answer(run(request.parts[0]), request)); };
  };
  std::vector<HttpRoute> routes{
      {"GET", "/api/state", [this](const HttpRequest&) { return json(state()); }},
      {"GET", "/api/scenes", [this](const HttpRequest&) { return json(scenes()); }},
      {"POST", "/api/runs",
       [this](const HttpRequest& request) { return json(begin_run(parse_json(request.body, "body"))); }},
      {"POST", one + "/command",
       of_run([this](ObservedRun& r, const HttpRequest& q) { return command(r, parse_json(q.body, "body")); })},
      {"GET", one, of_run([](ObservedRun& r, const HttpRequest&) { return r.network(); })},
      {"GET", one + "/moment", of_run([](ObservedRun& r, const HttpRequest& q) { return r.moment(moment_in(q)); })},
      {"GET", one + "/explain",
       of_run([](ObservedRun& r, const HttpRequest& q) { return r.explain(quantity_in(q), moment_in(q)); })},
      {"GET", one + "/equations",
       of_run([](ObservedRun& r, const HttpRequest& q) { return r.equations(quantity_in(q), moment_in(q)); })},
      {"GET", one + "/curves", of_run([](ObservedRun& r, const HttpRequest&) { return r.curves(); })},
      {"GET", one + "/findings", of_run([](ObservedRun& r, const HttpRequest&) { return r.findings(); })},
  };
  std::ranges::move(
      data_routes(std::make_shared<DataStore>((fs::path(directory_) / "data").string()), std::make_shared<Drafts>()),
      std::back_inserter(routes));
  std::ranges::move(lab_routes(), std::back_inserter(routes));
  std::ranges::move(searches_.routes(), std::back_inserter(routes));
  std::ranges::move(run_view_routes([this](const std::string& id) -> ObservedRun& { return run(id); }),
                    std::back_inserter(routes));
  std::ranges::move(train_routes([this](const std::string& id) -> ObservedRun& { return run(id); }),
                    std::back_inserter(routes));
  std::ranges::move(
      time_routes([this](const std::string& id) -> ObservedRun& { return run(id); },
                  [this](const std::string& wished, const MakeRun& make) -> ObservedRun& { return add(wished, make); }),
      std::back_inserter(routes));
  for (const PageFile& file : studio_page())
    routes.push_back({"GET", file.path == "index.html" ? "/" : literal(file.path),
                      [this, &file](const HttpRequest&) { return page_file(file, token_); }});
  return routes;
}

}  // namespace isinglass
