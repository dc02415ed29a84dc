#include "isinglass/io/tar.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "isinglass/base/error.h"
#include "isinglass/io/archive_path.h"
#include "isinglass/io/bytes.h"
#include "isinglass/io/gzip.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

constexpr std::uint64_t kBlock = 512;

// A field of the header: where it stands and how long it is.
struct Field {
  std::size_t offset, size;
};
constexpr Field kName{0, 100}, kSize{124, 12}, kChecksum{148, 8}, kType{156, 1}, kMagic{257, 5}, kVersion{262, 3},
    kPrefix{345, 155};

std::string_view raw(std::string_view header, Field field) {
  return header.substr(field.offset, field.size);
}

// Text up to the first zero byte.
std::string_view text(std::string_view header, Field field) {
  const std::string_view whole = raw(header, field);
  return whole.substr(0, whole.find('\0'));
}

// What an extended header says about the next file.
struct Extension {
  std::optional<std::string> path;
  std::optional<std::uint64_t> size;
};

class TarReader {
 public:
  TarReader(std::string_view bytes, const std::string& name) : reader_(bytes, name) {}

  std::vector<std::pair<std::string, std::string>> read();

 private:
  std::uint64_t octal(std::string_view header, Field field, const char* what) const;
  void check_header(std::string_view header) const;
  void check_end() const;
  // The contents of `size` bytes and the zeros that fill their last block.
  std::string_view contents(std::uint64_t size);
  void read_records(std::string_view records, bool global);
  std::string path(std::string_view header);
  void read_entry(std::string_view header);

  ByteReader reader_;
  Extension next_;
  std::set<std::string> paths_;
  std::vector<std::pair<std::string, std::string>> files_;
};

std::uint64_t TarReader::octal(std::string_view header, Field field, const char* what) const {
  std::string_view digits = raw(header, field);
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  digits = digits.substr(0, digits.find_first_of(std::string_view(" \0", 2)));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 8);
  if (error != std::errc() || end != digits.data() + digits.size())
    reader_.fail("expected the header's " + std::string(what) + " in octal digits, found " +
                 in_quotes(raw(header, field)));
  return number;
}

void TarReader::check_header(std::string_view header) const {
  if (raw(header, kMagic) != "ustar")
    reader_.fail("expected a tar header with 'ustar' at its byte 257, found " + in_quotes(raw(header, kMagic)));
  // The sum of the header's bytes, its own field counted as spaces.
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool own = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
    sum += own ? ' ' : static_cast<unsigned char>(header[i]);
  }
  if (const std::uint64_t stated = octal(header, kChecksum, "checksum"); stated != sum)
    reader_.fail("expected a header with checksum " + std::to_string(stated) + ", found " + std::to_string(sum) +
                 "; the file is damaged");
}

void TarReader::check_end() const {
  if (reader_.rest().find_first_not_of('\0') != std::string_view::npos)
    reader_.fail("expected only zeros after the last file, found more");
  if (next_.path || next_.size) reader_.fail("expected a file after its extended header, found the end");
}

std::string_view TarReader::contents(std::uint64_t size) {
  const std::string_view data = reader_.take(size, "contents");
  reader_.take((kBlock - size % kBlock) % kBlock, "padding");
  return data;
}

// Records "LENGTH KEY=VALUE\n", where LENGTH counts the whole record.
void TarReader::read_records(std::string_view records, bool global) {
  while (!records.empty()) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(records.data(), records.data() + records.size(), length);
    const auto digits = static_cast<std::size_t>(end - records.data());
    const bool sound = error == std::errc() && length > digits + 1 && length <= records.size() && *end == ' ' &&
                       records[length - 1] == '\n';
    const std::string_view record = sound ? records.substr(digits + 1, length - digits - 2) : "";
    const std::size_t equals = record.find('=');
    if (equals == record.npos)
      reader_.fail("expected pax records 'LENGTH KEY=VALUE', found " + in_quotes(records.substr(0, 20)));
    const std::string_view key = record.substr(0, equals), value = record.substr(equals + 1);
    records.remove_prefix(length);

    if (key.starts_with("GNU.sparse")) reader_.fail("expected whole files, found a sparse one");
    if (key != "path" && key != "size") continue;
    if (global) reader_.fail("expected " + in_quotes(key) + " for one file, found it for all files");
    if (key == "path") {
      next_.path = value;
      continue;
    }
    std::uint64_t size = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), size);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size())
      reader_.fail("expected the size in decimal digits, found " + in_quotes(value));
    next_.size = size;
  }
}

std::string TarReader::path(std::string_view header) {
  if (next_.path) return *next_.path;
  const bool posix = raw(header, kVersion) == std::string_view(
                                                  "\0"
                                                  "00",
                                                  3);
  const std::string_view prefix = posix ? text(header, kPrefix) : "";
  return std::string(prefix) + (prefix.empty() ? "" : "/") + std::string(text(header, kName));
}

void TarReader::read_entry(std::string_view header) {
  const std::uint64_t stated_size = octal(header, kSize, "size");
  const char type = header[kType.offset];
  switch (type) {
    case 'x':
      return read_records(contents(stated_size), false);
    case 'g':
      return read_records(contents(stated_size), true);
    case 'L': {  // GNU: the name of the next file
      const std::string_view long_name = contents(stated_size);
      next_.path = long_name.substr(0, long_name.find('\0'));
      return;
    }
    case 'K':
      contents(stated_size);
      return;  // GNU: where the next link leads
    case '0':
    case '\0':
    case '7': {
      const std::string file = path(header);
      if (const std::string_view flaw = flaw_of_path(file); !flaw.empty())
        reader_.fail("expected a plain path, found " + std::string(flaw) + ": " + in_quotes(file));
      if (!paths_.insert(file).second) reader_.fail("expected every file once, found a second " + in_quotes(file));
      files_.emplace_back(file, contents(next_.size.value_or(stated_size)));
      break;
    }
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
      break;  // links, devices, directories and pipes have no contents
    default:
      reader_.fail("expected a file, a directory or a link, found type " + in_quotes({&type, 1}));
  }
  next_ = {};
}

std::vector<std::pair<std::string, std::string>> TarReader::read() {
  for (;;) {
    const std::string_view header = reader_.take(kBlock, "header or end of the archive");
    if (header.find_first_not_of('\0') == header.npos) break;
    check_header(header);
    read_entry(header);
  }
  check_end();
  return std::move(files_);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_tar(std::string_view bytes, const std::string& name) {
  const std::string plain = is_gzip(bytes) ? gunzip(bytes, name) : std::string();
  return TarReader(is_gzip(bytes) ? std::string_view(plain) : bytes, name).read();
}

}  // namespace isinglass
