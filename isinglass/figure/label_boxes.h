// isinglass/figure/label_boxes.h - the room that text takes: placing labels where they cover nothing, and checking it.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "isinglass/figure/scene.h"

namespace isinglass {

// A rectangle at any angle, by its corners in turn.
struct TurnedBox {
  std::array<Point, 4> corners;
};

TurnedBox box_of(const Text& text);
TurnedBox box_of(const Box& box);
bool overlap(const TurnedBox& a, const TurnedBox& b);  // touching is none
bool crosses(const TurnedBox& box, Point from, Point to);

// Finds places for labels, one after the other.
class LabelPlacer {
 public:
  explicit LabelPlacer(const Box& room) : room_(room) {}

  void keep_free(const TurnedBox& box) { taken_.push_back(box); }            // no label here
  void keep_visible(Point from, Point to) { lines_.push_back({from, to}); }  // better none on this line

  // The first candidate of those that cover the fewest lines, all inside the room and clear of what is taken; its place
  // is then taken. A candidate may have several lines of text. Nothing when none is free.
  std::optional<std::vector<Text>> place(const std::vector<std::vector<Text>>& candidates);

 private:
  struct Segment {
    Point from, to;
  };
  bool is_free(const std::vector<Text>& candidate) const;
  std::size_t lines_covered(const std::vector<Text>& candidate) const;

  Box room_;
  std::vector<TurnedBox> taken_;
  std::vector<Segment> lines_;
};

// What is wrong with the texts of a scene, one sentence each: two that overlap, one that leaves the picture.
std::vector<std::string> label_faults(const Scene& scene);

// All texts of a scene, moved to where they are seen.
std::vector<Text> texts_of(const Scene& scene);

}  // namespace isinglass
