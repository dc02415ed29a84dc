#include "isinglass/search/selection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace isinglass {
namespace {

std::vector<Standing> ten() {
  std::vector<Standing> all;
  for (Index k = 0; k < 10; ++k) all.push_back({k, 0.1 * static_cast<double>(k)});
  return all;
}

TEST(Selection, TruncationCopiesOneOfTheBestIntoEachOfTheWorst) {
  const SearchOptions options;
  for (Index look = 0; look < 200; ++look)
    for (Index k = 0; k < 10; ++k) {
      const Index parent = parent_of(options, ten(), k, look_key(1, k, look));
      if (k < 2)
        EXPECT_TRUE(parent == 8 || parent == 9) << parent;
      else
        EXPECT_EQ(parent, k);
    }
}

TEST(Selection, TiesGoToTheLowerNumber) {
  const SearchOptions options;
  const std::vector<Standing> two{{0, 0.5}, {1, 0.5}};
  EXPECT_EQ(parent_of(options, two, 0, look_key(1, 0, 0)), 0);
  EXPECT_EQ(parent_of(options, two, 1, look_key(1, 1, 0)), 0);
}

TEST(Selection, BestAndWorstNeverOverlap) {
  SearchOptions options;
  options.fraction = 0.5;
  const std::vector<Standing> three{{0, 1}, {1, 2}, {2, 3}};
  for (Index look = 0; look < 50; ++look) {
    EXPECT_EQ(parent_of(options, three, 0, look_key(1, 0, look)), 2);
    EXPECT_EQ(parent_of(options, three, 1, look_key(1, 1, look)), 1);
  }
}

TEST(Selection, ATournamentIsWonByTheBetter) {
  SearchOptions options;
  options.exploit = "tournament";
  std::set<Index> rivals;
  for (Index look = 0; look < 300; ++look) {
    const Index parent = parent_of(options, ten(), 6, look_key(1, 6, look));
    EXPECT_GE(parent, 6);
    rivals.insert(parent);
  }
  EXPECT_EQ(rivals, (std::set<Index>{6, 7, 8, 9}));
}

TEST(Selection, WhoFailedCopiesAndIsNotCopied) {
  SearchOptions options;
  options.exploit = "none";
  const std::vector<Standing> members{{0, 5, true}, {1, 0.5}, {2, 0.4}};
  for (Index look = 0; look < 50; ++look) {
    EXPECT_EQ(parent_of(options, members, 0, look_key(1, 0, look)), 1);
    EXPECT_EQ(parent_of(options, members, 2, look_key(1, 2, look)), 2);
  }
  EXPECT_EQ(parent_of(options, {{0, 0, true}, {1, 0, true}}, 1, look_key(1, 1, 0)), 1);
}

TEST(Selection, ExploringMovesWithinTheRanges) {
  SearchOptions options;
  Space space(4);
  space[0] = {.key = "a", .kind = Dimension::kUniform, .low = 0, .high = 1};
  space[1] = {.key = "b", .kind = Dimension::kLogUniform, .low = 1e-4, .high = 1};
  space[2] = {.key = "c", .kind = Dimension::kInteger, .low = 1, .high = 4};
  space[3] = {.key = "d", .kind = Dimension::kChoice, .low = 0, .high = 2, .choices = {"x", "y", "z"}};
  for (const char* how : {"perturb", "resample", "noise", "none"}) {
    options.explore = how;
    Values values = drawn(space, 7, 0);
    for (Index look = 0; look < 300; ++look) {
      const Values next = explored(options, space, values, look_key(7, 0, look));
      for (std::size_t d = 0; d < space.size(); ++d) EXPECT_TRUE(space[d].holds(next[d])) << how << next[d].preview();
      if (std::string(how) == "none") {
        EXPECT_EQ(next, values);
      }
      if (std::string(how) == "perturb" && *values[0].as_real() < 0.8) {
        const double factor = *next[0].as_real() / *values[0].as_real();
        EXPECT_TRUE(std::abs(factor - 0.8) < 1e-12 || std::abs(factor - 1.25) < 1e-12) << factor;
      }
      values = next;
    }
  }
}

TEST(Selection, DrawsCoverTheirRanges) {
  Space space(2);
  space[0] = {.key = "b", .kind = Dimension::kLogUniform, .low = 1e-4, .high = 1};
  space[1] = {.key = "c", .kind = Dimension::kInteger, .low = 1, .high = 4};
  Index below = 0;
  std::vector<Index> counts(5);
  for (Index k = 0; k < 4000; ++k) {
    const Values values = drawn(space, 1, k);
    below += *values[0].as_real() < 1e-2;
    ++counts[static_cast<std::size_t>(*values[1].as_integer())];
  }
  EXPECT_NEAR(static_cast<double>(below), 2000, 150);
  for (std::size_t c = 1; c < 5; ++c) EXPECT_NEAR(static_cast<double>(counts[c]), 1000, 120) << c;
}

}  // namespace
}  // namespace isinglass
