#include "isinglass/figure/image_grid.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/chart_frame.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {
namespace {

constexpr double kTitleSize = 14, kCaptionSize = 10.5, kNameSize = 12, kGap = 8;
constexpr Index kMostNumbers = Index{1} << 22;

void check(const ImageGrid& grid) {
  if (grid.columns < 1) throw InputError("an image grid has at least 1 column, found " + std::to_string(grid.columns));
  Index numbers = 0;
  for (std::size_t i = 0; i < grid.images.size(); ++i) {
    const GridImage& image = grid.images[i];
    const Index room = kMostNumbers - numbers;
    const bool is_possible = (image.channels == 1 || image.channels == 3) && image.rows >= 1 && image.cols >= 1 &&
                             image.rows <= room && image.cols <= room / image.rows &&
                             image.channels <= room / (image.rows * image.cols);
    if (!is_possible || static_cast<Index>(image.values.size()) != image.channels * image.rows * image.cols)
      throw InputError("image " + std::to_string(i) +
                       " of a grid: expected 1 or 3 channels and at most 2^22 numbers in all; found " +
                       to_string(Shape{image.channels, image.rows, image.cols}) + " and " +
                       std::to_string(image.values.size()) + " numbers");
    numbers += static_cast<Index>(image.values.size());
  }
}

std::vector<double> all_values(const ImageGrid& grid) {
  std::vector<double> all;
  if (grid.colours.low && grid.colours.high) return all;
  for (const GridImage& image : grid.images) all.insert(all.end(), image.values.begin(), image.values.end());
  return all;
}

Pixels pixels_of(const GridImage& image, const NumberColours& colours, const NumberColours& greys, const Box& box) {
  Pixels pixels{.box = box, .rows = image.rows, .cols = image.cols};
  const auto plane = static_cast<std::size_t>(image.rows * image.cols);
  for (std::size_t i = 0; i < plane; ++i) {
    Colour colour = colours(image.values[i]);
    if (image.channels == 3)
      colour = {greys(image.values[i]).red, greys(image.values[plane + i]).green,
                greys(image.values[2 * plane + i]).blue};
    pixels.rgb.insert(pixels.rgb.end(), {colour.red, colour.green, colour.blue});
  }
  return pixels;
}

SeriesData data_of(const GridImage& image, std::size_t which) {
  return {"image " + std::to_string(which),
          {{"channels", {static_cast<double>(image.channels)}},
           {"rows", {static_cast<double>(image.rows)}},
           {"cols", {static_cast<double>(image.cols)}},
           {"values", image.values}}};
}

}  // namespace

Scene draw(const ImageGrid& grid) {
  check(grid);
  const NumberColours colours(grid.colours, all_values(grid));
  ColourScale grey = grid.colours;
  grey.map = ColourMap::kGrey;
  const NumberColours greys(grey, all_values(grid));
  const std::size_t columns =
      std::min(static_cast<std::size_t>(grid.columns), std::max<std::size_t>(grid.images.size(), 1));
  const std::size_t rows = (grid.images.size() + columns - 1) / columns;
  double names = 0, widest = 1, highest = 1;
  for (const std::string& name : grid.row_names) names = std::max(names, text_width(name, kNameSize) + 2 * kGap);
  bool has_captions = false;
  for (const GridImage& image : grid.images) {
    const double unit = grid.side / static_cast<double>(std::max(image.rows, image.cols));
    widest = std::max(widest, unit * static_cast<double>(image.cols));
    highest = std::max(highest, unit * static_cast<double>(image.rows));
    has_captions |= !image.caption.empty();
  }
  const double column = std::max(widest, has_captions ? 40.0 : 0.0) + kGap;
  const double row = highest + kGap + (has_captions ? kCaptionSize * 1.3 : 0);
  const double top = grid.title.empty() ? kGap : kTitleSize * 2.1;
  Scene scene{.title = grid.title, .description = std::to_string(grid.images.size()) + " images"};
  const double right = kGap + names + column * static_cast<double>(columns);
  scene.width = right + (grid.has_bar ? kGap + colours.bar_width() + kGap : 0);
  scene.width = std::max(scene.width, grid.title.empty() ? 0 : text_width(grid.title, kTitleSize) + 2 * kGap);
  scene.height = top + std::max(row * static_cast<double>(rows), grid.has_bar ? 90.0 : 0.0) + kGap / 2;

  if (!grid.title.empty())
    scene.add(Text{
        .at = {scene.width / 2, kTitleSize * 1.4}, .text = grid.title, .size = kTitleSize, .anchor = Anchor::kMiddle});
  for (std::size_t i = 0; i < grid.images.size(); ++i) {
    const GridImage& image = grid.images[i];
    const double unit = grid.side / static_cast<double>(std::max(image.rows, image.cols));
    const double width = unit * static_cast<double>(image.cols), height = unit * static_cast<double>(image.rows);
    const double middle = kGap + names + column * (static_cast<double>(i % columns) + 0.5) - kGap / 2;
    const double y = top + row * static_cast<double>(i / columns);
    const Box box{middle - width / 2, y, width, height};
    scene.add(Group{.elements = {pixels_of(image, colours, greys, box),
                                 Rectangle{.box = box, .stroke = Stroke{.colour = kMissing, .width = 0.6}}},
                    .data = data_of(image, i),
                    .note = plain_text(image.caption)});
    if (!image.caption.empty())
      scene.add(fitted({.at = {middle, y + height + kCaptionSize * 1.15},
                        .text = image.caption,
                        .size = kCaptionSize,
                        .anchor = Anchor::kMiddle},
                       column - 2));
  }
  for (std::size_t r = 0; r < std::min(rows, grid.row_names.size()); ++r)
    scene.add(Text{.at = {names, top + row * static_cast<double>(r) + highest / 2 + kNameSize * 0.36},
                   .text = grid.row_names[r],
                   .size = kNameSize,
                   .anchor = Anchor::kEnd});
  if (grid.has_bar)
    colours.draw_bar(scene, {right + kGap, top + 4, colours.bar_width(),
                             std::max(row * static_cast<double>(rows) - kGap, 80.0) - 4});
  return scene;
}

}  // namespace isinglass
