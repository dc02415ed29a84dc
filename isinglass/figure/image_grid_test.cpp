#include "isinglass/figure/image_grid.h"

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

TEST(ImageGrid, ImagesAreReadBack) {
  ImageGrid grid{
      .title = "Reconstructions of some images", .columns = 3, .row_names = {"input", "output"}, .has_bar = true};
  for (int i = 0; i < 5; ++i)
    grid.images.push_back(
        {.rows = 4, .cols = 3 + i, .values = wave(4 * (3 + i)), .caption = "sample " + std::to_string(i)});
  grid.images.push_back({.channels = 3, .rows = 2, .cols = 2, .values = wave(12)});
  const Scene scene = draw(grid);
  expect_sound(scene);
  const auto read = read_series(to_svg(scene), "f.svg");
  ASSERT_EQ(read.size(), 6u);
  EXPECT_EQ(series_named(read, "image 4").column("values"), grid.images[4].values);
  expect_sound(draw(ImageGrid{.title = "Nothing"}));
}

TEST(ImageGrid, ColoursOfThreeChannels) {
  const Scene scene =
      draw(ImageGrid{.images = {{.channels = 3, .rows = 1, .cols = 2, .values = {1, 0, 0.2, 0, 0, 1}}}});
  EXPECT_EQ(first_pixels(scene.elements)->rgb, (std::vector<std::uint8_t>{255, 51, 0, 0, 0, 255}));
  EXPECT_THROW(draw(ImageGrid{.images = {{.channels = 2, .rows = 1, .cols = 1, .values = {1, 1}}}}), InputError);
  EXPECT_THROW(draw(ImageGrid{.images = {{.rows = 3, .cols = 3, .values = {1, 1}}}}), InputError);
}

TEST(ImageGrid, AnyGridIsSound) {
  for (const Index columns : {1, 3, 40})
    for (const bool has_captions : {true, false}) {
      ImageGrid grid{.title = "A title that is wider than a narrow grid", .columns = columns, .has_bar = !has_captions};
      for (int i = 0; i < 7; ++i)
        grid.images.push_back({.rows = 1 + i,
                               .cols = 7 - i,
                               .values = wave((1 + i) * (7 - i)),
                               .caption = has_captions ? "a long caption " + std::to_string(i) : ""});
      expect_sound(draw(grid));
    }
  EXPECT_THROW(draw(ImageGrid{.columns = 0}), InputError);
}

}  // namespace
}  // namespace isinglass
