#include "isinglass/figure/series_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "isinglass/base/error.h"
#include "isinglass/figure/svg.h"

namespace isinglass {
namespace {

std::string svg_of(const SeriesData& data) {
  Scene scene{.width = 10, .height = 10};
  scene.add(Group{.elements = {Group{.data = data}}});
  return to_svg(scene);
}

TEST(SeriesData, EveryBitComesBack) {
  const double inf = std::numeric_limits<double>::infinity();
  const SeriesData data{"w(1,4)",
                        {{"x", {0, 1, 2, 3}},
                         {"y", {0.1, -1.0 / 3, 5e-324, 1.7976931348623157e308}},
                         {"value", {inf, -inf, std::nan(""), -0.0}},
                         {"none", {}}}};
  const auto read = read_series(svg_of(data), "f.svg");
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].name, "w(1,4)");
  EXPECT_EQ(read[0].column("x"), data.column("x"));
  EXPECT_EQ(read[0].column("y"), data.column("y"));
  EXPECT_TRUE(read[0].column("none").empty());
  const auto& special = read[0].column("value");
  EXPECT_EQ(special[0], inf);
  EXPECT_EQ(special[1], -inf);
  EXPECT_TRUE(std::isnan(special[2]));
  EXPECT_TRUE(std::signbit(special[3]));
}

TEST(SeriesData, DamageIsNamed) {
  EXPECT_THROW(read_series("<g class=\"series\" data-name=\"a\" data-x=\"1 2", "f.svg"), FormatError);
  EXPECT_THROW(read_series("<g class=\"series\" data-name=\"a\" data-x=\"1  2\">", "f.svg"), FormatError);
  EXPECT_THROW(read_series("<g class=\"series\" data-name=\"a\" data-x=\"one\">", "f.svg"), FormatError);
  EXPECT_TRUE(read_series("no figure at all", "f.svg").empty());
}

TEST(SeriesData, NamesThatAreNotThereNameTheNearOnes) {
  const std::vector<SeriesData> all = {{"w(1,4)", {{"x", {1}}}}};
  EXPECT_EQ(&series_named(all, "w(1,4)"), &all[0]);
  try {
    series_named(all, "w(1,5)");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "the figure has no series 'w(1,5)'; did you mean 'w(1,4)'?");
  }
  EXPECT_THROW(all[0].column("y"), InputError);
}

TEST(SeriesData, LongColumnsAreCutAndReadBackWhole) {
  SeriesData data{"long", {{"x", {}}, {"y", {1, 2}}}};
  for (std::size_t i = 0; i < 2 * kNumbersOfATag + 5; ++i)
    data.columns[0].second.push_back(0.1 * static_cast<double>(i));
  Scene scene{.width = 10, .height = 10};
  scene.add(Group{.data = data});
  scene.add(Group{.data = SeriesData{"short", {{"x", {7}}}}});
  const std::string svg = to_svg(scene);
  const auto read = read_series(svg, "f.svg");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].columns, data.columns);
  EXPECT_EQ(series_named(read, "short").column("x"), std::vector<double>{7});
  EXPECT_THROW(read_series(svg.substr(svg.find("<g class=\"series-rest\"")), "f.svg"), FormatError);
}

}  // namespace
}  // namespace isinglass
