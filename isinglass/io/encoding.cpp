#include "isinglass/io/encoding.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "isinglass/base/error.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

// Bytes before the first that is no UTF-8.
std::size_t utf8_prefix(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t n = utf8_length(bytes.substr(at));
    if (n == 0) break;
    at += n;
  }
  return at;
}

[[noreturn]] void refuse(std::string_view bytes, std::size_t at, const std::string& name, const std::string& encoding) {
  const auto line = 1 + std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  throw FormatError(name + ":" + std::to_string(line) + ": expected text in " + encoding +
                    ", found bytes that it does not have; save the file as UTF-8, or name its encoding");
}

std::string convert(std::string_view bytes, const std::string& name, const std::string& encoding) {
  const iconv_t converter = iconv_open("UTF-8", encoding.c_str());
  if (converter == reinterpret_cast<iconv_t>(-1))
    throw Error(name + ": this system cannot decode " + encoding + "; save the file as UTF-8");
  const auto close = [](void* c) { iconv_close(c); };
  const std::unique_ptr<void, decltype(close)> closes(converter, close);
  std::string out, part(std::size_t{1} << 16, '\0');
  char* from = const_cast<char*>(bytes.data());  // iconv's signature; it only reads
  std::size_t left = bytes.size();
  while (left > 0) {
    char* to = part.data();
    std::size_t room = part.size();
    const std::size_t outcome = iconv(converter, &from, &left, &to, &room);
    out.append(part.data(), part.size() - room);
    if (outcome == static_cast<std::size_t>(-1) && errno != E2BIG) refuse(bytes, bytes.size() - left, name, encoding);
  }
  return out;
}

bool has_utf16_mark(std::string_view bytes) {
  return bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
}

}  // namespace

const std::vector<std::string>& encodings() {
  static const std::vector<std::string> names{"auto",   "UTF-8",        "GB18030",    "BIG5",  "SHIFT_JIS",
                                              "EUC-KR", "WINDOWS-1252", "ISO-8859-1", "UTF-16"};
  return names;
}

Decoded decode_text(std::string_view bytes, const std::string& name, const std::string& encoding) {
  if (std::ranges::find(encodings(), encoding) == encodings().end())
    throw OptionError("there is no encoding '" + encoding + "'" + did_you_mean(encoding, encodings()));
  const std::size_t good = utf8_prefix(bytes);
  if (encoding == "UTF-8" && good < bytes.size()) refuse(bytes, good, name, encoding);
  if (encoding == "UTF-8" || (encoding == "auto" && good == bytes.size())) return {std::string(bytes), "UTF-8"};
  const std::string from = encoding != "auto" ? encoding : has_utf16_mark(bytes) ? "UTF-16" : "GB18030";
  return {convert(bytes, name, from), from};
}

}  // namespace isinglass
