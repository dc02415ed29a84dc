#include "isinglass/figure/heat_map.h"

#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/decision_boundary.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/image_grid.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

std::vector<double> wave(Index count, double size = 1) {
  std::vector<double> all;
  for (Index i = 0; i < count; ++i) all.push_back(size * std::sin(static_cast<double>(i * i)));
  return all;
}

const Pixels* first_pixels(const std::vector<Element>& elements) {
  for (const Element& element : elements) {
    if (const auto* pixels = std::get_if<Pixels>(&element)) return pixels;
    if (const auto* group = std::get_if<Group>(&element))
      if (const Pixels* found = first_pixels(group->elements)) return found;
  }
  return nullptr;
}

TEST(HeatMap, NumbersBecomeColoursAndAreReadBack) {
  const HeatMap map{.title = "Kernel",
                    .x_label = "column",
                    .y_label = "row",
                    .rows = 2,
                    .cols = 3,
                    .values = {-2, 0, 1, 2, std::nan(""), 0.1},
                    .colours = {.map = ColourMap::kDiverging, .label = "weight"}};
  const Scene scene = draw(map);
  expect_sound(scene);
  const Pixels* const pixels = first_pixels(scene.elements);
  ASSERT_NE(pixels, nullptr);
  const auto at = [&](std::size_t i) {
    return Colour{pixels->rgb[3 * i], pixels->rgb[3 * i + 1], pixels->rgb[3 * i + 2]};
  };
  EXPECT_EQ(at(0), kNegative);
  EXPECT_EQ(at(1), rgb(0xf7f7f7)) << "0 is in the middle";
  EXPECT_EQ(at(3), kPositive);
  EXPECT_EQ(at(4), kMissing);
  const auto read = read_series(to_svg(scene), "f.svg");
  EXPECT_EQ(series_named(read, "heat map").column("values")[5], 0.1);
  EXPECT_EQ(series_named(read, "heat map").column("cols")[0], 3);
}

TEST(HeatMap, AnySizeIsSound) {
  for (const auto& [rows, cols] :
       std::vector<std::pair<Index, Index>>{{1, 1}, {1, 300}, {300, 1}, {10, 10}, {40, 3}, {256, 512}}) {
    SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(cols));
    HeatMap map{.title = "A title of some length",
                .x_label = "the columns",
                .y_label = "the rows",
                .rows = rows,
                .cols = cols,
                .values = wave(rows * cols, 1e-4)};
    expect_sound(draw(map));
    map.col_names = map.row_names = {"a class with a long name", "b", "another class with a very long name indeed"};
    expect_sound(draw(map));
  }
}

TEST(HeatMap, SizesThatDoNotFitAreRefused) {
  EXPECT_THROW(draw(HeatMap{.rows = 2, .cols = 2, .values = {1, 2, 3}}), InputError);
  EXPECT_THROW(draw(HeatMap{.rows = 0, .cols = 0}), InputError);
  EXPECT_THROW(draw(HeatMap{.rows = Index{1} << 40, .cols = Index{1} << 40}), InputError);
}

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
  classes.values.pop_back();
  EXPECT_THROW(draw(classes), InputError);
}

TEST(ImageGrid, ImagesAreReadBack) {
  ImageGrid grid{
      .title = "Reconstructions of some images", .columns = 3, .row_names = {"input", "output"}, .has_bar = true};
  for (int i = 0; i < 5; ++i)
    grid.images.push_back(
        {.rows = 4, .cols = 3 + i, .values = wave(4 * (3 + i)), .caption = "sample " + std::to_string(i)});
  grid.images.push_back({.channels = 3, .rows = 2, .cols = 2, .values = wave(12)});
  const Scene scene = draw(grid);
  expect_sound(scene);
  const auto read = read_series(to_svg(scene), "f.svg");
  ASSERT_EQ(read.size(), 6u);
  EXPECT_EQ(series_named(read, "image 4").column("values"), grid.images[4].values);
  expect_sound(draw(ImageGrid{.title = "Nothing"}));
}

TEST(ImageGrid, ColoursOfThreeChannels) {
  const Scene scene =
      draw(ImageGrid{.images = {{.channels = 3, .rows = 1, .cols = 2, .values = {1, 0, 0.2, 0, 0, 1}}}});
  EXPECT_EQ(first_pixels(scene.elements)->rgb, (std::vector<std::uint8_t>{255, 51, 0, 0, 0, 255}));
  EXPECT_THROW(draw(ImageGrid{.images = {{.channels = 2, .rows = 1, .cols = 1, .values = {1, 1}}}}), InputError);
  EXPECT_THROW(draw(ImageGrid{.images = {{.rows = 3, .cols = 3, .values = {1, 1}}}}), InputError);
}

}  // namespace
}  // namespace isinglass
