#include "isinglass/nn/spatial_dropout.h"

#include <gtest/gtest.h>

#include <set>

#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

constexpr Index kChannels = 50, kPlaces = 6, kRows = 200;

// All numbers are `value`.
struct Rig : LayerRig<float> {
  explicit Rig(double rate, float value = 3)
      : LayerRig<float>(SpatialDropout{.rate = rate}, {{kChannels, 2, 3}}, kRows) {
    std::fill_n(x().data, x().size(), value);
    std::fill_n(dy().data, dy().size(), 1.0f);
  }
};

TEST(SpatialDropout, RemovesItsShareOfWholeChannels) {
  Rig rig(0.25);
  rig.forward();
  rig.backward();
  double removed = 0;
  std::set<std::vector<float>> patterns;
  for (Index n = 0; n < kRows; ++n) {
    std::vector<float> pattern;
    for (Index c = 0; c < kChannels; ++c) {
      pattern.push_back(rig.y()(n, c * kPlaces));
      removed += pattern.back() == 0;
      ASSERT_TRUE(pattern.back() == 0 || pattern.back() == 4) << pattern.back();  // 3 / (1 - 0.25)
      for (Index p = 0; p < kPlaces; ++p) {
        ASSERT_EQ(rig.y()(n, c * kPlaces + p), pattern.back());
        ASSERT_EQ(rig.dx()(n, c * kPlaces + p), pattern.back() / 3);
      }
    }
    patterns.insert(pattern);
  }
  EXPECT_EQ(patterns.size(), static_cast<std::size_t>(kRows));                  // each sample has its own
  EXPECT_NEAR(removed / static_cast<double>(kRows * kChannels), 0.25, 0.0174);  // four deviations
}

TEST(SpatialDropout, PassesEverythingAtInference) {
  Rig rig(0.5);
  rig.mode = Mode::kInference;
  rig.forward();
  EXPECT_EQ(std::vector<float>(rig.y().data, rig.y().data + rig.y().size()),
            std::vector<float>(static_cast<std::size_t>(rig.y().size()), 3));
}

TEST(SpatialDropout, NamesTheShapeItExpects) {
  try {
    Layer(SpatialDropout{}).output_shape({{5}});
    FAIL();
  } catch (const ShapeError& e) {
    EXPECT_STREQ(
        e.what(),
        "spatial_dropout: the input must have channels and places, (C, L) or (C, H, W), got (5); take dropout");
  }
}

}  // namespace
}  // namespace isinglass
