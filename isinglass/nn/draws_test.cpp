// Layers that draw random numbers: dropout and rrelu.
#include "isinglass/nn/draws.h"

#include <gtest/gtest.h>

#include "isinglass/nn/dropout.h"
#include "isinglass/nn/layer_rig.h"
#include "isinglass/nn/rrelu.h"

namespace isinglass {
namespace {

// 100 samples of 200 elements, all with value x.
struct Rig : LayerRig<float> {
  Rig(const Layer& layer, float value) : LayerRig<float>(layer, {{200}}, 100) {
    std::fill_n(x().data, x().size(), value);
  }
  std::vector<float> output() {
    forward();
    return {y().data, y().data + y().size()};
  }
};

TEST(Draws, OneByOneAreThoseOfARun) {
  Rig rig(Dropout{}, 1);
  const Forward<float> call = rig.forward_call(3, 2);
  Index seen = 0;
  for_each_draws(call, [&](Index n, Index j, std::span<const std::uint32_t> bits) {
    for (std::size_t i = 0; i < bits.size(); ++i, ++seen)
      ASSERT_EQ(bits[i], draw_of(call, n, j + static_cast<Index>(i)));
  });
  EXPECT_EQ(seen, 400);
}

TEST(Dropout, RemovesItsShareAndKeepsTheMean) {
  Rig rig(Dropout{.rate = 0.25}, 3);
  double sum = 0, removed = 0;
  for (const float y : rig.output()) {
    EXPECT_TRUE(y == 0 || y == 4) << y;  // 3 / (1 - 0.25)
    sum += y;
    removed += y == 0;
  }
  EXPECT_NEAR(removed / 20000, 0.25, 0.012);  // four deviations
  EXPECT_NEAR(sum / 20000, 3, 0.05);
}

TEST(Dropout, EachStepRemovesOthersAndASeedTheSame) {
  Rig rig(Dropout{}, 1);
  const std::vector<float> first = rig.output();
  EXPECT_EQ(rig.output(), first);
  rig.random.step = 1;
  EXPECT_NE(rig.output(), first);
}

TEST(Dropout, PassesEverythingAtInference) {
  Rig rig(Dropout{}, 3);
  rig.mode = Mode::kInference;
  EXPECT_EQ(rig.output(), std::vector<float>(20000, 3));
}

TEST(Rrelu, SlopesAreUniformBetweenLowerAndUpper) {
  Rig rig(Rrelu{.lower = 0.25, .upper = 0.75}, -1);
  double sum = 0, squares = 0;
  for (const float y : rig.output()) {
    const double slope = -y;
    EXPECT_GE(slope, 0.25);
    EXPECT_LE(slope, 0.75);
    sum += slope - 0.5;
    squares += (slope - 0.5) * (slope - 0.5);
  }
  EXPECT_NEAR(sum / 20000, 0, 0.005);
  EXPECT_NEAR(squares / 20000, 0.25 / 12, 0.0006);
}

TEST(Rrelu, HasItsMeanSlopeAtInference) {
  Rig rig(Rrelu{.lower = 0.25, .upper = 0.75}, -3);
  rig.mode = Mode::kInference;
  EXPECT_EQ(rig.output(), std::vector<float>(20000, -1.5f));
}

}  // namespace
}  // namespace isinglass
