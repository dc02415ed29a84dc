// isinglass/io/image.h - an image file of any format that is read: PNG, PGM or PPM.
#pragma once
#include <string>
#include <string_view>

#include "isinglass/io/array.h"

namespace isinglass {

// True for a name that ends in .png, .pgm, .ppm or .pnm, in capitals or not.
bool is_image_name(std::string_view name);

// The U8 array (H, W) of a grey image or (H, W, 3) of a coloured one, red, green, blue. The first
// bytes say what it is, whatever its name. Throws FormatError, led by `name`, for another file
// (saying what it looks like) and for what parse_png and parse_pnm refuse.
Array parse_image(std::string_view bytes, const std::string& name);

}  // namespace isinglass
