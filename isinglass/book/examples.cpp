#include "isinglass/book/examples.h"

#include "isinglass/base/error.h"

namespace isinglass {

std::string_view example_text(const std::string& name) {
  std::vector<std::string> known;
  for (const EmbeddedExample& example : embedded_examples()) {
    if (example.name == name) return example.text;
    known.emplace_back(example.name);
  }
  throw InputError("there is no example '" + name + "'" + did_you_mean(name, known));
}

}  // namespace isinglass
