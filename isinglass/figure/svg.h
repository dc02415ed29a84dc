// isinglass/figure/svg.h - a scene as an SVG file.
//
// The bytes depend on the scene alone. The file stands by itself: no script, no style sheet, no foreignObject, no
// reference to anything outside, and no identifiers, so that many may lie in one HTML page. Baselines are placed by
// coordinates and clipping is done by nested <svg> elements, which all renderers agree on.
// Source: Scalable Vector Graphics (SVG) 1.1, second edition; the order of painting of a halo is from SVG 2.
#pragma once
#include <string>
#include <string_view>

#include "isinglass/figure/scene.h"

namespace isinglass {

std::string to_svg(const Scene& scene);

// Text for an attribute or an element and back. What is no UTF-8, and control characters, become U+FFFD.
std::string xml_escaped(std::string_view text);
std::string xml_unescaped(std::string_view text);

}  // namespace isinglass
