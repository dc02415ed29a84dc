#include "isinglass/lab/pooling_shift.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

const PoolingRow& row(const PoolingExperiment& experiment, const std::string& name) {
  const auto found = std::ranges::find(experiment.rows, name, &PoolingRow::name);
  EXPECT_NE(found, experiment.rows.end()) << name;
  return *found;
}

const Plane kIdentity(1, 1, {1});

// One bright pixel, 16 x 24, in column 8 of the window at rest.
Plane one_pixel(Index shifts) {
  Plane image(16, 24, std::vector<double>(16 * 24, 0.0));
  image.values[static_cast<std::size_t>(6 * 24 + 8 + shifts)] = 1;
  return image;
}

TEST(PoolingShift, AMaximumStaysUntilItLeavesItsWindow) {
  const PoolingExperiment experiment = pooling_experiment(one_pixel(4), kIdentity, 4);
  // At rest in column 8, the first of a window of 4: shifts of 1 to 3 stay inside.
  const PoolingRow& of_four = row(experiment, "max 4 x 4");
  EXPECT_EQ(of_four.rows, 4);
  EXPECT_EQ(of_four.cols, 5);
  for (std::size_t s = 0; s < 4; ++s) EXPECT_EQ(of_four.distance[s], 0) << s;
  EXPECT_GT(of_four.distance[4], 0.9);
  EXPECT_EQ(of_four.changed[3], 0);
  EXPECT_EQ(of_four.changed[4], 1);
  const PoolingRow& of_two = row(experiment, "max 2 x 2");
  EXPECT_EQ(of_two.distance[1], 0);
  EXPECT_GT(of_two.distance[2], 0.9);
}

TEST(PoolingShift, WithoutPoolingTheDistanceIsThatOfTwoPixels) {
  const PoolingExperiment experiment = pooling_experiment(one_pixel(4), kIdentity, 4);
  const PoolingRow& none = row(experiment, "none");
  const double n = 16 * 20, spread = std::sqrt((1 - 1 / n) * (1 - 1 / n) + (n - 1) / (n * n));
  EXPECT_EQ(none.distance[0], 0);
  EXPECT_NEAR(none.distance[1], std::sqrt(2.0) / (std::sqrt(2.0) * spread), 1e-14);
  EXPECT_EQ(none.changed[1], 1);
  EXPECT_EQ(none.outputs[3](6, 11), 1);
}

TEST(PoolingShift, PoolingKeepsAnImageInPlaceBetterThanNone) {
  const Plane sobel(3, 3, {-1, 0, 1, -2, 0, 2, -1, 0, 1});
  const PoolingExperiment experiment = pooling_experiment(demonstration_image(), sobel, 8);
  const double none = row(experiment, "none").distance[1];
  EXPECT_LT(row(experiment, "max 2 x 2").distance[1], none);
  EXPECT_LT(row(experiment, "max 4 x 4").distance[1], row(experiment, "max 2 x 2").distance[1]);
  EXPECT_LT(row(experiment, "average 4 x 4").distance[1], row(experiment, "average 2 x 2").distance[1]);
  // What helps is the window, not that fewer numbers are left.
  EXPECT_GT(row(experiment, "every second, no pooling").distance[1], 0.8 * none);
}

TEST(PoolingShift, RefusesWhatHasNothingToShift) {
  EXPECT_THROW(pooling_experiment(Plane(16, 23, std::vector<double>(16 * 23, 0.5)), kIdentity, 8), InputError);
  EXPECT_THROW(pooling_experiment(Plane(16, 24, std::vector<double>(16 * 24, 0.5)), kIdentity, 8), InputError);
}

TEST(PoolingShift, GreyIsTheMeanOfBlocksAndChannels) {
  Array image{.type = DType::kU8, .shape = {2, 512}};
  for (Index i = 0; i < 1024; ++i) image.bytes.push_back(static_cast<std::byte>(i % 2 == 0 ? 255 : 0));
  const Plane grey = grey_plane(image);
  EXPECT_EQ(grey.rows, 1);
  EXPECT_EQ(grey.cols, 256);
  EXPECT_EQ(grey(0, 100), 0.5);
  image = {.type = DType::kU8, .shape = {1, 1, 3}, .bytes = {std::byte{255}, std::byte{0}, std::byte{0}}};
  EXPECT_NEAR(grey_plane(image)(0, 0), 1.0 / 3, 1e-15);
}

}  // namespace
}  // namespace isinglass
