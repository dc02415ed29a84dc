#include "isinglass/figure/search_figures.h"

#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

// Two members, two looks: member 1 copies member 0 after the first.
SearchRecord small_record() {
  SearchRecord record{.name = "a-search", .method = "pbt", .score = "validation.accuracy", .members = 2, .epochs = 2};
  record.space = {{.key = "train.optimiser.learning_rate", .kind = Dimension::kLogUniform, .low = 1e-3, .high = 1},
                  {.key = "train.l2", .kind = Dimension::kChoice, .low = 0, .high = 1, .choices = {0.0, 0.1}}};
  const Values first{0.1, 0.0}, second{0.01, 0.1}, third{0.08, 0.0};
  record.events = {
      {.kind = SearchEvent::kStart, .member = 0, .values = first},
      {.kind = SearchEvent::kStart, .member = 1, .values = second},
      {.kind = SearchEvent::kExploit, .member = 1, .epoch = 1, .parent = 0, .before = second, .values = first},
      {.kind = SearchEvent::kExplore, .member = 1, .epoch = 1, .before = first, .values = third}};
  record.reports = {{.member = 0, .epoch = 1, .score = 0.7, .values = first},
                    {.member = 1, .epoch = 1, .score = 0.4, .values = second},
                    {.member = 0, .epoch = 2, .score = 0.8, .values = first},
                    {.member = 1, .epoch = 2, .score = 0.9, .values = third}};
  record.best_member = 1;
  record.best_epoch = 2;
  record.best_score = 0.9;
  return record;
}

TEST(SearchFigures, MembersAreRibbonsWithTheirScores) {
  const Scene scene = draw_members(small_record());
  expect_sound(scene);
  const auto read = read_series(to_svg(scene), "f.svg");
  EXPECT_EQ(series_named(read, "member 1").column("score"), (std::vector<double>{0.4, 0.9}));
}

TEST(SearchFigures, TracesShowEveryValueAndTheWinnersWay) {
  const Scene scene = draw_traces(small_record());
  expect_sound(scene);
  const auto read = read_series(to_svg(scene), "f.svg");
  EXPECT_EQ(series_named(read, "learning_rate of the winner").column("y"), (std::vector<double>{0.1, 0.1, 0.08, 0.08}));
  EXPECT_EQ(series_named(read, "l2 of member 1").column("y"), (std::vector<double>{1, 1, 0, 0}));
}

TEST(SearchFigures, TheBestSoFarNeverFalls) {
  SearchRecord other = small_record();
  other.name = "b-search";
  other.method = "random";
  const Chart chart = best_chart({small_record(), other});
  expect_sound(draw(chart));
  EXPECT_EQ(chart.series[0].y.back(), 0.9);
  EXPECT_EQ(chart.series[1].x.back(), 4) << "epochs of all members together";
  for (const Series& series : chart.series) EXPECT_TRUE(std::ranges::is_sorted(series.y));
  other.score = "validation.loss";
  EXPECT_THROW(best_chart({small_record(), other}), InputError);
}

TEST(SearchFigures, LineageGoesBackThroughTheParents) {
  const std::vector<Stretch> way = lineage_of(small_record(), 1, 2);
  ASSERT_EQ(way.size(), 2u);
  EXPECT_EQ(way[0].member, 0);
  EXPECT_EQ(way[1].member, 1);
  EXPECT_EQ(way[1].begin, 1);
}

}  // namespace
}  // namespace isinglass
