// isinglass/io/encoding.h - text of any encoding as UTF-8.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace isinglass {

// The names that `encoding` may have: "auto", and those that text is decoded from.
const std::vector<std::string>& encodings();

struct Decoded {
  std::string text;      // UTF-8
  std::string encoding;  // what it was read as
};

// "auto" is UTF-8 where the bytes are that, UTF-16 after a byte order mark, else GB18030, which holds GBK and GB2312.
// A byte order mark stays where it is. Throws FormatError "name:line: ..." for bytes that the encoding does not have,
// OptionError for an unknown encoding.
Decoded decode_text(std::string_view bytes, const std::string& name, const std::string& encoding = "auto");

}  // namespace isinglass
