#include "isinglass/data/load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <set>

#include "isinglass/base/error.h"
#include "isinglass/io/file.h"
#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

DataOptions options_of(const std::string& text) {
  DataOptions options;
  read_options(parse_toml(text, "e.toml"), options, "[data]");
  return options;
}

std::unique_ptr<RandomStream> stream(std::uint64_t seed = 1) {
  return counter_stream({.seed = seed, .purpose = Purpose::kSplit});
}

LoadedData load(const std::string& text) {
  return load_data(options_of(text), "", *stream());
}
std::vector<LoadedData> load_k(const std::string& text, Index k) {
  return load_folds(options_of(text), "", k, *stream());
}

std::vector<double> inputs_of(const Dataset& data) {
  std::vector<double> x(static_cast<std::size_t>(data.size() * data.inputs()));
  data.gather<double>(all_rows(data.size()), View<double>(x.data(), data.size(), data.inputs()), {}, {});
  return x;
}

// n records { x = i, y = "a" or "b" }, one b in four.
std::string records(int n, const std::string& more = "") {
  std::string rows = "rows = [";
  for (int i = 0; i < n; ++i) rows += "{ x = " + std::to_string(i) + ", y = \"" + (i % 4 == 3 ? "b" : "a") + "\" },";
  return rows + "]\ntarget = \"y\"\n" + more;
}

TEST(LoadTest, InlineDataTrain) {
  const LoadedData data = load("inputs = [[0.5, 0.2, 0.7]]\ntargets = [[0.3]]");
  EXPECT_EQ(data.train.size(), 1);
  EXPECT_EQ(inputs_of(data.train), (std::vector<double>{0.5, 0.2, 0.7}));
  EXPECT_FALSE(data.validation || data.test);
}

TEST(LoadTest, ScalingIsFittedOnTheTrainingPartAlone) {
  const LoadedData data = load(records(40, "validation_fraction = 0.25\ntest_fraction = 0.25\nscale = \"unit\""));
  ASSERT_TRUE(data.validation && data.test);
  EXPECT_EQ(data.train.size(), 20);
  EXPECT_EQ(data.validation->size(), 10);
  EXPECT_EQ(data.test->size(), 10);
  const std::vector<double> train = inputs_of(data.train);
  EXPECT_EQ(std::ranges::min(train), 0);
  EXPECT_EQ(std::ranges::max(train), 1);
  // Undone, the scaling gives every record back, once.
  std::vector<double> all;
  for (const Dataset* part : {&data.train, &*data.validation, &*data.test})
    for (const double x : inputs_of(*part)) all.push_back(x);
  std::ranges::sort(all);
  for (std::size_t i = 1; i < all.size(); ++i)
    EXPECT_NEAR((all[i] - all[0]) / (all[1] - all[0]), static_cast<double>(i), 1e-9);
}

TEST(LoadTest, StratifiedPartsKeepTheSharesOfTheClasses) {
  const LoadedData data = load(records(40, "validation_fraction = 0.2\nstratify = true"));
  EXPECT_EQ(std::ranges::count(data.validation->labels(), 1), 2);
  EXPECT_EQ(std::ranges::count(data.train.labels(), 1), 8);
  EXPECT_THROW(load("inputs = [[1], [2], [3]]\ntargets = [[1], [2], [3]]\nvalidation_fraction = "
                    "0.4\nstratify = true"),
               OptionError);
}

TEST(LoadTest, TheMaterialsAutoencoderDataLoads) {
  const LoadedData data = load(
      "generator = { kind = \"slope_profiles\" }\n"
      "test = { generator = { kind = \"slope_profiles\", seed = 20 } }\ntarget = \"inputs\"");
  EXPECT_EQ(data.train.target_kind(), TargetKind::kInputs);
  EXPECT_NEAR(inputs_of(data.train)[1], 0.0341613769249423, 1e-15);
  EXPECT_NEAR(inputs_of(*data.test)[1], 0.1502275707396579, 1e-15);
}

TEST(LoadTest, RowsWithMissingValuesAreCounted) {
  const std::string rows = "rows = [{ x = 1, y = 1 }, { x = 2 }, { y = 3 }, { x = 4, y = 4 }]\ntarget = \"y\"\n";
  EXPECT_THROW(load(rows), FormatError);
  const LoadedData dropped = load(rows + "missing = \"drop\"");
  EXPECT_EQ(dropped.train.size(), 2);
  EXPECT_EQ(dropped.dropped, 2);
  const LoadedData filled = load(rows + "missing = \"mean\"");
  EXPECT_EQ(filled.dropped, 1);
  EXPECT_EQ(inputs_of(filled.train), (std::vector<double>{1, 2.5, 4}));
}

TEST(LoadTest, LimitKeepsTheFirstRows) {
  EXPECT_EQ(inputs_of(load(records(40, "limit = 4")).train), (std::vector<double>{0, 1, 2, 3}));
  EXPECT_EQ(load(records(5, "limit = 100")).train.size(), 5);
}

TEST(LoadTest, BalancedWeightsGiveEachClassTheSameTotal) {
  const LoadedData data = load(records(40, "class_weights = \"balanced\"\nvalidation_fraction = 0.25"));
  double total[2] = {0, 0};
  for (Index i = 0; i < data.train.size(); ++i)
    total[data.train.labels()[static_cast<std::size_t>(i)]] += data.train.weights()[static_cast<std::size_t>(i)];
  EXPECT_NEAR(total[0], 15, 1e-12);
  EXPECT_NEAR(total[1], 15, 1e-12);
  EXPECT_TRUE(data.validation->weights().empty());
}

TEST(LoadTest, ClassesMayHaveWeightsByName) {
  const LoadedData data = load(records(4, "class_weights = { b = 5 }"));
  EXPECT_EQ(std::vector<double>(data.train.weights().begin(), data.train.weights().end()),
            (std::vector<double>{1, 1, 1, 5}));
  for (const char* bad : {"class_weights = { c = 5 }", "class_weights = { b = -1 }", "class_weights = { b = \"x\" }",
                          "class_weights = \"even\"", "class_weights = 3", "class_weights = { a = 0, b = 0 }"})
    EXPECT_THROW(load(records(4, bad)), InputError) << bad;
  EXPECT_TRUE(load(records(4, "class_weights = \"none\"")).train.weights().empty());
}

TEST(LoadTest, PartsThatCannotBeAreRefused) {
  const std::string inputs = "inputs = [[1], [2]]\ntargets = [[1], [2]]\n";
  for (const std::string& bad :
       {std::string("target = \"y\""), std::string("source = \"mnist\"\ninputs = [[1]]"),
        std::string("source = \"no-such-data\""), std::string("train = \"no-such-file.csv\"\ntarget = \"y\""),
        inputs + "test_fraction = 0.5\nvalidation_fraction = 0.5", inputs + "class_weights = \"balanced\"",
        inputs + "test_fraction = 0.5\ntest = { inputs = [[1]], targets = [[2]] }",
        inputs + "test = { inputs = [[1, 2]], targets = [[2]] }", inputs + "test = { inputs = [[1]] }",
        inputs + "test = { inputs = [[1]], targets = [[1, 2]] }", std::string("rows = [{ x = 1 }]\ntarget = \"x\""),
        std::string("rows = [{ y = 1 }, { x = 1 }]\ntarget = \"y\"\nmissing = \"drop\"")})
    EXPECT_THROW(load(bad), InputError) << bad;
}

TEST(LoadTest, TestDataWithAnUnseenCategoryNamesFileAndLine) {
  const std::string directory = testing::TempDir() + "isinglass_load_unseen";
  make_directories(directory);
  write_file(directory + "/train.csv", "kind,y\noak,1\nelm,2\n");
  write_file(directory + "/test.csv", "kind,y\noak,1\nyew,2\n");
  std::string message;
  try {
    load_data(options_of("train = \"train.csv\"\ntest = \"test.csv\"\ntarget = \"y\""), directory, *stream());
  } catch (const FormatError& e) {
    message = e.what();
  }
  EXPECT_EQ(message, directory +
                         "/test.csv:3: column \"kind\" is \"yew\", which is none of its known categories "
                         "\"elm\", \"oak\"; correct it, or train with unseen = \"zeros\"");
  std::filesystem::remove_all(directory);
}

TEST(LoadFoldsTest, EveryFoldIsFittedWithoutItsTestPart) {
  const std::vector<LoadedData> all = load_k(records(20, "scale = \"unit\"\nstratify = true"), 5);
  ASSERT_EQ(all.size(), 5u);
  std::set<double> tested;
  for (const LoadedData& fold : all) {
    EXPECT_EQ(fold.train.size(), 16);
    ASSERT_TRUE(fold.test);
    EXPECT_EQ(std::ranges::count(fold.test->labels(), 1), 1);
    EXPECT_EQ(std::ranges::max(inputs_of(fold.train)), 1);
    // x = i is scaled into [0, 1] by the fold's own range; undo it by hand through two known
    // neighbours.
    std::vector<double> everything = inputs_of(fold.train);
    for (const double x : inputs_of(*fold.test)) everything.push_back(x);
    std::vector<double> sorted = everything;
    std::ranges::sort(sorted);
    for (const double x : inputs_of(*fold.test))
      tested.insert(std::round((x - sorted.front()) / (sorted.back() - sorted.front()) * 19));
  }
  EXPECT_EQ(tested.size(), 20u) << "every record is tested once";
}

TEST(LoadFoldsTest, ValidationComesFromTheOtherFolds) {
  for (const LoadedData& fold : load_k(records(20, "validation_fraction = 0.25"), 4)) {
    EXPECT_EQ(fold.test->size(), 5);
    EXPECT_EQ(fold.validation->size(), 4);
    EXPECT_EQ(fold.train.size(), 11);
  }
}

TEST(LoadFoldsTest, RefusesOtherTestDataAndImpossibleNumbers) {
  EXPECT_THROW(load_k(records(20, "test_fraction = 0.25"), 4), OptionError);
  EXPECT_THROW(load_k(records(20, "test = \"a.csv\""), 4), OptionError);
  EXPECT_THROW(load_k(records(20), 21), InputError);
  EXPECT_THROW(load_k(records(20), 1), InputError);
}

}  // namespace
}  // namespace isinglass
