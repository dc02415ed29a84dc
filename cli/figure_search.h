// cli/figure_search.h - pictures of a search, for `isinglass figure`.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/scene.h"

namespace isinglass {

// "members", "traces" or "best"; `beside` are directories of other searches, for best. Throws OptionError for another
// kind.
Scene search_figure(const std::string& directory, const std::string& kind, const std::vector<std::string>& beside);

// Lines of help.
std::string search_kinds_text();

}  // namespace isinglass
