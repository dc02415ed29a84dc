#include "cli/text_plot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace isinglass {
namespace {

TEST(TextPlot, BarsReachFromLowToHigh) {
  const std::vector<double> values{0, 4, 8, 16, NAN, 12};
  // Of 16 eighths: at least one, 4, 8, 16, none, 12.
  EXPECT_EQ(text_plot(values, 0, 16, 2),
            "     \u2588 \u2584\n"
            "  \u2581\u2584\u2588\u2588 \u2588\n");
}

TEST(TextPlot, DrawsWhatFitsAndSurvivesOddNumbers) {
  const std::vector<double> many(100, 1.0);
  EXPECT_EQ(
      text_plot(many, 0, 1, 1, 72), "  " + [] {
        std::string bars;
        for (int i = 0; i < 50; ++i) bars += "\u2588";
        return bars;
      }() + "\n");
  EXPECT_EQ(text_plot(std::vector<double>{5, NAN, 5}, 5, 5, 1), "  \u2584 \u2584\n");
  EXPECT_EQ(text_plot(std::vector<double>{-1.7e308, 1.7e308}, -1.7e308, 1.7e308, 1), "  \u2581\u2588\n");
  EXPECT_EQ(text_plot(std::vector<double>{INFINITY}, 0, INFINITY, 1), "\n");
  EXPECT_EQ(text_plot({}, 0, 1, 2), "\n\n");
}

}  // namespace
}  // namespace isinglass
