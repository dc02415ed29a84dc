// isinglass/io/png.h - PNG images as arrays of bytes.
//
// A file holds grey or colour; the array follows it:
//   grey (1, 2, 4, 8 or 16 bit)     (H, W)
//   colour (8 or 16 bit), palette   (H, W, 3), red, green, blue
// Bytes are as the file has them: fewer than 8 bits are spread over 0 to 255, 16 bits are rounded
// to 8, and no gamma or colour profile is applied. An alpha channel is dropped when the whole image
// is opaque; an image with transparent pixels is refused, because its colours depend on what lies
// behind it. Source: Portable Network Graphics (PNG) Specification, third edition.
#pragma once
#include <string>
#include <string_view>

#include "isinglass/io/array.h"

namespace isinglass {

constexpr Index kMostPixels = Index{1} << 26;  // of one image; more is refused before memory is taken

// True for bytes that begin as a PNG file does.
bool is_png(std::string_view bytes);

// The U8 array (H, W) or (H, W, 3) of a PNG file. Throws FormatError, led by `name`, for damage
// (every checksum is checked), a truncated file, bytes after its end, more than kMostPixels pixels
// and for transparency.
Array parse_png(std::string_view bytes, const std::string& name);

// The file of a U8 image (H, W) or (H, W, 3). Throws InputError for another array.
std::string write_png(const Array& image);

}  // namespace isinglass
