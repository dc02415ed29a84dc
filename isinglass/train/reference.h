// isinglass/train/reference.h - the reference of experiment files, made from the tables that read
// them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/options.h"

namespace isinglass {

// One page of Markdown: every section, kind and setting with its type, default, range and meaning.
// `example` is the text of a whole experiment file, which the page begins with.
std::string experiments_reference(std::string_view example);

// A table of settings in Markdown, with an empty line behind it.
std::string settings_table(const std::vector<OptionInfo>& options);

}  // namespace isinglass
