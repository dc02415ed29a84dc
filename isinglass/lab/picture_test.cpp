#include "isinglass/lab/picture.h"

#include <gtest/gtest.h>

namespace isinglass {
namespace {

Array image_of(Shape shape, const std::vector<int>& pixels) {
  Array image{.type = DType::kU8, .shape = std::move(shape)};
  for (const int pixel : pixels) image.bytes.push_back(static_cast<std::byte>(pixel));
  return image;
}

TEST(Picture, SamplesAreWhatTheySay) {
  for (const int dimensions : {1, 2})
    for (const SamplePicture& picture : sample_pictures(dimensions)) {
      EXPECT_EQ(static_cast<Index>(picture.plane.values.size()), picture.plane.rows * picture.plane.cols);
      EXPECT_EQ(picture.plane.rows == 1, dimensions == 1) << picture.name;
    }
}

TEST(Picture, SmallOnesAreKept) {
  const Plane plane = grey_picture(image_of({2, 3}, {0, 51, 102, 153, 204, 255}), 8);
  EXPECT_EQ(plane, Plane(2, 3, {0, 0.2, 0.4, 0.6, 0.8, 1}));
}

TEST(Picture, LargeOnesAreAveraged) {
  const Plane plane = grey_picture(image_of({2, 4}, {0, 255, 255, 255, 0, 255, 255, 255}), 2);
  EXPECT_EQ(plane, Plane(1, 2, {0.5, 1}));
}

TEST(Picture, ColoursBecomeGrey) {
  const Plane plane = grey_picture(image_of({1, 2, 3}, {255, 0, 0, 255, 255, 255}), 8);
  EXPECT_NEAR(plane(0, 0), 0.299, 1e-12);
  EXPECT_NEAR(plane(0, 1), 1, 1e-12);
}

}  // namespace
}  // namespace isinglass
