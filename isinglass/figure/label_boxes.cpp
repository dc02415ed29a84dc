#include "isinglass/figure/label_boxes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "isinglass/figure/text_metrics.h"

namespace isinglass {
namespace {

constexpr double kTouch = 1e-6;  // overlaps of less are none

// The range of the corners along a direction.
struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -low;
};

Range shadow(const TurnedBox& box, Point direction) {
  Range range;
  for (const Point& corner : box.corners) {
    const double at = corner.x * direction.x + corner.y * direction.y;
    range.low = std::min(range.low, at);
    range.high = std::max(range.high, at);
  }
  return range;
}

// Two convex shapes are apart if their shadows on the normal of some side are.
bool apart_along_sides(const TurnedBox& a, const TurnedBox& b) {
  for (std::size_t i = 0; i < 2; ++i) {
    const Point side = {a.corners[i + 1].x - a.corners[i].x, a.corners[i + 1].y - a.corners[i].y};
    const double length = std::hypot(side.x, side.y);
    if (length == 0) continue;
    const Range of_a = shadow(a, {side.x / length, side.y / length});
    const Range of_b = shadow(b, {side.x / length, side.y / length});
    if (of_a.high <= of_b.low + kTouch || of_b.high <= of_a.low + kTouch) return true;
  }
  return false;
}

bool inside(const TurnedBox& box, const Box& room) {
  return std::ranges::all_of(box.corners, [&](const Point& corner) {
    return corner.x >= room.x - kTouch && corner.x <= room.right() + kTouch && corner.y >= room.y - kTouch &&
           corner.y <= room.bottom() + kTouch;
  });
}

void collect(const std::vector<Element>& elements, Point offset, std::vector<Text>& texts) {
  for (const Element& element : elements) {
    if (const auto* text = std::get_if<Text>(&element)) {
      texts.push_back(*text);
      texts.back().at.x += offset.x;
      texts.back().at.y += offset.y;
    } else if (const auto* group = std::get_if<Group>(&element)) {
      collect(group->elements, {offset.x + group->offset.x, offset.y + group->offset.y}, texts);
    }
  }
}

}  // namespace

TurnedBox box_of(const Text& text) {
  double width = 0, top = -kAscent * text.size, bottom = kDescent * text.size;
  for (const TextRun& run : text_runs(text.text, text.size)) {
    width += run.width;
    top = std::min(top, run.y - kAscent * run.size);
    bottom = std::max(bottom, run.y + kDescent * run.size);
  }
  const double left = text.anchor == Anchor::kStart ? 0 : text.anchor == Anchor::kMiddle ? -width / 2 : -width;
  const double turn = text.angle * std::numbers::pi / 180, c = std::cos(turn), s = std::sin(turn);
  const auto corner = [&](double x, double y) { return Point{text.at.x + c * x - s * y, text.at.y + s * x + c * y}; };
  return {{corner(left, top), corner(left + width, top), corner(left + width, bottom), corner(left, bottom)}};
}

TurnedBox box_of(const Box& box) {
  return {
      {Point{box.x, box.y}, Point{box.right(), box.y}, Point{box.right(), box.bottom()}, Point{box.x, box.bottom()}}};
}

bool overlap(const TurnedBox& a, const TurnedBox& b) {
  return !apart_along_sides(a, b) && !apart_along_sides(b, a);
}

bool crosses(const TurnedBox& box, Point from, Point to) {
  // A segment is a box without height; its normal has to be tried as well.
  const double length = std::hypot(to.x - from.x, to.y - from.y);
  if (length == 0) return false;
  const TurnedBox segment{{from, to, to, from}};
  const Point normal = {(from.y - to.y) / length, (to.x - from.x) / length};
  const Range of_box = shadow(box, normal), of_segment = shadow(segment, normal);
  if (of_box.high <= of_segment.low || of_box.low >= of_segment.high) return false;
  return !apart_along_sides(box, segment) && !apart_along_sides(segment, box);
}

bool LabelPlacer::is_free(const std::vector<Text>& candidate) const {
  return std::ranges::all_of(candidate, [&](const Text& text) {
    const TurnedBox box = box_of(text);
    return inside(box, room_) &&
           std::ranges::none_of(taken_, [&](const TurnedBox& taken) { return overlap(taken, box); });
  });
}

std::size_t LabelPlacer::lines_covered(const std::vector<Text>& candidate) const {
  std::size_t covered = 0;
  for (const Text& text : candidate) {
    const TurnedBox box = box_of(text);
    covered += static_cast<std::size_t>(
        std::ranges::count_if(lines_, [&](const Segment& line) { return crosses(box, line.from, line.to); }));
  }
  return covered;
}

std::optional<std::vector<Text>> LabelPlacer::place(const std::vector<std::vector<Text>>& candidates) {
  const std::vector<Text>* best = nullptr;
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (const std::vector<Text>& candidate : candidates) {
    if (!is_free(candidate)) continue;
    const std::size_t covered = lines_covered(candidate);
    if (covered >= fewest) continue;
    best = &candidate;
    fewest = covered;
    if (fewest == 0) break;
  }
  if (best == nullptr) return std::nullopt;
  for (const Text& text : *best) taken_.push_back(box_of(text));
  return *best;
}

std::vector<Text> texts_of(const Scene& scene) {
  std::vector<Text> texts;
  collect(scene.elements, {}, texts);
  return texts;
}

std::vector<std::string> label_faults(const Scene& scene) {
  const std::vector<Text> texts = texts_of(scene);
  std::vector<TurnedBox> boxes;
  for (const Text& text : texts) boxes.push_back(box_of(text));
  const auto name = [&](std::size_t i) { return "'" + plain_text(texts[i].text) + "'"; };
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!inside(boxes[i], {0, 0, scene.width, scene.height})) faults.push_back(name(i) + " leaves the picture");
    for (std::size_t j = 0; j < i; ++j)
      if (overlap(boxes[i], boxes[j])) faults.push_back(name(i) + " overlaps " + name(j));
  }
  return faults;
}

}  // namespace isinglass
