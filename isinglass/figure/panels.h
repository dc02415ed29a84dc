// isinglass/figure/panels.h - several figures as one, in rows and columns.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/scene.h"

namespace isinglass {

// Panels from left to right and top to bottom; a column is as wide as its widest panel, a row as high as its highest.
// Throws InputError for columns < 1.
Scene arrange(const std::vector<Scene>& panels, Index columns, const std::string& title = "");

}  // namespace isinglass
