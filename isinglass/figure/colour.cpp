#include "isinglass/figure/colour.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace isinglass {
namespace {

constexpr std::array<std::uint32_t, kPaletteSize> kPalette = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7,
                                                              0x56b4e9, 0xe69f00, 0x4d4d4d};
constexpr std::array<std::uint32_t, 9> kViridisStops = {0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c,
                                                        0x28ae80, 0x5ec962, 0xaddc30, 0xfde725};
constexpr std::array<std::uint32_t, 11> kInfernoStops = {0x000004, 0x160b39, 0x420a68, 0x6a176e, 0x932667, 0xbc3754,
                                                         0xdd513a, 0xf37819, 0xfca50a, 0xf6d746, 0xfcffa4};
constexpr std::array<std::uint32_t, 2> kGreyStops = {0x000000, 0xffffff};
constexpr std::array<std::uint32_t, 9> kDivergingStops = {0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7,
                                                          0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b};

struct Hue {
  std::uint32_t light, dark;
};
constexpr std::array<Hue, 6> kHues = {{{0xf08080, 0x8b0000},
                                       {0x4da6e8, 0x08306b},
                                       {0xf5a623, 0xa65300},
                                       {0x5bb98c, 0x00522f},
                                       {0xc48ac9, 0x5b1a63},
                                       {0x9a9a9a, 0x333333}}};

std::span<const std::uint32_t> stops_of(ColourMap map) {
  switch (map) {
    case ColourMap::kInferno:
      return kInfernoStops;
    case ColourMap::kGrey:
      return kGreyStops;
    case ColourMap::kDiverging:
      return kDivergingStops;
    case ColourMap::kViridis:
      break;
  }
  return kViridisStops;
}

std::uint8_t mix(std::uint8_t a, std::uint8_t b, double t) {
  return static_cast<std::uint8_t>(std::lround(a + (b - a) * t));
}

// Relative luminance of sRGB; source: WCAG 2.2.
double luminance(const Colour& colour) {
  const auto linear = [](std::uint8_t byte) {
    const double s = byte / 255.0;
    return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

}  // namespace

Colour series_colour(std::size_t which) {
  return rgb(kPalette[which % kPaletteSize]);
}

Colour mix(const Colour& a, const Colour& b, double t) {
  return {mix(a.red, b.red, t), mix(a.green, b.green, t), mix(a.blue, b.blue, t),
          a.opacity + (b.opacity - a.opacity) * t};
}

Colour map_colour(ColourMap map, double t) {
  if (std::isnan(t)) return kMissing;
  const auto stops = stops_of(map);
  const double place = std::clamp(t, 0.0, 1.0) * static_cast<double>(stops.size() - 1);
  const std::size_t below = std::min(static_cast<std::size_t>(place), stops.size() - 2);
  return mix(rgb(stops[below]), rgb(stops[below + 1]), place - static_cast<double>(below));
}

Colour ordered_colour(std::size_t which, std::size_t count) {
  const double t = count < 2 ? 0 : static_cast<double>(which) / static_cast<double>(count - 1);
  return map_colour(ColourMap::kInferno, 0.1 + 0.72 * t);  // neither black nor the pale end
}

Colour family_colour(std::size_t family, std::size_t which, std::size_t count) {
  const Hue& hue = kHues[family % kHues.size()];
  const double t = count < 2 ? 0.3 : static_cast<double>(which) / static_cast<double>(count - 1);
  return mix(rgb(hue.light), rgb(hue.dark), t);
}

Colour readable_on(const Colour& background) {
  const double behind = luminance(background) + 0.05;
  return behind / (luminance(kInk) + 0.05) >= 1.05 / behind ? kInk : kPaper;
}

}  // namespace isinglass
