#include "isinglass/figure/panels.h"

#include "isinglass/base/error.h"
#include "isinglass/figure/chart.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

TEST(Panels, StandSideBySide) {
  const Scene a = draw(Chart{.title = "Weights", .series = {{.name = "a", .x = {1, 2}, .y = {3, 4}}}});
  const Scene all = arrange({a, a, a}, 2, "Three of them");
  expect_sound(all);
  EXPECT_GE(all.width, 2 * a.width);
  EXPECT_GE(all.height, 2 * a.height);
  EXPECT_EQ(read_series(to_svg(all), "f.svg").size(), 3 * read_series(to_svg(a), "f.svg").size());
  expect_sound(arrange({}, 3, "Nothing"));
  EXPECT_THROW(arrange({a}, 0), InputError);
}

TEST(Panels, OfManySizesKeepTheirShapes) {
  Chart chart{.title = "Small", .series = {{.name = "", .key = "s", .x = {1, 2}, .y = {3, 4}}}};
  std::vector<Scene> panels;
  for (const double width : {200.0, 500.0, 300.0, 250.0, 400.0}) {
    chart.look = {.width = width, .height = 700 - width};
    panels.push_back(draw(chart));
  }
  const Scene all = arrange(panels, 3, "Five of them");
  expect_sound(all);
  EXPECT_GE(all.width, 250 + 500 + 300);
  EXPECT_GE(all.height, 500 + 450);
  EXPECT_EQ(to_svg(arrange({panels[0]}, 7)), to_svg(arrange({panels[0]}, 1)));
}

}  // namespace
}  // namespace isinglass
