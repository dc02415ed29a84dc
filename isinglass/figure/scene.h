// isinglass/figure/scene.h - a picture as a list of shapes, and what they stand for. svg.h and raster.h draw it.
//
// Units are CSS pixels (1/96 inch), x to the right, y down, angles in degrees clockwise. Later elements cover earlier
// ones. A group may carry the numbers that it shows; the SVG writer keeps them (series_data.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "isinglass/base/shape.h"
#include "isinglass/figure/colour.h"

namespace isinglass {

struct Point {
  double x = 0, y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
  Point centre() const { return {x + width / 2, y + height / 2}; }
};

struct Stroke {
  Colour colour = kInk;
  double width = 1;
  std::vector<double> dash = {};  // lengths of ink and gap in turn; empty: a solid line
};

struct Polyline {
  std::vector<Point> points;
  std::optional<Stroke> stroke = {};
  std::optional<Colour> fill = {};
  bool closed = false;
};

struct Rectangle {
  Box box;
  std::optional<Colour> fill = {};
  std::optional<Stroke> stroke = {};
  double corner = 0;  // radius
};

struct Circle {
  Point centre;
  double radius = 1;
  std::optional<Colour> fill = {};
  std::optional<Stroke> stroke = {};
};

enum class Anchor { kStart, kMiddle, kEnd };

// One line of text with its baseline at `at`, turned by `angle` about `at`. Marks as in text_metrics.h.
struct Text {
  Point at;
  std::string text;
  double size = 12;
  Colour colour = kInk;
  Anchor anchor = Anchor::kStart;
  double angle = 0;
  bool halo = false;  // a rim of paper around the letters, for text on lines
};

// Rows of coloured cells, row 0 on top, drawn with hard edges.
struct Pixels {
  Box box;
  Index rows = 0, cols = 0;
  std::vector<std::uint8_t> rgb;  // (rows, cols, 3)
};

// Numbers behind a drawing: a name and columns of them, such as "x" and "y". A column's name has lower-case letters.
struct SeriesData {
  std::string name;
  std::vector<std::pair<std::string, std::vector<double>>> columns;

  // The column of a name. Throws InputError when there is none.
  const std::vector<double>& column(const std::string& column_name) const;
};

struct Element;

// Elements moved together; with `clip`, only what lies in that box (after the move) is seen.
struct Group {
  std::vector<Element> elements;
  Point offset = {};
  std::optional<Box> clip = {};
  std::optional<SeriesData> data = {};
  std::string note = {};  // shown when the pointer rests on it, read by screen readers
};

struct Element : std::variant<Polyline, Rectangle, Circle, Text, Pixels, Group> {
  using std::variant<Polyline, Rectangle, Circle, Text, Pixels, Group>::variant;
};

struct Scene {
  double width = 0, height = 0;
  std::string title, description;  // for readers who cannot see it
  std::vector<Element> elements = {};

  void add(Element element) { elements.push_back(std::move(element)); }
};

}  // namespace isinglass
