#include "isinglass/io/archive_path.h"

#include <algorithm>

#include "isinglass/io/text.h"

namespace isinglass {

std::string_view flaw_of_path(std::string_view path) {
  constexpr std::size_t kLongest = 4096;
  const auto forbidden = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F' || c == '\\'; };
  if (path.empty()) return "an empty path";
  if (path.size() > kLongest) return "a path of more than 4096 bytes";
  if (path[0] == '/') return "an absolute path";
  if (std::ranges::any_of(path, forbidden)) return "a path with a backslash or a control character";
  for (std::size_t at = 0; at < path.size(); at += utf8_length(path.substr(at)))
    if (utf8_length(path.substr(at)) == 0) return "a path that is not UTF-8";
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view component = path.substr(start, end - start);
    if (component == "..") return "a path that leaves its directory";
    if (component.empty() || component == ".") return "a path with an empty or '.' component";
    start = end + 1;
  }
  return "";
}

}  // namespace isinglass
