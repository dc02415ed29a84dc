// isinglass/io/pnm.h - PGM (grey) and PPM (colour) images, plain and binary.
//
// "P2" (plain PGM), "P3" (plain PPM), "P5" (binary PGM) or "P6" (binary PPM); width, height and the
// largest value M, 1 to 255, as decimal numbers with white space between them; then the values row
// by row, binary ones after exactly one white space. '#' starts a comment that ends with its line,
// anywhere but among binary values. A value v becomes the byte round(255 v / M). One image a file.
// Source: the manual of Netpbm, "pgm" and "ppm".
#pragma once
#include <string>
#include <string_view>

#include "isinglass/io/array.h"

namespace isinglass {

// True for bytes that begin as one of these four formats does: its name and a white space.
bool is_pnm(std::string_view bytes);

// The U8 array (H, W) of a PGM file, (H, W, 3) of a PPM file. Throws FormatError with the byte, led
// by `name`, for anything else, for missing and left-over bytes and for more than kMostPixels
// pixels (io/png.h).
Array parse_pnm(std::string_view bytes, const std::string& name);

}  // namespace isinglass
