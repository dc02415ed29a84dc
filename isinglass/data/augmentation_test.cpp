#include "isinglass/data/augmentation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "isinglass/data/dataset.h"
#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

using Numbers = std::vector<double>;

Augmentation from(const std::string& text) {
  return Augmentation::read(*parse_toml("augment = " + text, "e.toml").find("augment"));
}

std::string refusal(const Augmentation& augmentation, const Shape& shape) {
  try {
    augmentation.check(shape);
  } catch (const OptionError& error) {
    return error.what();
  }
  return "accepted";
}

// 1, 2, 3, ... as `rows` equal samples.
Numbers counting(const Shape& shape, Index rows) {
  Numbers x(static_cast<std::size_t>(size_of(shape) * rows));
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<double>(i % static_cast<std::size_t>(size_of(shape))) + 1;
  return x;
}

Numbers moved(const Augmentation& a, const Shape& shape, Index rows, std::uint64_t step = 0, double fill = 0) {
  Numbers x = counting(shape, rows);
  a.move(View<double>(x.data(), rows, size_of(shape)), shape, {.seed = 5, .step = step}, 0, fill);
  return x;
}

// How often each result came up among `rows` samples.
std::map<Numbers, Index> outcomes(const Augmentation& a, const Shape& shape, Index rows, double fill = 0) {
  const Numbers x = moved(a, shape, rows, 0, fill);
  std::map<Numbers, Index> counts;
  const auto width = static_cast<std::ptrdiff_t>(size_of(shape));
  for (Index r = 0; r < rows; ++r) ++counts[Numbers(x.begin() + r * width, x.begin() + (r + 1) * width)];
  return counts;
}

TEST(Augmentation, ShiftsByHand) {
  // 1 2 3
  // 4 5 6      by at most 1 in each direction: nine results, about as often each.
  const std::map<Numbers, Index> found = outcomes({.shift = 1}, {2, 3}, 9000, -1);
  const std::vector<Numbers> expected{
      {1, 2, 3, 4, 5, 6},    {-1, 1, 2, -1, 4, 5},   {2, 3, -1, 5, 6, -1},
      {-1, -1, -1, 1, 2, 3}, {-1, -1, -1, -1, 1, 2}, {-1, -1, -1, 2, 3, -1},
      {4, 5, 6, -1, -1, -1}, {-1, 4, 5, -1, -1, -1}, {5, 6, -1, -1, -1, -1},
  };
  EXPECT_EQ(found.size(), expected.size());
  for (const Numbers& image : expected) {
    ASSERT_TRUE(found.contains(image)) << testing::PrintToString(image);
    EXPECT_NEAR(static_cast<double>(found.at(image)), 1000, 150) << testing::PrintToString(image);
  }
}

TEST(Augmentation, LongShiftsReachBothEnds) {
  const std::map<Numbers, Index> found = outcomes({.shift = 3}, {4}, 7000);
  const std::vector<Numbers> expected{{1, 2, 3, 4}, {0, 1, 2, 3}, {0, 0, 1, 2}, {0, 0, 0, 1},
                                      {2, 3, 4, 0}, {3, 4, 0, 0}, {4, 0, 0, 0}};
  EXPECT_EQ(found.size(), expected.size());
  for (const Numbers& signal : expected)
    EXPECT_NEAR(static_cast<double>(found.contains(signal) ? found.at(signal) : 0), 1000, 150)
        << testing::PrintToString(signal);
}

TEST(Augmentation, FlipsByHand) {
  const auto share = [](const std::map<Numbers, Index>& found, const Numbers& image) {
    return static_cast<double>(found.contains(image) ? found.at(image) : 0) / 8000;
  };
  const Numbers as_is{1, 2, 3, 4, 5, 6}, across{3, 2, 1, 6, 5, 4}, down{4, 5, 6, 1, 2, 3}, turned{6, 5, 4, 3, 2, 1};
  const auto horizontal = outcomes({.flip = "horizontal"}, {2, 3}, 8000);
  EXPECT_EQ(horizontal.size(), 2u);
  EXPECT_NEAR(share(horizontal, across), 0.5, 0.03);
  const auto vertical = outcomes({.flip = "vertical"}, {2, 3}, 8000);
  EXPECT_EQ(vertical.size(), 2u);
  EXPECT_NEAR(share(vertical, down), 0.5, 0.03);
  const auto both = outcomes({.flip = "both"}, {2, 3}, 8000);
  EXPECT_EQ(both.size(), 4u);
  for (const Numbers& image : {as_is, across, down, turned}) EXPECT_NEAR(share(both, image), 0.25, 0.03);
}

TEST(Augmentation, ChannelsMoveTogether) {
  const Augmentation a{.shift = 2, .flip = "both"};
  const Numbers x = moved(a, {3, 5, 4}, 50);
  for (std::size_t sample = 0; sample < 50; ++sample)
    for (std::size_t i = 0; i < 20; ++i) {
      const double first = x[sample * 60 + i], second = x[sample * 60 + 20 + i], third = x[sample * 60 + 40 + i];
      EXPECT_EQ(second, first == 0 ? 0 : first + 20);
      EXPECT_EQ(third, first == 0 ? 0 : first + 40);
    }
}

TEST(Augmentation, AnAxisOfOneDoesNotShift) {
  for (const auto& [signal, count] : outcomes({.shift = 1}, {1, 3}, 100)) EXPECT_NE(signal, (Numbers{0, 0, 0}));
  EXPECT_EQ(outcomes({.shift = 1}, {1, 3}, 100).size(), 3u);
}

TEST(Augmentation, NoiseIsNormalAndIndependent) {
  constexpr Index kRows = 400, kWidth = 501;  // odd, and more than a block of draws
  Numbers x(kRows * kWidth, 10.0);
  Augmentation{.noise = 0.5}.add_noise(View<double>(x.data(), kRows, kWidth), {.seed = 3, .step = 9}, 0);
  double sum = 0, squares = 0, fourth = 0, neighbours = 0, rows = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double z = (x[i] - 10) / 0.5;
    sum += z;
    squares += z * z;
    fourth += z * z * z * z;
    if (i > 0) neighbours += z * (x[i - 1] - 10) / 0.5;
    if (i >= kWidth) rows += z * (x[i - kWidth] - 10) / 0.5;
  }
  const auto n = static_cast<double>(x.size());
  EXPECT_NEAR(sum / n, 0, 0.01);
  EXPECT_NEAR(squares / n, 1, 0.02);
  EXPECT_NEAR(fourth / n, 3, 0.1);
  EXPECT_NEAR(neighbours / n, 0, 0.01);
  EXPECT_NEAR(rows / n, 0, 0.01);
}

TEST(Augmentation, TheSameBitsInAnyPartsOfTheBatch) {
  const Shape shape{1, 19, 16};  // 304 numbers: two blocks of draws
  const Augmentation a{.shift = 3, .flip = "both", .noise = 0.1};
  const auto augmented = [&](const std::vector<Index>& cuts) {
    Numbers x = counting(shape, 12);
    const View<double> all(x.data(), 12, size_of(shape));
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      const View<double> part = all.middle_rows(cuts[i], cuts[i + 1] - cuts[i]);
      a.move(part, shape, {.seed = 1, .step = 7}, cuts[i], 0.0);
      a.add_noise(part, {.seed = 1, .step = 7}, cuts[i]);
    }
    return x;
  };
  const Numbers whole = augmented({0, 12});
  EXPECT_EQ(augmented({0, 1, 2, 5, 11, 12}), whole);
  EXPECT_EQ(augmented({0, 6, 12}), whole);
}

TEST(Augmentation, StepsSeedsAndPositionsDraw) {
  const Augmentation a{.shift = 2};
  EXPECT_EQ(moved(a, {8, 8}, 10, 1), moved(a, {8, 8}, 10, 1));
  EXPECT_NE(moved(a, {8, 8}, 10, 1), moved(a, {8, 8}, 10, 2));
  EXPECT_GT(outcomes(a, {8, 8}, 10).size(), 3u);
}

TEST(Augmentation, FloatAndDoubleDrawAlike) {
  const Augmentation a{.shift = 2, .flip = "horizontal", .noise = 0.25};
  const Shape shape{6, 5};
  Numbers wide = counting(shape, 3);
  std::vector<float> narrow(wide.begin(), wide.end());
  const View<double> x(wide.data(), 3, 30);
  const View<float> y(narrow.data(), 3, 30);
  a.move(x, shape, {.seed = 4}, 0, 0.0);
  a.add_noise(x, {.seed = 4}, 0);
  a.move(y, shape, {.seed = 4}, 0, 0.0f);
  a.add_noise(y, {.seed = 4}, 0);
  for (std::size_t i = 0; i < wide.size(); ++i) EXPECT_NEAR(static_cast<double>(narrow[i]), wide[i], 1e-5);
}

TEST(Augmentation, RefusesWhatDoesNotFitTheSamples) {
  EXPECT_EQ(refusal({.shift = 1, .flip = "horizontal"}, {5}),
            "[data] augment: flip needs images (H, W) or (C, H, W), but a sample of the data has the shape (5); leave "
            "flip out, or give the images' shape as input_shape");
  EXPECT_EQ(refusal({.shift = 28}, {1, 28, 40}),
            "[data] augment: shift = 28 moves samples out of sight; expected at most 27, as a sample has the shape (1, "
            "28, 40)");
  EXPECT_EQ(refusal({.shift = 27, .flip = "both", .noise = 1}, {3, 28, 28}), "accepted");
  EXPECT_EQ(refusal({.shift = 3}, {1, 4}), "accepted");
  EXPECT_EQ(refusal({.noise = 1}, {5}), "accepted");
  EXPECT_THROW(from("{ shift = -1 }"), OptionError);
  EXPECT_THROW(from("{ shift = 1.5 }"), OptionError);
  EXPECT_THROW(from("{ noise = -0.1 }"), OptionError);
  EXPECT_THROW(from("{ flip = \"sideways\" }"), OptionError);
  EXPECT_THROW(from("{ rotate = 5 }"), OptionError);
  EXPECT_THROW(from("\"flip\""), OptionError);
}

TEST(Augmentation, IsWrittenAsItWasRead) {
  const Augmentation a = from("{ shift = 2, flip = \"both\", noise = 0.05 }");
  EXPECT_EQ(Augmentation::read(a.write()).write(), a.write());
  EXPECT_EQ(a.flip, "both");
  EXPECT_TRUE(Augmentation{}.write().is_null());
}

// Two images 1 x 3 of the bytes 0 and 255, scaled to -1 and 1.
Dataset images(TargetKind kind, const Augmentation& augmentation) {
  Array bytes{DType::kU8, {2, 1, 3}, std::vector<std::byte>(6, std::byte{255})};
  bytes.bytes[1] = std::byte{0};
  return Dataset({.inputs = std::make_shared<const Array>(std::move(bytes)),
                  .rows = {0, 1},
                  .input_shape = {1, 3},
                  .center = {127.5},
                  .spread = {127.5},
                  .kind = kind,
                  .targets = kind == TargetKind::kValues ? Numbers{7, 8} : Numbers{},
                  .outputs = 1})
      .with_augmentation(augmentation);
}

TEST(AugmentedDataset, ARawZeroComesInAndOnlyAugmentChangesAnything) {
  const Dataset data = images(TargetKind::kValues, {.shift = 2});
  Numbers x(6), y(2);
  const View<double> vx(x.data(), 2, 3), vy(y.data(), 2, 1);
  const std::vector<Index> rows{0, 1};
  bool has_shifted = false;
  for (std::uint64_t step = 0; step < 20; ++step) {
    data.gather<double>(rows, vx, vy, {});
    EXPECT_EQ(x, (Numbers{1, -1, 1, 1, 1, 1}));
    data.augment(vx, vy, {.seed = 1, .step = step}, 0);
    EXPECT_EQ(y, (Numbers{7, 8}));
    for (const double value : x) EXPECT_TRUE(value == 1 || value == -1);
    has_shifted |= std::ranges::count(x, -1.0) > 1;
  }
  EXPECT_TRUE(has_shifted);
}

TEST(AugmentedDataset, AnAutoencodersTargetMovesWithItsInputAndHasNoNoise) {
  const Dataset data = images(TargetKind::kInputs, {.shift = 2, .noise = 0.1});
  const Dataset quiet = images(TargetKind::kInputs, {.shift = 2});
  const std::vector<Index> rows{0, 1};
  const auto batch = [&](const Dataset& of) {
    Numbers x(6), y(6);
    const View<double> vx(x.data(), 2, 3), vy(y.data(), 2, 3);
    of.gather<double>(rows, vx, vy, {});
    of.augment(vx, vy, {.seed = 1, .step = 3}, 0);
    return std::pair(x, y);
  };
  const auto [noisy, target] = batch(data);
  const auto [clean, same] = batch(quiet);
  EXPECT_EQ(target, clean);
  EXPECT_EQ(same, clean);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NE(noisy[i], clean[i]);
    EXPECT_NEAR(noisy[i], clean[i], 0.6);
  }
}

TEST(AugmentedDataset, SubsetsStayAugmentedAndScalesForEachInputAreNotShifted) {
  EXPECT_TRUE(images(TargetKind::kValues, {.shift = 1}).subset(std::vector<Index>{1}).is_augmented());
  Array numbers{DType::kF64, {1, 2}, std::vector<std::byte>(16)};
  const Dataset features({.inputs = std::make_shared<const Array>(std::move(numbers)),
                          .rows = {0},
                          .input_shape = {2},
                          .center = {1, 2},
                          .spread = {1, 1}});
  EXPECT_THROW(features.with_augmentation({.shift = 1}), OptionError);
  EXPECT_NO_THROW(features.with_augmentation({.noise = 1}));
}

}  // namespace
}  // namespace isinglass
