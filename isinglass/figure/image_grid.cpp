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

// Where everything stands.
struct GridLayout {
  std::size_t columns = 1, rows = 0;
  double names = 0, column = 0, row = 0, top = 0, right = 0, highest = 1;

  explicit GridLayout(const ImageGrid& grid) {
    columns = std::min(static_cast<std::size_t>(grid.columns), std::max<std::size_t>(grid.images.size(), 1));
    rows = (grid.images.size() + columns - 1) / columns;
    for (const std::string& name : grid.row_names) names = std::max(names, text_width(name, kNameSize) + 2 * kGap);
    double widest = 1;
    bool has_captions = false;
    for (const GridImage& image : grid.images) {
      const Box box = box_of(image, grid.side);
      widest = std::max(widest, box.width);
      highest = std::max(highest, box.height);
      has_captions |= !image.caption.empty();
    }
    column = std::max(widest, has_captions ? 40.0 : 0.0) + kGap;
    row = highest + kGap + (has_captions ? kCaptionSize * 1.3 : 0);
    top = grid.title.empty() ? kGap : kTitleSize * 2.1;
    right = kGap + names + column * static_cast<double>(columns);
  }

  double height() const { return row * static_cast<double>(rows); }
  double middle(std::size_t image) const {
    return kGap + names + column * (static_cast<double>(image % columns) + 0.5) - kGap / 2;
  }
  double y(std::size_t image) const { return top + row * static_cast<double>(image / columns); }

  // At the origin.
  static Box box_of(const GridImage& image, double side) {
    const double unit = side / static_cast<double>(std::max(image.rows, image.cols));
    return {0, 0, unit * static_cast<double>(image.cols), unit * static_cast<double>(image.rows)};
  }
};

void draw_names(Scene& scene, const ImageGrid& grid, const GridLayout& layout) {
  if (!grid.title.empty())
    scene.add(Text{
        .at = {scene.width / 2, kTitleSize * 1.4}, .text = grid.title, .size = kTitleSize, .anchor = Anchor::kMiddle});
  for (std::size_t r = 0; r < std::min(layout.rows, grid.row_names.size()); ++r)
    scene.add(Text{.at = {layout.names, layout.y(r * layout.columns) + layout.highest / 2 + kNameSize * 0.36},
                   .text = grid.row_names[r],
                   .size = kNameSize,
                   .anchor = Anchor::kEnd});
}

}  // namespace

Scene draw(const ImageGrid& grid) {
  check(grid);
  const NumberColours colours(grid.colours, all_values(grid));
  ColourScale grey = grid.colours;
  grey.map = ColourMap::kGrey;
  const NumberColours greys(grey, all_values(grid));
  const GridLayout layout(grid);
  Scene scene{.title = grid.title, .description = std::to_string(grid.images.size()) + " images"};
  scene.width = layout.right + (grid.has_bar ? 2 * kGap + colours.bar_width() : 0);
  scene.width = std::max(scene.width, grid.title.empty() ? 0 : text_width(grid.title, kTitleSize) + 2 * kGap);
  scene.height = layout.top + std::max(layout.height(), grid.has_bar ? 90.0 : 0.0) + kGap / 2;
  for (std::size_t i = 0; i < grid.images.size(); ++i) {
    const GridImage& image = grid.images[i];
    Box box = GridLayout::box_of(image, grid.side);
    box.x = layout.middle(i) - box.width / 2;
    box.y = layout.y(i);
    scene.add(Group{.elements = {pixels_of(image, colours, greys, box),
                                 Rectangle{.box = box, .stroke = Stroke{.colour = kMissing, .width = 0.6}}},
                    .data = data_of(image, i),
                    .note = plain_text(image.caption)});
    if (!image.caption.empty())
      scene.add(fitted({.at = {layout.middle(i), box.bottom() + kCaptionSize * 1.15},
                        .text = image.caption,
                        .size = kCaptionSize,
                        .anchor = Anchor::kMiddle},
                       layout.column - 2));
  }
  draw_names(scene, grid, layout);
  const double bar_height = std::max(layout.height() - kGap, 80.0) - 4;
  if (grid.has_bar) colours.draw_bar(scene, {layout.right + kGap, layout.top + 4, colours.bar_width(), bar_height});
  return scene;
}

}  // namespace isinglass
