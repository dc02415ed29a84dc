# Writes OUT, a C++ file that holds the text of every experiment file in EXAMPLES (isinglass/book/examples.h).
file(GLOB files ${EXAMPLES}/*.toml)
list(SORT files)
set(rows "")
foreach(file IN LISTS files)
  cmake_path(GET file STEM LAST_ONLY name)
  file(READ ${file} text)
  string(APPEND rows "      {\"${name}\", R\"toml(${text})toml\"},\n")
endforeach()
file(WRITE ${OUT} "// Made from examples/*.toml by cmake/embed_examples.cmake.
#include \"isinglass/book/examples.h\"

namespace isinglass {

const std::vector<EmbeddedExample>& embedded_examples() {
  static const std::vector<EmbeddedExample> examples = {
${rows}  };
  return examples;
}

}  // namespace isinglass
")
