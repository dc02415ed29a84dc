#include "isinglass/serve/curves_document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace isinglass {
namespace {

TEST(Outline, FewValuesAreAllKept) {
  EXPECT_EQ(outline({}), (std::vector<std::size_t>{}));
  EXPECT_EQ(outline({3, 1, 2}), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Outline, OfManyTheEndsAndThePeaksAreKept) {
  std::vector<double> values(100000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(0.001 * static_cast<double>(i));
  values[31415] = 7;
  values[77777] = -7;
  values[12] = 5;
  const std::vector<std::size_t> kept = outline(values);
  EXPECT_LE(kept.size(), static_cast<std::size_t>(kMostCurvePoints));
  EXPECT_TRUE(std::ranges::is_sorted(kept));
  for (const std::size_t i :
       {std::size_t{0}, std::size_t{12}, std::size_t{31415}, std::size_t{77777}, values.size() - 1})
    EXPECT_TRUE(std::ranges::binary_search(kept, i)) << i;
}

TEST(Outline, BeginsStepByStep) {  // on a logarithmic axis the first steps are far apart
  const std::vector<double> values(100000, 1.0);
  const std::vector<std::size_t> kept = outline(values);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(kept[i], i);
}

TEST(Outline, KeepsARunThatDiverged) {
  std::vector<double> values(5000, 1.0);
  values.back() = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(outline(values).back(), 4999u);
}

}  // namespace
}  // namespace isinglass
