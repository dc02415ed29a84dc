#include "isinglass/figure/label_boxes.h"

#include <gtest/gtest.h>

namespace isinglass {
namespace {

Text label(double x, double y, double angle = 0) {
  return {.at = {x, y}, .text = "label", .size = 10, .angle = angle};
}

TEST(LabelBoxes, OverlapOfTurnedBoxes) {
  const TurnedBox square = box_of(Box{0, 0, 10, 10});
  EXPECT_TRUE(overlap(square, box_of(Box{5, 5, 10, 10})));
  EXPECT_TRUE(overlap(square, box_of(Box{3, 3, 2, 2})));
  EXPECT_FALSE(overlap(square, box_of(Box{10, 0, 10, 10}))) << "touching is no overlap";
  // A diamond beside the corner: the upright boxes around them would overlap.
  const TurnedBox diamond{{Point{16, 6}, Point{26, 16}, Point{16, 26}, Point{6, 16}}};
  EXPECT_FALSE(overlap(square, diamond));
  const TurnedBox nearer{{Point{13, 3}, Point{23, 13}, Point{13, 23}, Point{3, 13}}};
  EXPECT_TRUE(overlap(square, nearer));
}

TEST(LabelBoxes, SegmentsThroughBoxes) {
  const TurnedBox square = box_of(Box{0, 0, 10, 10});
  EXPECT_TRUE(crosses(square, {-5, 5}, {15, 5}));
  EXPECT_TRUE(crosses(square, {2, 2}, {3, 3}));
  EXPECT_FALSE(crosses(square, {-5, 11}, {15, 11}));
  EXPECT_FALSE(crosses(square, {0, 15}, {15, 0}) && crosses(square, {8, 15}, {15, 8}));
}

TEST(LabelBoxes, FaultsOfAScene) {
  Scene scene{.width = 200, .height = 100};
  scene.add(label(10, 20));
  scene.add(Group{.elements = {label(0, 40)}, .offset = {10, 0}});
  EXPECT_TRUE(label_faults(scene).empty());
  scene.add(Group{.elements = {label(0, 0)}, .offset = {15, 24}});
  scene.add(label(180, 80));
  const auto faults = label_faults(scene);
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0], "'label' overlaps 'label'");
  EXPECT_EQ(faults[1], "'label' leaves the picture");
}

TEST(LabelBoxes, ThePlacerFindsWhatCoversLeast) {
  LabelPlacer placer({0, 0, 200, 100});
  placer.keep_free(box_of(Box{0, 0, 50, 50}));
  placer.keep_visible({0, 78}, {200, 78});
  // On what is taken; on the line; free.
  auto placed = placer.place({{label(10, 20)}, {label(10, 80)}, {label(100, 20)}});
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->front().at, (Point{100, 20}));
  // The free place is taken now: the line is the lesser evil.
  placed = placer.place({{label(10, 20)}, {label(10, 80)}, {label(100, 20)}});
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->front().at, (Point{10, 80}));
  EXPECT_FALSE(placer.place({{label(10, 20)}, {label(10, 80)}, {label(100, 20)}, {label(195, 20)}}));
}

}  // namespace
}  // namespace isinglass
