// isinglass/io/archive_path.h - which paths an archive may give to its entries.
#pragma once
#include <string>
#include <string_view>

namespace isinglass {

// What is wrong with the path of an archive's entry, "" for a good one. A good path is relative,
// stays below its directory (no ".." component) and may be joined to it as it is: UTF-8 of at most
// 4096 bytes without backslashes, control characters and empty or "." components.
std::string_view flaw_of_path(std::string_view path);

}  // namespace isinglass
