// isinglass/data/image_folder.h - a folder of images as samples.
//
//     photos/cats/a.png      a folder for each class: its name is the class of the images in it
//     photos/dogs/b.pgm
//     photos/a.png           or images alone: inputs without targets
//
// Images are PNG, PGM or PPM files (io/image.h), all of one size and depth. A sample is a row
// (C, H, W) of bytes with channels first: C is 1 for grey, 3 for colour in the order red, green,
// blue. Samples stand in the order of the names of their folders and then of their files, byte by
// byte ("b10.png" before "b2.png"). Names that begin with a dot are passed over.
#pragma once
#include <string>

#include "isinglass/data/raw_data.h"

namespace isinglass {

// Throws FileError when the folder cannot be listed or a file not be read; FormatError, naming the
// file, for one that is no image, for images that differ in size or depth, for an empty folder, for
// folders inside those of the classes, and for more than 4 GiB of pixels.
RawData read_image_folder(const std::string& path);

// An image (H, W) or (H, W, 3) as the only sample, without a target.
RawData raw_from_image(const Array& image, const std::string& source);

}  // namespace isinglass
