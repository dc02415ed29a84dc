// isinglass/figure/raster.h - a scene as a PNG file, drawn by cairo.
//
// Shapes are as in the SVG. Letters come from the fonts of the machine, at widths that do not depend on the resolution.
#pragma once
#include <string>

#include "isinglass/figure/scene.h"

namespace isinglass {

// `scale` pixels for each unit of the scene. Throws InputError for a scale that is not above 0, or a picture of more
// than 32767 pixels a side or 2^26 in all.
std::string to_png(const Scene& scene, double scale = 2);

// Throws InputError for a path that does not end in .svg or .png.
void check_figure_path(const std::string& path);

// Writes a file by its ending, .svg or .png; `scale` is for PNG. Throws InputError for another ending, FileError.
void write_figure(const Scene& scene, const std::string& path, double scale = 2);

}  // namespace isinglass
