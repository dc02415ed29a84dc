#include "isinglass/figure/heat_map.h"

#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"
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

}  // namespace
}  // namespace isinglass
