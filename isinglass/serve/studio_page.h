// isinglass/serve/studio_page.h - the files of the studio's page, held in the library (cmake/embed_studio.cmake).
#pragma once
#include <string_view>
#include <vector>

namespace isinglass {

struct PageFile {
  std::string_view path, type, bytes;  // "assets/index-4f.js", "text/javascript; charset=utf-8"
};

// Empty when the library was built without the page.
const std::vector<PageFile>& studio_page();

}  // namespace isinglass
