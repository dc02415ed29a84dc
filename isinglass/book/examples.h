// isinglass/book/examples.h - the files of examples/, held in the library: an installed program has no such directory.
//
// The list is made from these files when the library is built (cmake/embed_examples.cmake).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace isinglass {

struct EmbeddedExample {
  std::string_view name, text;  // "iris", and what examples/iris.toml holds
};

const std::vector<EmbeddedExample>& embedded_examples();

// The text of the example of that name. Throws InputError that names the near ones.
std::string_view example_text(const std::string& name);

}  // namespace isinglass
