#include "isinglass/data/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

std::unique_ptr<RandomStream> stream(std::uint64_t seed = 5) {
  return counter_stream({.seed = seed, .purpose = Purpose::kSplit});
}

// 60 samples of class 0, 30 of class 1, 10 of class 2, interleaved.
std::vector<Index> labels_of_100() {
  std::vector<Index> labels;
  for (Index i = 0; i < 100; ++i) labels.push_back(i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2);
  return labels;
}

std::map<Index, Index> counts(const std::vector<Index>& rows, const std::vector<Index>& labels) {
  std::map<Index, Index> count;
  for (const Index row : rows) ++count[labels[static_cast<std::size_t>(row)]];
  return count;
}

void expect_partition(std::vector<std::vector<Index>> parts, Index n) {
  std::vector<Index> together;
  for (const auto& part : parts) {
    EXPECT_TRUE(std::ranges::is_sorted(part));
    together.insert(together.end(), part.begin(), part.end());
  }
  std::ranges::sort(together);
  std::vector<Index> expected(static_cast<std::size_t>(n));
  std::iota(expected.begin(), expected.end(), Index{0});
  EXPECT_EQ(together, expected);
}

TEST(SplitTest, PartsHaveTheSharesAskedForAndCoverEverySampleOnce) {
  const Split split = split_rows(150, 0.2, 0.1, {}, *stream());
  EXPECT_EQ(split.validation.size(), 30u);
  EXPECT_EQ(split.test.size(), 15u);
  expect_partition({split.train, split.validation, split.test}, 150);
  // The samples set aside come from everywhere, not from one end.
  EXPECT_LT(split.test.front(), 75);
  EXPECT_GT(split.test.back(), 75);
}

TEST(SplitTest, WithoutFractionsEverythingTrainsAndNothingIsDrawn) {
  const auto untouched = stream(), used = stream();
  const Split split = split_rows(4, 0, 0, {}, *used);
  EXPECT_EQ(split.train, (std::vector<Index>{0, 1, 2, 3}));
  EXPECT_TRUE(split.validation.empty() && split.test.empty());
  EXPECT_EQ(used->state(), untouched->state());
}

TEST(SplitTest, SeedsDecide) {
  const Split a = split_rows(100, 0.3, 0, {}, *stream(1)), b = split_rows(100, 0.3, 0, {}, *stream(1)),
              c = split_rows(100, 0.3, 0, {}, *stream(2));
  EXPECT_EQ(a.validation, b.validation);
  EXPECT_NE(a.validation, c.validation);
}

TEST(SplitTest, StratifiedPartsKeepTheSharesOfTheClasses) {
  const std::vector<Index> labels = labels_of_100();
  const Split split = split_rows(100, 0.2, 0.1, labels, *stream());
  EXPECT_EQ(counts(split.test, labels), (std::map<Index, Index>{{0, 6}, {1, 3}, {2, 1}}));
  EXPECT_EQ(split.validation.size(), 20u);
  const std::map<Index, Index> validation = counts(split.validation, labels);
  EXPECT_NEAR(static_cast<double>(validation.at(0)), 12, 1);
  EXPECT_NEAR(static_cast<double>(validation.at(1)), 6, 1);
  EXPECT_NEAR(static_cast<double>(validation.at(2)), 2, 1);
  expect_partition({split.train, split.validation, split.test}, 100);
}

TEST(SplitTest, ASmallFractionStillSetsOneSampleAside) {
  EXPECT_EQ(split_rows(5, 0.01, 0, {}, *stream()).validation.size(), 1u);
}

TEST(SplitTest, RefusesToLeaveNothingForTraining) {
  EXPECT_THROW(split_rows(2, 0.5, 0.5, {}, *stream()), InputError);
  EXPECT_THROW(split_rows(1, 0.1, 0, {}, *stream()), InputError);
  EXPECT_THROW(split_rows(3, 0.1, 0, std::vector<Index>{0, 1}, *stream()), ShapeError);
}

TEST(FoldsTest, FoldsAreAPartitionIntoEqualParts) {
  const auto parts = folds(23, 5, {}, *stream());
  ASSERT_EQ(parts.size(), 5u);
  for (const auto& part : parts) EXPECT_TRUE(part.size() == 4 || part.size() == 5);
  expect_partition(parts, 23);
}

TEST(FoldsTest, StratifiedFoldsHaveTheSameClasses) {
  const std::vector<Index> labels = labels_of_100();
  const auto parts = folds(100, 10, labels, *stream());
  for (const auto& part : parts) EXPECT_EQ(counts(part, labels), (std::map<Index, Index>{{0, 6}, {1, 3}, {2, 1}}));
  expect_partition(parts, 100);
}

TEST(FoldsTest, RefusesImpossibleNumbers) {
  EXPECT_THROW(folds(10, 1, {}, *stream()), InputError);
  EXPECT_THROW(folds(10, 11, {}, *stream()), InputError);
}

}  // namespace
}  // namespace isinglass
