// isinglass/search/search_reference.h - the part of docs/experiments.md about [search].
#pragma once
#include <string>

namespace isinglass {

// Markdown, to follow train/reference.h.
std::string search_reference();

}  // namespace isinglass
