#include "isinglass/figure/text_metrics.h"

#include <gtest/gtest.h>

namespace isinglass {
namespace {

TEST(TextMetrics, WidthsAreThoseOfTheFont) {
  EXPECT_DOUBLE_EQ(text_width("0", 2048), 1303);
  EXPECT_DOUBLE_EQ(text_width("iW~", 2048), 569 + 2025 + 1716);
  EXPECT_DOUBLE_EQ(text_width("\u03bb\u2202", 2048), 1212 + 1059);
  EXPECT_DOUBLE_EQ(text_width("", 12), 0);
  EXPECT_DOUBLE_EQ(text_width("\u4e2d", 10), 10) << "an unknown letter is as wide as it is high";
}

TEST(TextMetrics, RaisedAndLoweredParts) {
  const auto runs = text_runs("H_{4_{in}}=10^{\u22123} kg", 10);
  ASSERT_EQ(runs.size(), 6u);
  EXPECT_EQ(runs[0].text, "H");
  EXPECT_EQ(runs[1].text, "4");
  EXPECT_EQ(runs[2].text, "in");
  EXPECT_EQ(runs[3].text, "=10");
  EXPECT_EQ(runs[4].text, "\u22123");
  EXPECT_EQ(runs[5].text, " kg");
  EXPECT_GT(runs[1].y, 0);
  EXPECT_GT(runs[2].y, runs[1].y);
  EXPECT_LT(runs[2].size, runs[1].size);
  EXPECT_EQ(runs[3].y, 0);
  EXPECT_LT(runs[4].y, 0);
  for (std::size_t i = 1; i < runs.size(); ++i) EXPECT_DOUBLE_EQ(runs[i].x, runs[i - 1].x + runs[i - 1].width);
  EXPECT_EQ(plain_text("\u03bb_{1,4} = 2^{3}"), "\u03bb1,4 = 23");
}

TEST(TextMetrics, NamesNeedNoEscapes) {
  EXPECT_EQ(plain_text("learning_rate"), "learning_rate");
  EXPECT_EQ(plain_text("a}b{c"), "a}b{c");
  EXPECT_EQ(plain_text("open_{end"), "openend");
}

TEST(TextMetrics, BrokenBytesBecomeReplacementCharacters) {
  EXPECT_EQ(plain_text("a\xff\x01"), "a\ufffd\ufffd");
  EXPECT_EQ(plain_text(std::string(1000, '_') + std::string(400, '{')).size(), 1400u - 2);
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "_{";
  EXPECT_NO_THROW(text_width(deep, 10));
}

}  // namespace
}  // namespace isinglass
