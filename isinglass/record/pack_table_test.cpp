// Rows that are packed come back as they were, in whatever portions and order they came.
#include "isinglass/record/pack_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

namespace isinglass {
namespace {

Database fresh_database(const std::string& name) {
  const std::string path = testing::TempDir() + "pack-table-" + name + ".db";
  std::filesystem::remove(path);
  Database database(path, Database::Access::kCreate);
  database.execute(kStoreTables);
  return database;
}

StepRow row(Index step, Index frame = -1) {
  return {.step = step,
          .epoch = step / 3,
          .batch = step % 3,
          .samples = 5,
          .loss = 0.25 * static_cast<double>(step),
          .learning_rate = 0.1,
          .frame = frame};
}

std::vector<StepRow> rows(Index first, Index count) {
  std::vector<StepRow> all;
  for (Index s = first; s < first + count; ++s) all.push_back(row(s));
  return all;
}

TEST(PackTable, GivesBackEveryColumn) {
  Database database = fresh_database("columns");
  const double none = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  PackTable<StepRow> steps(database);
  std::vector<StepRow> in{{7, 6, 5, 4, none, -0.0, 3}};
  steps.add(in);
  const StepRow s = steps.all().at(0);
  EXPECT_EQ(s.step * 10000 + s.epoch * 1000 + s.batch * 100 + s.samples * 10 + s.frame, 76543);
  EXPECT_TRUE(std::isnan(s.loss) && std::signbit(s.learning_rate));
  PackTable<EpochRow> epochs(database);
  std::vector<EpochRow> epoch{{1, 2, infinity, 4}};
  epochs.add(epoch);
  EXPECT_EQ(epochs.all().at(0).monitored_loss, infinity);
  EXPECT_EQ(epochs.all().at(0).seconds, 4);
  PackTable<LayerStatistic> layers(database);
  std::vector<LayerStatistic> layer{{1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 3, 3, 4, 5, 6, 7, 8, 9}};
  layers.add(layer);
  EXPECT_EQ(layers.all().size(), 2u);
  EXPECT_EQ(layers.all().at(1).update_ratio, 9);
  PackTable<UnitStatistic> units(database);
  std::vector<UnitStatistic> unit{{1, 2, 3, 4, 5, 6, 7}};
  units.add(unit);
  EXPECT_EQ(units.all().at(0).saturated, 7);
}

// Against a plain list.
TEST(PackTable, TakesPortionsOfEverySize) {
  Database database = fresh_database("portions");
  PackTable<StepRow> table(database);
  Index next = 0, packs = 0;
  for (const Index count : {1, 1, 254, 1, 300, 2, 5000, 1, 9000, 4096}) {
    std::vector<StepRow> some = rows(next, count);
    table.add(some);
    next += count;
    ASSERT_EQ(table.all().size(), static_cast<std::size_t>(next));
    packs = database.number("SELECT count(*) FROM pack");
  }
  EXPECT_LE(packs, 10);
  EXPECT_EQ(database.number("SELECT sum(rows) FROM pack WHERE last - first + 1 = rows"), next);
  for (Index s = 0; s < next; s += 17) {
    const std::vector<StepRow>& some = table.up_to(s);
    ASSERT_EQ(some.at(static_cast<std::size_t>(s - some[0].step)).loss, row(s).loss);
  }
  for (const Index key : {next - 1, Index{4096}, Index{257}, Index{1}, Index{0}}) {
    table.cut(key);
    EXPECT_EQ(table.all().size(), static_cast<std::size_t>(key));
  }
  EXPECT_TRUE(table.up_to(0).empty());
}

TEST(PackTable, AStepThatComesAgainReplacesTheOneThatWasThere) {
  Database database = fresh_database("again");
  PackTable<StepRow> table(database);
  for (const Index first : {0, 6000, 12000}) {
    std::vector<StepRow> some = rows(first, 6000);
    table.add(some);
  }
  std::vector<StepRow> later{row(18000), row(18000, 4), row(5, 1), row(11999, 3), row(7000, 2), row(18001)};
  table.add(later);
  const std::vector<StepRow> all = table.all();
  ASSERT_EQ(all.size(), 18002u);
  for (std::size_t s = 0; s < all.size(); ++s) ASSERT_EQ(all[s].step, static_cast<Index>(s));
  EXPECT_EQ(all[5].frame, 1);
  EXPECT_EQ(all[7000].frame, 2);
  EXPECT_EQ(all[11999].frame, 3);
  EXPECT_EQ(all[18000].frame, 4);
  EXPECT_EQ(all[6].frame, -1);
}

TEST(PackTable, KeepsRowsOfOneKeyTogether) {
  Database database = fresh_database("together");
  PackTable<UnitStatistic> table(database);
  std::vector<UnitStatistic> some;
  for (Index step = 0; step < 3; ++step)
    for (Index unit = 0; unit < 5000; ++unit) some.push_back({.step = step, .unit = unit});
  table.add(some);
  EXPECT_EQ(table.up_to(1).size(), 5000u);
  EXPECT_EQ(table.up_to(1).front().step, 1);
  table.cut(2);
  EXPECT_EQ(table.all().size(), 10000u);
}

}  // namespace
}  // namespace isinglass
