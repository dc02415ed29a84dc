# Writes OUT, a C++ file that holds the files of DIST, the studio's built page (isinglass/serve/studio_page.h).
# The assembler reads them: as text of C++ they would take longer to compile than all of the library.
# A variable for each ending: in a list the types would be cut at their semicolons.
set(type_of_html "text/html; charset=utf-8")
set(type_of_js "text/javascript; charset=utf-8")
set(type_of_css "text/css; charset=utf-8")
set(type_of_txt "text/plain; charset=utf-8")
set(type_of_svg image/svg+xml)
set(type_of_woff2 font/woff2)
set(type_of_json application/json)
set(type_of_png image/png)
file(GLOB_RECURSE files RELATIVE ${DIST} ${DIST}/*)
list(SORT files)
set(parts "")
set(names "")
set(rows "")
set(number 0)
foreach(file IN LISTS files)
  cmake_path(GET file EXTENSION LAST_ONLY ending)
  string(SUBSTRING "${ending}" 1 -1 ending)
  if(NOT DEFINED type_of_${ending})
    message(FATAL_ERROR "${DIST}/${file}: the studio has no type for this ending; add it to cmake/embed_studio.cmake")
  endif()
  set(type "${type_of_${ending}}")
  set(name isinglass_page_${number})
  string(APPEND parts "asm(R\"(.section .rodata
.balign 16
${name}: .incbin \"${DIST}/${file}\"
${name}_end: .byte 0
.previous)\");
")
  string(APPEND names "extern \"C\" const char ${name}[], ${name}_end[];\n")
  string(APPEND rows "      {\"${file}\", \"${type}\", {${name}, static_cast<std::size_t>(${name}_end - ${name})}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "// Made from studio/dist by cmake/embed_studio.cmake.
#include \"isinglass/serve/studio_page.h\"

${parts}
${names}
namespace isinglass {

const std::vector<PageFile>& studio_page() {
  static const std::vector<PageFile> files = {
${rows}  };
  return files;
}

}  // namespace isinglass
")
