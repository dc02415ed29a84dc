#include "isinglass/figure/histogram.h"

#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

TEST(Histogram, EveryNumberIsCountedOnce) {
  const Histogram histogram = count_numbers({0, 0.1, 0.25, 0.5, 0.99, 1, 1.01, -0.01, std::nan("")}, 4, 0, 1);
  EXPECT_EQ(histogram.edges, (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(histogram.counts, (std::vector<double>{2, 1, 1, 2}));
  EXPECT_EQ(count_numbers({3, 3, 3}, 3).counts, (std::vector<double>{0, 3, 0}));
  EXPECT_THROW(count_numbers({1}, 0), InputError);
}

TEST(Histogram, BarsAreReadBack) {
  Histogram histogram = count_numbers({1, 2, 2, 3, 3, 3}, 3);
  histogram.title = "Outputs";
  histogram.x_label = "output";
  const Scene scene = draw(histogram);
  expect_sound(scene);
  const auto read = read_series(to_svg(scene), "f.svg");
  EXPECT_EQ(series_named(read, "histogram").column("count"), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(series_named(read, "histogram").column("low")[0], 1);
  histogram.edges[1] = 9;
  EXPECT_THROW(draw(histogram), InputError);
}

TEST(Histogram, AnyCountsAreSound) {
  for (const bool has_numbers : {true, false}) {
    Histogram histogram{.title = "Outputs of a layer with a long name",
                        .x_label = "output",
                        .edges = {-1e-9, 0, 1e-9, 3e-9},
                        .counts = {1234567, 0, 3}};
    histogram.look = {.width = 180, .height = 150, .text_size = 10, .has_y_numbers = has_numbers};
    expect_sound(draw(histogram));
    histogram.counts = {0, 0, 0};
    expect_sound(draw(histogram));
  }
  EXPECT_THROW(draw(Histogram{.edges = {0, 1, 1}, .counts = {1, 2}}), InputError);
  EXPECT_THROW(draw(Histogram{.edges = {0, 1}, .counts = {1, 2}}), InputError);
}

}  // namespace
}  // namespace isinglass
