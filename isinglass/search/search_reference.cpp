#include "isinglass/search/search_reference.h"

#include "isinglass/search/search_options.h"
#include "isinglass/train/reference.h"

namespace isinglass {

std::string search_reference() {
  std::string page =
      "\n## `[search]`\n\nWhat `isinglass search` varies, and how ([search.md](search.md)); `isinglass train` does not "
      "read it.\n\n" +
      settings_table(describe_options<SearchOptions>());
  page.pop_back();
  return page;
}

}  // namespace isinglass
