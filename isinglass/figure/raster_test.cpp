#include "isinglass/figure/raster.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "isinglass/base/error.h"
#include "isinglass/figure/svg.h"
#include "isinglass/io/file.h"
#include "isinglass/io/png.h"

namespace isinglass {
namespace {

Colour pixel(const Array& image, Index row, Index col) {
  const std::uint8_t* const p = image.data<std::uint8_t>() + (row * image.shape[1] + col) * 3;
  return {p[0], p[1], p[2]};
}

Scene shapes() {
  Scene scene{.width = 40, .height = 20};
  scene.add(Rectangle{.box = {0, 0, 10, 10}, .fill = rgb(0xff0000)});
  scene.add(Circle{.centre = {15, 5}, .radius = 5, .fill = rgb(0x00ff00)});
  scene.add(Polyline{.points = {{20, 5}, {30, 5}}, .stroke = Stroke{.colour = rgb(0x0000ff), .width = 4}});
  scene.add(Pixels{.box = {0, 10, 20, 10}, .rows = 1, .cols = 2, .rgb = {1, 2, 3, 200, 100, 50}});
  scene.add(Group{.elements = {Rectangle{.box = {0, 0, 20, 10}, .fill = rgb(0x123456)}},
                  .offset = {20, 10},
                  .clip = Box{0, 0, 5, 10}});
  return scene;
}

TEST(Raster, ShapesStandWhereTheSceneHasThem) {
  const Array image = parse_png(to_png(shapes(), 2), "figure");
  ASSERT_EQ(image.shape, (Shape{40, 80, 3}));
  EXPECT_EQ(pixel(image, 10, 10), rgb(0xff0000));
  EXPECT_EQ(pixel(image, 10, 30), rgb(0x00ff00));
  EXPECT_EQ(pixel(image, 1, 21), kPaper) << "beside the circle";
  EXPECT_EQ(pixel(image, 10, 50), rgb(0x0000ff));
  EXPECT_EQ(pixel(image, 3, 50), kPaper);
  EXPECT_EQ(pixel(image, 30, 19), rgb(0x010203));
  EXPECT_EQ(pixel(image, 30, 20), rgb(0xc86432)) << "cells have hard edges";
  EXPECT_EQ(pixel(image, 30, 45), rgb(0x123456));
  EXPECT_EQ(pixel(image, 30, 60), kPaper) << "clipped";
}

TEST(Raster, TextLeavesInkWithinItsBox) {
  Scene scene{.width = 60, .height = 20};
  scene.add(Text{.at = {5, 15}, .text = "H_{4}", .size = 14});
  const Array image = parse_png(to_png(scene, 1), "figure");
  Index ink = 0;
  for (Index r = 0; r < 20; ++r)
    for (Index c = 0; c < 60; ++c)
      if (pixel(image, r, c).red < 128) {
        ++ink;
        EXPECT_GE(c, 4);
        EXPECT_LT(c, 30);
      }
  EXPECT_GT(ink, 20);
}

TEST(Raster, ImpossibleSizesAreRefused) {
  for (const double scale : {0.0, -1.0, std::nan(""), 1e9, std::numeric_limits<double>::infinity(), 1000.0})
    EXPECT_THROW(to_png(shapes(), scale), InputError) << scale;
  EXPECT_THROW(to_png(Scene{}), InputError);
}

TEST(Raster, TheEndingDecides) {
  const std::string svg = testing::TempDir() + "isinglass_raster_test.svg";
  const std::string png = testing::TempDir() + "isinglass_raster_test.PNG";
  write_figure(shapes(), svg);
  write_figure(shapes(), png, 1);
  EXPECT_EQ(read_file(svg), to_svg(shapes()));
  EXPECT_TRUE(is_png(read_file(png)));
  EXPECT_THROW(write_figure(shapes(), testing::TempDir() + "figure.jpg"), InputError);
}

}  // namespace
}  // namespace isinglass
