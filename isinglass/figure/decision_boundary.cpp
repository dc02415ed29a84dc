#include "isinglass/figure/decision_boundary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "isinglass/base/error.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {
namespace {

constexpr Index kMostCells = Index{1} << 22;

void check(const DecisionBoundary& b) {
  const bool is_possible =
      b.rows >= 2 && b.cols >= 2 && b.rows <= kMostCells && b.cols <= kMostCells && b.rows * b.cols <= kMostCells;
  if (!is_possible || static_cast<Index>(b.values.size()) != b.rows * b.cols)
    throw InputError("decision boundary '" + plain_text(b.title) +
                     "': expected rows x cols numbers, at least 2 x 2 and at most 2^22; found " +
                     std::to_string(b.rows) + " x " + std::to_string(b.cols) + " and " +
                     std::to_string(b.values.size()) + " numbers");
  if (!b.margins.empty() && b.margins.size() != b.values.size())
    throw InputError("decision boundary '" + plain_text(b.title) + "': expected as many margins as numbers, " +
                     std::to_string(b.values.size()) + ", found " + std::to_string(b.margins.size()));
  for (const std::vector<Series>* all : {&b.points, &b.paths})
    for (const Series& series : *all)
      if (series.x.size() != series.y.size())
        throw InputError("series '" + plain_text(series.name) + "': expected as many x as y, found " +
                         std::to_string(series.x.size()) + " and " + std::to_string(series.y.size()));
}

Pixels areas(const DecisionBoundary& b, const NumberColours& colours, const Box& box) {
  Pixels pixels{.box = box, .rows = b.rows, .cols = b.cols};
  for (Index r = b.rows - 1; r >= 0; --r)  // the highest y on top
    for (Index c = 0; c < b.cols; ++c) {
      const double value = b.values[static_cast<std::size_t>(r * b.cols + c)];
      Colour colour = kMissing;
      if (b.classes.empty())
        colour = colours(value);
      else if (value >= 0 && value < static_cast<double>(b.classes.size()))
        colour = mix(series_colour(static_cast<std::size_t>(value)), kPaper, 0.68);
      pixels.rgb.insert(pixels.rgb.end(), {colour.red, colour.green, colour.blue});
    }
  return pixels;
}

// Where margins are not known: lines around the areas of each class, along the edges of the cells.
void add_class_borders(const DecisionBoundary& b, const Box& box, std::vector<Element>& out) {
  const Stroke stroke{.colour = kInk, .width = 1.2};
  const double width = box.width / static_cast<double>(b.cols), height = box.height / static_cast<double>(b.rows);
  const auto value = [&](Index r, Index c) { return b.values[static_cast<std::size_t>(r * b.cols + c)]; };
  for (Index r = 0; r < b.rows; ++r)
    for (Index c = 0; c < b.cols; ++c) {
      const double left = box.x + static_cast<double>(c) * width,
                   bottom = box.bottom() - static_cast<double>(r) * height;
      if (c + 1 < b.cols && value(r, c) != value(r, c + 1))
        out.push_back(Polyline{.points = {{left + width, bottom}, {left + width, bottom - height}}, .stroke = stroke});
      if (r + 1 < b.rows && value(r, c) != value(r + 1, c))
        out.push_back(Polyline{.points = {{left, bottom - height}, {left + width, bottom - height}}, .stroke = stroke});
    }
}

// The line value = level within each square of four neighbouring centres, by linear interpolation along its sides
// (marching squares). A saddle is cut as the mean of its corners says. From the outermost centres to the border, values
// stay as they are. Of classes, a side is cut where the margins of its two classes would both be 0; where more than two
// classes meet, their lines do.
class LevelLine {
 public:
  LevelLine(const DecisionBoundary& b, const Box& box, double level, double width)
      : b_(b), box_(box), level_(level), width_(width) {}

  void add_to(std::vector<Element>& out) {
    for (Index r = -1; r < b_.rows; ++r)
      for (Index c = -1; c < b_.cols; ++c) {
        if (b_.classes.empty())
          add_crossings(r, c);
        else
          add_class_crossings(r, c);
      }
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (pieces_[i].is_used) continue;
      std::vector<Point> line = walk(i, pieces_[i].from);
      std::ranges::reverse(line);
      const std::vector<Point> other = walk(i, pieces_[i].to);
      line.insert(line.end(), other.begin(), other.end());
      out.push_back(Polyline{.points = std::move(line), .stroke = Stroke{.colour = kInk, .width = width_}});
    }
  }

 private:
  struct Corner {
    Point at;
    double value;  // beyond the level; of classes the class
    double margin;
  };
  static Point between(const Corner& a, const Corner& z, double t) {
    return {a.at.x + t * (z.at.x - a.at.x), a.at.y + t * (z.at.y - a.at.y)};
  }
  std::array<Corner, 4> corners_of(Index r, Index c) const {
    return {corner(r, c), corner(r, c + 1), corner(r + 1, c + 1), corner(r + 1, c)};
  }

  Corner corner(Index r, Index c) const {
    const double x = static_cast<double>(c) + 0.5, y = static_cast<double>(r) + 0.5;
    const double cols = static_cast<double>(b_.cols), rows = static_cast<double>(b_.rows);
    const auto nearest =
        static_cast<std::size_t>(std::clamp<Index>(r, 0, b_.rows - 1) * b_.cols + std::clamp<Index>(c, 0, b_.cols - 1));
    return {{box_.x + std::clamp(x, 0.0, cols) / cols * box_.width,
             box_.bottom() - std::clamp(y, 0.0, rows) / rows * box_.height},
            b_.classes.empty() ? b_.values[nearest] - level_ : b_.values[nearest],
            b_.margins.empty() ? 0 : b_.margins[nearest]};
  }

  struct Piece {
    Point from, to;
    bool is_used = false;
  };
  // Neighbouring squares compute a crossing of their common side up to rounding.
  static std::pair<long, long> place(Point at) { return {std::lround(at.x * 1000), std::lround(at.y * 1000)}; }

  void add_crossings(Index r, Index c) {
    const std::array<Corner, 4> corners = corners_of(r, c);
    std::vector<Point> ends;
    double mean = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const Corner &a = corners[i], &z = corners[(i + 1) % 4];
      if (!std::isfinite(a.value) || !std::isfinite(z.value)) return;
      mean += a.value / 4;
      if ((a.value >= 0) == (z.value >= 0)) continue;
      ends.push_back(between(a, z, a.value / (a.value - z.value)));
    }
    // Of four crossings, the first and second enclose corner 1: they belong together if that corner is cut off.
    if (ends.size() == 4 && (corners[1].value >= 0) == (mean >= 0))
      std::rotate(ends.begin(), ends.begin() + 1, ends.end());
    for (std::size_t i = 0; i + 1 < ends.size(); i += 2) add_piece(ends[i], ends[i + 1]);
  }

  void add_class_crossings(Index r, Index c) {
    const std::array<Corner, 4> corners = corners_of(r, c);
    std::vector<Point> ends;
    Point middle;
    for (std::size_t i = 0; i < 4; ++i) {
      const Corner &a = corners[i], &z = corners[(i + 1) % 4];
      if (a.value == z.value || std::isnan(a.value) || std::isnan(z.value)) continue;
      const double t = a.margin / (a.margin + z.margin);
      ends.push_back(between(a, z, t >= 0 && t <= 1 ? t : 0.5));
      middle.x += ends.back().x;
      middle.y += ends.back().y;
    }
    const auto count = static_cast<double>(ends.size());
    if (ends.size() == 2)
      add_piece(ends[0], ends[1]);
    else
      for (const Point& end : ends) add_piece(end, {middle.x / count, middle.y / count});
  }

  void add_piece(Point from, Point to) {
    at_[place(from)].push_back(pieces_.size());
    at_[place(to)].push_back(pieces_.size());
    pieces_.push_back({from, to});
  }

  // From an end of piece `i` on, as long as pieces go on there.
  std::vector<Point> walk(std::size_t i, Point end) {
    pieces_[i].is_used = true;
    std::vector<Point> line = {end};
    for (bool goes_on = true; goes_on;) {
      goes_on = false;
      for (const std::size_t next : at_[place(line.back())]) {
        Piece& piece = pieces_[next];
        if (piece.is_used) continue;
        piece.is_used = goes_on = true;
        line.push_back(place(piece.from) == place(line.back()) ? piece.to : piece.from);
        break;
      }
    }
    return line;
  }

  const DecisionBoundary& b_;
  const Box& box_;
  double level_, width_;
  std::vector<Piece> pieces_;
  std::map<std::pair<long, long>, std::vector<std::size_t>> at_;
};

ChartFrame frame_of(const DecisionBoundary& b, const std::vector<SeriesLook>& looks, double bar) {
  ChartFrame::Request request{.title = b.title,
                              .x_label = b.x_label,
                              .y_label = b.y_label,
                              .x = {.low = b.x_low, .high = b.x_high},
                              .y = {.low = b.y_low, .high = b.y_high},
                              .look = b.look,
                              .extra_right = bar,
                              .has_grid = false};
  for (std::size_t i = 0; i < b.points.size(); ++i)
    if (!b.points[i].name.empty()) request.legend.push_back({b.points[i].name, looks[i]});
  for (std::size_t i = 0; i < b.paths.size(); ++i)
    if (!b.paths[i].name.empty()) request.legend.push_back({b.paths[i].name, look_of(b.paths[i], i)});
  if (b.points.empty())
    for (std::size_t i = 0; i < b.classes.size(); ++i)
      request.legend.push_back({b.classes[i], {.colour = mix(series_colour(i), kPaper, 0.68), .is_area = true}});
  return ChartFrame(std::move(request));
}

}  // namespace

CellCentres cell_centres(const DecisionBoundary& plane) {
  const auto centres = [](double low, double high, Index count) {
    std::vector<double> all;
    for (Index i = 0; i < count; ++i) {
      const double t = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
      all.push_back(low * (1 - t) + high * t);
    }
    return all;
  };
  return {centres(plane.x_low, plane.x_high, plane.cols), centres(plane.y_low, plane.y_high, plane.rows)};
}

std::vector<double> samples_at(const CellCentres& centres, const std::vector<double>& middle, std::size_t x,
                               std::size_t y) {
  std::vector<double> samples;
  for (const double second : centres.y)
    for (const double first : centres.x) {
      std::vector<double> sample = middle;
      sample[x] = first;
      sample[y] = second;
      samples.insert(samples.end(), sample.begin(), sample.end());
    }
  return samples;
}

Scene draw(const DecisionBoundary& boundary) {
  check(boundary);
  const NumberColours colours(boundary.colours, boundary.values);
  std::vector<SeriesLook> looks;
  for (std::size_t i = 0; i < boundary.points.size(); ++i) {
    constexpr std::array<Marker, 4> kShapes = {Marker::kCircle, Marker::kSquare, Marker::kTriangle, Marker::kDiamond};
    SeriesLook look = look_of(boundary.points[i], i);
    look.has_line = false;
    if (look.marker == Marker::kNone) look.marker = kShapes[i % kShapes.size()];
    // Classes 0 and 1 take the ends of the diverging map.
    const bool has_ends = boundary.classes.empty() && boundary.colours.map == ColourMap::kDiverging;
    if (has_ends && !boundary.points[i].colour && boundary.points.size() == 2)
      look.colour = i == 0 ? kNegative : kPositive;
    looks.push_back(std::move(look));
  }
  const bool has_bar = boundary.classes.empty();
  const double bar = has_bar ? colours.bar_width() + 20 : 0;
  const ChartFrame frame = frame_of(boundary, looks, bar);
  Scene scene{.width = boundary.look.width,
              .height = boundary.look.height,
              .title = boundary.title,
              .description = "what the network says over " + plain_text(boundary.x_label) + " and " +
                             plain_text(boundary.y_label)};
  const Box& plot = frame.plot();
  Group group{.elements = {areas(boundary, colours, plot)}, .clip = plot};
  if (has_bar)
    for (const double level : boundary.contours) LevelLine(boundary, plot, level, 0.6).add_to(group.elements);
  if (has_bar || !boundary.margins.empty())
    LevelLine(boundary, plot, boundary.level, 1.6).add_to(group.elements);
  else
    add_class_borders(boundary, plot, group.elements);
  group.data = SeriesData{"decision boundary",
                          {{"rows", {static_cast<double>(boundary.rows)}},
                           {"cols", {static_cast<double>(boundary.cols)}},
                           {"values", boundary.values}}};
  scene.add(std::move(group));
  for (std::size_t i = 0; i < boundary.paths.size(); ++i)
    scene.add(draw_series(boundary.paths[i], look_of(boundary.paths[i], i), frame));
  for (std::size_t i = 0; i < boundary.points.size(); ++i) scene.add(draw_series(boundary.points[i], looks[i], frame));
  frame.draw_around(scene);
  if (has_bar) colours.draw_bar(scene, {plot.right() + 14, plot.y, colours.bar_width(), plot.height});
  return scene;
}

}  // namespace isinglass
