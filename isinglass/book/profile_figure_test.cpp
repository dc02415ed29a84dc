#include "isinglass/book/profile_figure.h"

#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

Profiles twenty_alike() {
  Profiles profiles{.title = "Alike", .label_name = "slope"};
  for (int i = 0; i < 20; ++i) {
    profiles.samples.push_back({0.1, i / 50.0, 0.2});
    profiles.labels.push_back(i % 3 - 1.0);
    profiles.names.push_back(std::to_string(i + 1));
  }
  return profiles;
}

TEST(ProfileFigure, LabelsOfTwentyAlikeKeepClear) {
  for (const bool is_across : {true, false}) {
    const Profiles profiles = twenty_alike();
    const Axis values{.low = -1, .high = 1};
    const Scene scene = is_across ? draw_across(profiles, values) : draw_down(profiles, values);
    expect_sound(scene);
    const std::vector<SeriesData> series = read_series(to_svg(scene), "figure");
    ASSERT_EQ(series.size(), 21u);
    for (std::size_t i = 0; i < 20; ++i)
      EXPECT_EQ(series_named(series, "sample " + std::to_string(i)).column(is_across ? "y" : "x"), profiles.samples[i]);
    EXPECT_EQ(series_named(series, "label").column("y"), profiles.labels);
    // Every label and, downwards, every name is written.
    EXPECT_EQ(count_of(to_svg(scene), ">1.000<"), 6u);
    EXPECT_GE(count_of(to_svg(scene), ">20<"), is_across ? 0u : 1u);
  }
}

TEST(ProfileFigure, ColoursFollowTheLabels) {
  const std::vector<Colour> colours = colours_by_label({3, 1, 2, 1});
  EXPECT_EQ(colours[1], colours[3]);
  EXPECT_EQ(colours[1], ordered_colour(0, 4));
  EXPECT_EQ(colours[0], ordered_colour(3, 4));
}

}  // namespace
}  // namespace isinglass
