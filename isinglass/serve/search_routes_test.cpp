#include "isinglass/serve/search_routes.h"

#include <algorithm>

#include "isinglass/io/file.h"
#include "isinglass/io/toml.h"
#include "isinglass/search/search_events.h"
#include "isinglass/serve/studio_rig.h"

namespace isinglass {
namespace {

using testing_serve::at;
using testing_serve::eventually;
using testing_serve::number;
using testing_serve::text;

std::string experiment(const std::string& epochs = "6") {
  return "seed = 3\n[data]\ngenerator = { kind = \"blobs\", samples = 90, seed = 4 }\nvalidation_fraction = 0.3\n"
         "[model]\nwidths = [2, 6, 3]\noutput_activation = \"softmax\"\n"
         "[train]\noptimiser = { kind = \"momentum\", learning_rate = 0.01 }\nepochs = " +
         epochs +
         "\nbatch_size = 16\n[search]\nmethod = \"pbt\"\nmembers = 5\nscore = \"validation.loss\"\n"
         "[search.space]\n\"train.optimiser.learning_rate\" = { log_uniform = [1e-4, 1] }\n"
         "\"train.optimiser.momentum\" = { uniform = [0, 0.99] }\n";
}

class SearchRoutes : public testing_serve::StudioRig {
 protected:
  std::string begun(const std::string& toml, const std::string& name) {
    Value body = Value::Table{};
    body.set("toml", toml);
    body.set("name", name);
    return text(posted("/api/searches", write_json(body)), "id");
  }
  bool comes_to(const std::string& id, const std::string& status) {
    return eventually([&] { return text(got("/api/searches/" + id), "status") == status; });
  }
};

// However often its members are looked at, a page gets no more than it can show.
TEST_F(SearchRoutes, ALongSearchIsToldInBounds) {
  const std::string id = begun(experiment("1200"), "long");
  ASSERT_TRUE(comes_to(id, "done"));
  const Value found = got("/api/searches/" + id);
  const Value::Array& reports = *at(found, "reports").as_array();
  EXPECT_GT(reports.size(), 2000u);
  EXPECT_LE(reports.size(), 4000u);
  EXPECT_LE(at(found, "events").as_array()->size(), 2005u);  // copies, and how each of five began
  double covered = 0;
  for (const Value& report : reports) {
    EXPECT_GT(number(report, "end"), number(report, "begin"));
    covered += number(report, "end") - number(report, "begin");
  }
  EXPECT_EQ(covered, 5 * 1200);
}

TEST_F(SearchRoutes, ASearchFromThePageIsThatOfTheCommandLine) {
  const std::string id = begun(experiment(), "mine");
  ASSERT_TRUE(comes_to(id, "done"));
  const SearchPlan plan = SearchPlan::read(parse_toml(experiment(), "e.toml"));
  const SearchSummary summary = run_search(plan, {.directory = directory_ + "/same"}, {});
  const Value found = got("/api/searches/" + id);
  EXPECT_EQ(number(found, "best.score"), summary.best.score);
  EXPECT_EQ(number(found, "best.member"), summary.best.member);
  EXPECT_EQ(number(found, "spent"), 30);
  EXPECT_EQ(number(found, "total"), 30);
  const SearchRecord record = SearchRecord::read(directory_ + "/same");
  ASSERT_EQ(at(found, "reports").as_array()->size(), record.reports.size());
  for (std::size_t i = 0; i < record.reports.size(); ++i) {
    const Value told = report_event(record.reports[i], record.space);
    for (const char* key : {"member", "epoch", "score", "loss", "values"})
      EXPECT_EQ(text(found, "reports." + std::to_string(i) + "." + key), text(told, key)) << i << key;
  }
  const Value lineage = lineage_document(record);
  ASSERT_EQ(at(found, "events").as_array()->size(), at(lineage, "events").as_array()->size());
  EXPECT_EQ(text(found, "winner.way"), text(lineage, "winner"));
  EXPECT_EQ(number(found, "standing.0.member"), summary.ranked[0].first);
}

TEST_F(SearchRoutes, TheWinnerTrainsAgainAsARun) {
  const std::string id = begun(experiment(), "mine");
  ASSERT_TRUE(comes_to(id, "done"));
  const Value found = got("/api/searches/" + id);
  const std::string run = trained(text(found, "winner.toml"));
  const Value summary = parse_json(read_file(directory_ + "/" + run + "/summary.json"), "summary");
  EXPECT_EQ(number(summary, "metrics.validation.loss"), number(found, "best.score"));
}

TEST_F(SearchRoutes, ASearchIsEndedAndGoneOnWith) {
  const std::string id = begun(experiment("100000"), "long");
  ASSERT_TRUE(eventually([&] { return number(got("/api/searches/" + id), "spent") > 0; }));
  posted("/api/searches/" + id + "/command", "{\"do\":\"stop\"}");
  ASSERT_TRUE(comes_to(id, "interrupted"));
  const double spent = number(got("/api/searches/" + id), "spent");
  posted("/api/searches/" + id + "/command", "{\"do\":\"resume\"}");
  ASSERT_TRUE(eventually([&] { return number(got("/api/searches/" + id), "spent") > spent; }));
  EXPECT_NE(post_refused("/api/searches/" + id + "/command", "{\"do\":\"stpo\"}").find("did you mean 'stop'"),
            std::string::npos);
}

TEST_F(SearchRoutes, ASearchThatWasRunIsLookedAt) {
  const std::string directory = directory_ + "-before/tried";
  const SearchPlan plan = SearchPlan::read(parse_toml(experiment("2"), "e.toml"));
  run_search(plan, {.directory = directory}, {});
  Studio studio({.runs = {directory}, .directory = directory_});
  studio.start();
  const std::string address = studio.address();
  const int port = std::stoi(address.substr(address.rfind(':') + 1));
  const Value list = testing_serve::get(port, "/api/searches").json();
  EXPECT_EQ(text(list, "searches.0.id"), "tried");
  EXPECT_EQ(text(list, "searches.0.status"), "done");
  EXPECT_FALSE(at(list, "searches.0.is_live") == Value(true));
  const Value found = testing_serve::get(port, "/api/searches/tried").json();
  EXPECT_EQ(at(found, "standing").as_array()->size(), 5u);
  EXPECT_EQ(text(found, "reports.0.colour").size(), 7u);
  EXPECT_EQ(testing_serve::get(port, "/api/searches/tried/figure?kind=members").body.substr(0, 4), "<svg");
  EXPECT_EQ(testing_serve::get(port, "/api/searches/tried/figure?kind=best&format=png").body.substr(1, 3), "PNG");
  std::filesystem::remove_all(directory_ + "-before");
}

TEST_F(SearchRoutes, RefusesWhatIsNoSearch) {
  EXPECT_NE(post_refused("/api/searches", "{\"scene\":\"iris\"}").find("search"), std::string::npos);
  EXPECT_NE(post_refused("/api/searches", "{}").find("expected one of"), std::string::npos);
  EXPECT_NE(get_refused("/api/searches/none").find("there is no search 'none'"), std::string::npos);
  const std::string wrong = experiment() + "\"train.optimiser.momentun\" = { uniform = [0, 1] }\n";
  Value body = Value::Table{};
  body.set("toml", wrong);
  EXPECT_NE(post_refused("/api/searches", write_json(body)).find("momentum"), std::string::npos);
}

TEST_F(SearchRoutes, ScenesSayWhichAreSearches) {
  const Value scenes = got("/api/scenes");
  const auto is_search = [&](const std::string& name) {
    const Value::Array& all = *at(scenes, "scenes").as_array();
    return *std::ranges::find_if(all, [&](const Value& s) { return text(s, "name") == name; })->find("is_search");
  };
  EXPECT_EQ(is_search("search-blobs"), Value(true));
  EXPECT_EQ(is_search("xor"), Value(false));
}

}  // namespace
}  // namespace isinglass
