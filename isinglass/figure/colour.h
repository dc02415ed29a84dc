// isinglass/figure/colour.h - colours of figures: a palette for series, colour maps for numbers.
//
// The palette is that of Okabe and Ito (2008) in an order of our own and without its yellow, which is faint on white:
// its colours stay apart for all common kinds of colour blindness. Maps are linear between the given stops: "inferno"
// and "viridis" by van der Walt and Smith (matplotlib, CC0), the diverging one is ColorBrewer's RdBu by Brewer.
#pragma once
#include <cstddef>
#include <cstdint>

namespace isinglass {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
  double opacity = 1;
  friend bool operator==(const Colour&, const Colour&) = default;
};

// 0xRRGGBB.
constexpr Colour rgb(std::uint32_t code, double opacity = 1) {
  return {static_cast<std::uint8_t>(code >> 16 & 255), static_cast<std::uint8_t>(code >> 8 & 255),
          static_cast<std::uint8_t>(code & 255), opacity};
}

constexpr Colour kPaper = rgb(0xffffff), kInk = rgb(0x222222), kPaleInk = rgb(0x5f5f5f), kAxisColour = rgb(0x444444);
constexpr Colour kMajorGrid = rgb(0xd6d6d6), kMinorGrid = rgb(0xeeeeee), kMissing = rgb(0xc8c8c8);
constexpr Colour kPositive = rgb(0xb2182b), kNegative = rgb(0x2166ac);  // the ends of the diverging map

// The colour of a series or class; they repeat after kPaletteSize.
constexpr std::size_t kPaletteSize = 7;
Colour series_colour(std::size_t which);

// From a (t = 0) to b (t = 1).
Colour mix(const Colour& a, const Colour& b, double t);

enum class ColourMap { kViridis, kInferno, kGrey, kDiverging };

// The colour of t in [0, 1], clamped; kMissing for NaN. kDiverging runs from blue over white (0.5) to red.
Colour map_colour(ColourMap map, double t);

// A colour for each of `count` series in their order, dark to light, for more series than the palette holds.
Colour ordered_colour(std::size_t which, std::size_t count);

// Of a family of `count` colours of one hue, light to dark; hues repeat after six families.
Colour family_colour(std::size_t family, std::size_t which, std::size_t count);

// kInk or white, whichever is read better on `background`.
Colour readable_on(const Colour& background);

}  // namespace isinglass
