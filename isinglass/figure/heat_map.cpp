#include "isinglass/figure/heat_map.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/chart_frame.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {
namespace {

constexpr double kTextSize = 12, kTitleSize = 14, kNameSize = 11, kNumberSize = 10.5, kGap = 6;
constexpr double kMostNameWidth = 150;
constexpr Index kMostCells = Index{1} << 22;

void check(const HeatMap& map) {
  const bool is_possible = map.rows >= 1 && map.cols >= 1 && map.rows <= kMostCells && map.cols <= kMostCells &&
                           map.rows * map.cols <= kMostCells;
  if (!is_possible || static_cast<Index>(map.values.size()) != map.rows * map.cols)
    throw InputError("heat map '" + plain_text(map.title) + "': expected rows x cols numbers, 1 to 2^22; found " +
                     std::to_string(map.rows) + " x " + std::to_string(map.cols) + " and " +
                     std::to_string(map.values.size()) + " numbers");
}

double cell_size(const HeatMap& map) {
  if (map.cell > 0) return map.cell;
  const double largest = static_cast<double>(std::max(map.rows, map.cols));
  return std::clamp(460 / largest, 460.0 / 2048, 56.0);
}

std::string name_at(const std::vector<std::string>& names, Index i) {
  const auto place = static_cast<std::size_t>(i);
  return place < names.size() && !names[place].empty() ? names[place] : std::to_string(i);
}

double widest_name(const std::vector<std::string>& names, Index count) {
  double width = text_width(std::to_string(count - 1), kNameSize);
  for (const std::string& name : names) width = std::max(width, text_width(name, kNameSize));
  return std::min(width, kMostNameWidth);
}

// Names of every row or column, or of every second, fifth, tenth, ... where they are narrower than their names.
Index names_every(double cell, double needed) {
  for (Index every = 1;; every *= 10)
    for (const Index times : {1, 2, 5})
      if (static_cast<double>(every * times) * cell >= needed) return every * times;
}

Pixels pixels_of(const HeatMap& map, const NumberColours& colours, const Box& box) {
  Pixels pixels{.box = box, .rows = map.rows, .cols = map.cols};
  pixels.rgb.reserve(map.values.size() * 3);
  for (const double value : map.values) {
    const Colour colour = colours(value);
    pixels.rgb.insert(pixels.rgb.end(), {colour.red, colour.green, colour.blue});
  }
  return pixels;
}

void draw_numbers(Scene& scene, const HeatMap& map, const NumberColours& colours, const Box& box, double cell) {
  if (!map.has_numbers || cell < 2 * kNumberSize) return;
  std::vector<Text> texts;
  for (Index r = 0; r < map.rows; ++r)
    for (Index c = 0; c < map.cols; ++c) {
      const double value = map.values[static_cast<std::size_t>(r * map.cols + c)];
      texts.push_back({.at = {box.x + (static_cast<double>(c) + 0.5) * cell,
                              box.y + (static_cast<double>(r) + 0.5) * cell + kNumberSize * 0.36},
                       .text = number_label(value, map.digits),
                       .size = kNumberSize,
                       .colour = readable_on(colours(value)),
                       .anchor = Anchor::kMiddle});
    }
  double widest = 0;
  for (const Text& text : texts) widest = std::max(widest, text_width(text.text, kNumberSize));
  // All of one size, or none: half of the numbers would mislead.
  const double size = kNumberSize * std::min(1.0, (cell - 4) / widest);
  if (size < 7) return;
  for (Text& text : texts) {
    text.size = size;
    scene.add(std::move(text));
  }
}

void draw_names(Scene& scene, const HeatMap& map, const Box& box, double cell, bool are_upright) {
  const Index rows_every = names_every(cell, kNameSize * 1.2);
  for (Index r = 0; r < map.rows; r += rows_every)
    scene.add(fitted({.at = {box.x - kGap, box.y + (static_cast<double>(r) + 0.5) * cell + kNameSize * 0.36},
                      .text = name_at(map.row_names, r),
                      .size = kNameSize,
                      .anchor = Anchor::kEnd},
                     kMostNameWidth));
  const double needed = are_upright ? kNameSize * 1.2 : widest_name(map.col_names, map.cols) + kGap;
  const Index cols_every = names_every(cell, needed);
  for (Index c = 0; c < map.cols; c += cols_every) {
    const double x = box.x + (static_cast<double>(c) + 0.5) * cell;
    Text name{.at = {x, box.bottom() + kGap + kNameSize * 0.8},
              .text = name_at(map.col_names, c),
              .size = kNameSize,
              .anchor = Anchor::kMiddle};
    if (are_upright) {
      name.at = {x + kNameSize * 0.36, box.bottom() + kGap};
      name.anchor = Anchor::kEnd;
      name.angle = -90;
    }
    scene.add(fitted(name, kMostNameWidth));
  }
}

}  // namespace

Scene draw(const HeatMap& map) {
  check(map);
  const NumberColours colours(map.colours, map.values);
  const double cell = cell_size(map);
  const double names = widest_name(map.row_names, map.rows);
  const double col_names = widest_name(map.col_names, map.cols);
  const bool are_upright = !map.col_names.empty() && col_names + kGap > cell;
  const double left = (map.y_label.empty() ? kGap : kTextSize * 1.9) + names + kGap;
  const double top = map.title.empty() ? kTextSize : kTextSize * 2.6;
  const Box box{left, top, cell * static_cast<double>(map.cols), cell * static_cast<double>(map.rows)};
  const double bar_height = std::max(box.height, 80.0);

  Scene scene{.title = map.title,
              .description = "a matrix of " + std::to_string(map.rows) + " rows and " + std::to_string(map.cols) +
                             " columns as colours"};
  scene.width = std::max(box.right() + 4 * kGap + colours.bar_width(), text_width(map.title, kTitleSize) + 2 * kGap);
  const double below = kGap + (are_upright ? col_names : kNameSize) + (map.x_label.empty() ? kGap : kTextSize * 2);
  scene.height = top + std::max(box.height + below, bar_height + kTextSize);
  SeriesData data{
      "heat map",
      {{"rows", {static_cast<double>(map.rows)}}, {"cols", {static_cast<double>(map.cols)}}, {"values", map.values}}};
  scene.add(Group{.elements = {pixels_of(map, colours, box)}, .data = std::move(data)});
  scene.add(Rectangle{.box = box, .stroke = Stroke{.colour = kAxisColour, .width = 0.8}});
  draw_numbers(scene, map, colours, box, cell);
  draw_names(scene, map, box, cell, are_upright);
  colours.draw_bar(scene, {box.right() + 3 * kGap, top, colours.bar_width(), bar_height});

  const double centre = box.centre().x, room = 2 * std::min(centre, scene.width - centre);
  if (!map.title.empty())
    scene.add(fitted(
        {.at = {scene.width / 2, kTextSize * 1.6}, .text = map.title, .size = kTitleSize, .anchor = Anchor::kMiddle},
        scene.width - 2 * kGap));
  if (!map.x_label.empty())
    scene.add(fitted({.at = {centre, box.bottom() + below - kTextSize * 0.6},
                      .text = map.x_label,
                      .size = kTextSize,
                      .anchor = Anchor::kMiddle},
                     room));
  if (!map.y_label.empty())
    scene.add(fitted(
        {.at = {kTextSize * 1.15, box.centre().y},
         .text = map.y_label,
         .size = kTextSize,
         .anchor = Anchor::kMiddle,
         .angle = -90},
        2 * std::min(box.centre().y - (map.title.empty() ? 0 : kTextSize * 2.1), scene.height - box.centre().y)));
  return scene;
}

}  // namespace isinglass
