#include "isinglass/figure/decision_boundary.h"

#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

DecisionBoundary plane(Index rows, Index cols) {
  return {.title = "XOR",
          .x_label = "x_{1}",
          .y_label = "x_{2}",
          .x_low = -0.5,
          .x_high = 1.5,
          .y_low = -0.5,
          .y_high = 1.5,
          .rows = rows,
          .cols = cols};
}

TEST(DecisionBoundary, TheLineIsWhereTheOutputCrossesItsLevel) {
  DecisionBoundary boundary = plane(40, 50);
  const CellCentres centres = cell_centres(boundary);
  EXPECT_NEAR(centres.x.front(), -0.48, 1e-12);
  EXPECT_NEAR(centres.y.back(), 1.475, 1e-12);
  for (std::size_t r = 0; r < centres.y.size(); ++r)
    for (const double x : centres.x) boundary.values.push_back(x);  // level 0.5 at x = 0.5
  boundary.points = {{.name = "0", .x = {0, 1}, .y = {0, 1}}, {.name = "1", .x = {0, 1}, .y = {1, 0}}};
  const Scene scene = draw(boundary);
  expect_sound(scene);
  const auto& group = std::get<Group>(scene.elements[0]);
  ASSERT_EQ(group.elements.size(), 2u) << "the areas and a single line";
  const auto& line = std::get<Polyline>(group.elements[1]);
  const Box& area = std::get<Pixels>(group.elements[0]).box;
  EXPECT_EQ(line.points.size(), 42u);
  for (const Point& point : line.points) EXPECT_NEAR(point.x, area.centre().x, 1e-9);
  EXPECT_NEAR(std::abs(line.points.front().y - line.points.back().y), area.height, 1e-9) << "from border to border";
  const auto read = read_series(to_svg(scene), "f.svg");
  EXPECT_EQ(series_named(read, "decision boundary").column("values"), boundary.values);
  EXPECT_EQ(series_named(read, "1").column("y"), (std::vector<double>{1, 0}));
}

TEST(DecisionBoundary, ContoursAndPathsLieOverTheAreas) {
  DecisionBoundary surface = plane(40, 50);
  const CellCentres centres = cell_centres(surface);
  for (std::size_t r = 0; r < centres.y.size(); ++r)
    for (const double x : centres.x) surface.values.push_back(x);
  surface.level = std::nan("");
  surface.contours = {0.25, 0.75};
  surface.paths = {{.name = "descent", .x = {0, 0.5, 1}, .y = {1, 0, 1}}};
  const Scene scene = draw(surface);
  expect_sound(scene);
  const auto& group = std::get<Group>(scene.elements[0]);
  ASSERT_EQ(group.elements.size(), 3u) << "the areas and two lines";
  const Box& area = std::get<Pixels>(group.elements[0]).box;
  for (const Point& point : std::get<Polyline>(group.elements[2]).points)
    EXPECT_NEAR((point.x - area.x) / area.width, (0.75 + 0.5) / 2, 1e-9);
  EXPECT_EQ(series_named(read_series(to_svg(scene), "f.svg"), "descent").column("x"), surface.paths[0].x);
  surface.paths[0].y.pop_back();
  EXPECT_THROW(draw(surface), InputError);
}

TEST(DecisionBoundary, SaddlesClassesAndMissingNumbers) {
  DecisionBoundary saddle = plane(2, 2);
  saddle.values = {1, 0, 0, 1};
  expect_sound(draw(saddle));
  saddle.values[0] = std::nan("");
  expect_sound(draw(saddle));
  DecisionBoundary classes = plane(3, 3);
  classes.values = {0, 1, 2, 0, 1, 2, 0, 1, 7};
  classes.classes = {"setosa", "versicolor", "virginica"};
  expect_sound(draw(classes));
  // Margins that grow from the border between two classes on put it where they are 0.
  classes.values = {0, 0, 1, 0, 0, 1, 0, 0, 1};
  classes.classes = {"a", "b"};
  classes.margins = {3, 1, 3, 3, 1, 3, 3, 1, 3};
  const Scene smooth = draw(classes);
  expect_sound(smooth);
  const auto& group = std::get<Group>(smooth.elements[0]);
  const Box area = std::get<Pixels>(group.elements[0]).box;
  ASSERT_EQ(group.elements.size(), 2u) << "the areas and a single line";
  for (const Point& point : std::get<Polyline>(group.elements[1]).points)
    EXPECT_NEAR((point.x - area.x) / area.width, (1.5 + 0.25) / 3, 1e-9);
  classes.values = {0, 1, 2, 0, 1, 2, 0, 2, 2};
  classes.classes = {"a", "b", "c"};
  expect_sound(draw(classes));
  classes.margins.pop_back();
  EXPECT_THROW(draw(classes), InputError);
  classes.margins.clear();
  classes.values.pop_back();
  EXPECT_THROW(draw(classes), InputError);
}

}  // namespace
}  // namespace isinglass
