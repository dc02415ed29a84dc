#include "isinglass/figure/colour.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace isinglass {
namespace {

using Rgb = std::array<double, 3>;

// How a colour looks to somebody who lacks one kind of cone. Source: Machado, Oliveira & Fernandes (2009), severity 1.
Rgb seen(const Colour& colour, const std::array<Rgb, 3>& matrix) {
  const auto linear = [](std::uint8_t byte) { return std::pow(byte / 255.0, 2.2); };
  const Rgb in = {linear(colour.red), linear(colour.green), linear(colour.blue)};
  Rgb out{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) out[i] += matrix[i][j] * in[j];
    out[i] = 255 * std::pow(std::clamp(out[i], 0.0, 1.0), 1 / 2.2);
  }
  return out;
}

TEST(Colour, ThePaletteStaysApartForColourBlindReaders) {
  constexpr std::array<Rgb, 3> kProtan = {
      {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}};
  constexpr std::array<Rgb, 3> kDeutan = {
      {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}};
  for (const auto& matrix : {kProtan, kDeutan})
    for (std::size_t i = 0; i < kPaletteSize; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const Rgb a = seen(series_colour(i), matrix), b = seen(series_colour(j), matrix);
        EXPECT_GT(std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), 35) << i << " and " << j;
      }
}

TEST(Colour, MapsRunFromEndToEndAndMarkMissingNumbers) {
  EXPECT_EQ(map_colour(ColourMap::kViridis, 0), rgb(0x440154));
  EXPECT_EQ(map_colour(ColourMap::kViridis, 1), rgb(0xfde725));
  EXPECT_EQ(map_colour(ColourMap::kGrey, 0.2), rgb(0x333333));
  EXPECT_EQ(map_colour(ColourMap::kDiverging, 0.5), rgb(0xf7f7f7));
  EXPECT_EQ(map_colour(ColourMap::kDiverging, -7), kNegative);
  EXPECT_EQ(map_colour(ColourMap::kDiverging, 7), kPositive);
  EXPECT_EQ(map_colour(ColourMap::kInferno, std::nan("")), kMissing);
}

TEST(Colour, TextIsReadableOnItsBackground) {
  EXPECT_EQ(readable_on(rgb(0x000000)), kPaper);
  EXPECT_EQ(readable_on(rgb(0xffffff)), kInk);
  EXPECT_EQ(readable_on(rgb(0xfde725)), kInk);
  EXPECT_EQ(readable_on(rgb(0x440154)), kPaper);
}

}  // namespace
}  // namespace isinglass
