#include "isinglass/io/zip.h"

#include <zlib.h>

#include <algorithm>
#include <set>

#include "isinglass/base/error.h"
#include "isinglass/io/archive_path.h"
#include "isinglass/io/bytes.h"
#include "isinglass/io/gzip.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kLocalHeader = "PK\3\4"sv, kCentralHeader = "PK\1\2"sv, kEnd = "PK\5\6"sv;
constexpr std::size_t kEndSize = 22, kLongestComment = 0xFFFF;
constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::uint16_t kEncryptedFlags = 1 << 0 | 1 << 6 | 1 << 13, kUtf8Flag = 1 << 11;
constexpr std::uint32_t kZip64 = 0xFFFFFFFF;  // "look into the ZIP64 field"
constexpr std::uint64_t kLargestRatio = 1100;

struct Entry {
  std::string name;
  std::uint16_t flags = 0, method = 0;
  std::uint32_t crc = 0, packed_size = 0, size = 0, offset = 0;
};

struct Directory {
  std::uint64_t offset = 0, size = 0;
  std::uint16_t entries = 0;
};

std::uint32_t crc_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::uint16_t read16(ByteReader& reader, std::string_view what) {
  return reader.number<std::uint16_t>(ByteOrder::kLittle, what);
}
std::uint32_t read32(ByteReader& reader, std::string_view what) {
  return reader.number<std::uint32_t>(ByteOrder::kLittle, what);
}
void append16(std::string& bytes, std::size_t number) {
  append_number(bytes, static_cast<std::uint16_t>(number), ByteOrder::kLittle);
}
void append32(std::string& bytes, std::size_t number) {
  append_number(bytes, static_cast<std::uint32_t>(number), ByteOrder::kLittle);
}

// The end record stands last, but for a comment whose length it tells.
Directory find_directory(std::string_view bytes, const std::string& name) {
  constexpr std::string_view kWhat = "end of central directory";
  const std::size_t first = bytes.size() - std::min(bytes.size(), kEndSize + kLongestComment);
  for (std::size_t at = bytes.rfind(kEnd); at != bytes.npos && at >= first;
       at = at == 0 ? bytes.npos : bytes.rfind(kEnd, at - 1)) {
    if (bytes.size() - at < kEndSize) continue;
    ByteReader reader(bytes.substr(at), name);
    reader.take(kEnd.size(), kWhat);
    const std::uint16_t disk = read16(reader, kWhat), directory_disk = read16(reader, kWhat);
    Directory directory;
    const std::uint16_t entries_here = read16(reader, kWhat);
    directory.entries = read16(reader, kWhat);
    directory.size = read32(reader, kWhat);
    directory.offset = read32(reader, kWhat);
    if (read16(reader, kWhat) != reader.rest().size()) continue;

    const std::string where = name + ": byte " + std::to_string(at);
    if (directory.entries == 0xFFFF || directory.size == kZip64 || directory.offset == kZip64)
      throw FormatError(where + ": expected a ZIP archive below 4 GiB, found ZIP64; save fewer or smaller arrays");
    if (disk != 0 || directory_disk != 0 || entries_here != directory.entries)
      throw FormatError(where + ": expected a ZIP archive in one piece, found one of several disks");
    if (directory.offset + directory.size != at)
      throw FormatError(where + ": expected the central directory to end here, found that it takes " +
                        std::to_string(directory.size) + " bytes from byte " + std::to_string(directory.offset));
    return directory;
  }
  throw FormatError(name + ": expected a ZIP archive with its end record (50 4B 05 06), found none in " +
                    std::to_string(bytes.size()) + " bytes; the file is truncated or something else");
}

void check(const Entry& entry, const std::string& where) {
  if (const std::string_view flaw = flaw_of_path(entry.name); !flaw.empty())
    throw FormatError(where + ": expected a plain name, found " + std::string(flaw));
  if ((entry.flags & kEncryptedFlags) != 0)
    throw FormatError(where + ": expected an entry in the clear, found an encrypted one");
  if (entry.method != kStored && entry.method != kDeflated)
    throw FormatError(where + ": expected method 0 (stored) or 8 (deflate), found " + std::to_string(entry.method));
  if (entry.packed_size == kZip64 || entry.size == kZip64 || entry.offset == kZip64)
    throw FormatError(where + ": expected an entry below 4 GiB, found ZIP64");
  if (entry.method == kStored && entry.packed_size != entry.size)
    throw FormatError(where + ": expected a stored entry to have one size, found " + std::to_string(entry.packed_size) +
                      " and " + std::to_string(entry.size));
  if (entry.size > kLargestRatio * entry.packed_size)
    throw FormatError(where + ": expected contents of at most 1100 times the " + std::to_string(entry.packed_size) +
                      " compressed bytes, found " + std::to_string(entry.size));
}

std::vector<Entry> read_directory(std::string_view bytes, const Directory& directory, const std::string& name) {
  constexpr std::string_view kWhat = "central directory";
  constexpr std::uint64_t kBeforeFlags = 4, kTimes = 4, kAttributes = 8;
  ByteReader reader(bytes.substr(0, directory.offset + directory.size), name);
  reader.take(directory.offset, kWhat);
  std::vector<Entry> entries;
  for (int i = 0; i < directory.entries; ++i) {
    if (!reader.rest().starts_with(kCentralHeader))
      reader.fail("expected entry " + std::to_string(i + 1) + " of " + std::to_string(directory.entries) +
                  " in the central directory (50 4B 01 02), found " + hex(reader.rest().substr(0, 4)));
    reader.take(kCentralHeader.size() + kBeforeFlags, kWhat);
    Entry entry;
    entry.flags = read16(reader, kWhat);
    entry.method = read16(reader, kWhat);
    reader.take(kTimes, kWhat);
    entry.crc = read32(reader, kWhat);
    entry.packed_size = read32(reader, kWhat);
    entry.size = read32(reader, kWhat);
    const std::uint64_t name_length = read16(reader, kWhat);
    const std::uint64_t extra_length = read16(reader, kWhat);
    const std::uint64_t comment_length = read16(reader, kWhat);
    reader.take(kAttributes, kWhat);
    entry.offset = read32(reader, kWhat);
    entry.name = reader.take(name_length, kWhat);
    reader.take(extra_length + comment_length, kWhat);
    check(entry, name + ": " + in_quotes(entry.name));
    entries.push_back(std::move(entry));
  }
  if (!reader.rest().empty())
    reader.fail("expected the central directory to end after " + std::to_string(directory.entries) + " entries");
  return entries;
}

// The compressed bytes of an entry. The sizes of the local header are not looked at: they may stand
// after the data or, as NumPy writes them, in a ZIP64 field.
std::string_view packed_bytes(std::string_view archive, const Entry& entry, const std::string& name) {
  constexpr std::uint64_t kVersion = 2, kTimesCrcSizes = 16;
  const std::string what = "local header of " + in_quotes(entry.name);
  ByteReader reader(archive, name);
  reader.take(entry.offset, what);
  if (!reader.rest().starts_with(kLocalHeader))
    reader.fail("expected the " + what + " (50 4B 03 04), found " + hex(reader.rest().substr(0, 4)));
  reader.take(kLocalHeader.size() + kVersion, what);
  const std::uint16_t flags = read16(reader, what), method = read16(reader, what);
  reader.take(kTimesCrcSizes, what);
  const std::uint64_t name_length = read16(reader, what), extra_length = read16(reader, what);
  const std::string_view local_name = reader.take(name_length, what);
  reader.take(extra_length, what);
  if (local_name != entry.name || method != entry.method || (flags & kEncryptedFlags) != 0)
    reader.fail("expected the " + what + " to agree with the central directory, found " + in_quotes(local_name) +
                ", method " + std::to_string(method));
  return reader.take(entry.packed_size, "contents of " + in_quotes(entry.name));
}

// Two entries that share bytes, or a name, are the mark of a bomb or of a disguise.
void refuse_overlaps(const std::vector<std::pair<std::string_view, const Entry*>>& packed, std::string_view archive,
                     const std::string& name) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;  // header to end of contents
  std::set<std::string_view> names;
  for (const auto& [bytes, entry] : packed) {
    if (!names.insert(entry->name).second)
      throw FormatError(name + ": expected every entry once, found a second " + in_quotes(entry->name));
    const auto end = static_cast<std::uint64_t>(bytes.data() - archive.data()) + bytes.size();
    spans.emplace_back(entry->offset, end);
  }
  std::ranges::sort(spans);
  for (std::size_t i = 1; i < spans.size(); ++i)
    if (spans[i].first < spans[i - 1].second)
      throw FormatError(name + ": byte " + std::to_string(spans[i].first) +
                        ": expected entries that lie apart, found that this one overlaps another");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_zip(std::string_view bytes, const std::string& name,
                                                           std::uint64_t max_bytes) {
  const Directory directory = find_directory(bytes, name);
  const std::vector<Entry> entries = read_directory(bytes, directory, name);
  std::vector<std::pair<std::string_view, const Entry*>> packed;
  std::uint64_t total = 0;
  for (const Entry& entry : entries) {
    packed.emplace_back(packed_bytes(bytes.substr(0, directory.offset), entry, name), &entry);
    total += entry.size;
  }
  if (total > max_bytes)
    throw FormatError(name + ": expected at most " + std::to_string(max_bytes) + " bytes of contents, found " +
                      std::to_string(total));
  refuse_overlaps(packed, bytes, name);

  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& [data, entry] : packed) {
    const std::string where = name + ": " + in_quotes(entry->name);
    std::string contents = entry->method == kStored ? std::string(data) : inflate_raw(data, entry->size, where);
    if (crc_of(contents) != entry->crc)
      throw FormatError(where + ": the contents do not have the checksum of the archive; the file is damaged");
    result.emplace_back(entry->name, std::move(contents));
  }
  return result;
}

std::string write_zip(const std::vector<std::pair<std::string, std::string>>& entries) {
  constexpr std::uint16_t kVersion = 20, kMidnight = 0, kFirstOfJanuary1980 = 1 << 5 | 1;
  std::string bytes, directory;
  std::set<std::string_view> names;
  for (const auto& [name, contents] : entries) {
    if (const std::string_view flaw = flaw_of_path(name); !flaw.empty())
      throw InputError("a ZIP entry needs a plain name, not " + in_quotes(name) + " (" + std::string(flaw) + ")");
    if (!names.insert(name).second)
      throw InputError("a ZIP archive holds every name once, not twice " + in_quotes(name));
    std::string header;  // the part that both headers share
    append16(header, kVersion);
    append16(header, kUtf8Flag);
    append16(header, kStored);
    append16(header, kMidnight);
    append16(header, kFirstOfJanuary1980);
    append32(header, crc_of(contents));
    append32(header, contents.size());
    append32(header, contents.size());
    append16(header, name.size());
    append16(header, 0);  // extra field

    directory += kCentralHeader;
    append16(directory, kVersion);
    directory += header;
    append16(directory, 0);  // comment
    append16(directory, 0);  // disk
    append16(directory, 0);  // internal attributes
    append32(directory, 0);  // external attributes
    append32(directory, bytes.size());
    directory += name;
    bytes.append(kLocalHeader).append(header).append(name).append(contents);
  }
  if (bytes.size() + directory.size() >= kZip64 || entries.size() >= 0xFFFF)
    throw InputError("a ZIP archive holds less than 4 GiB in at most 65534 entries, not " +
                     std::to_string(bytes.size()) + " bytes in " + std::to_string(entries.size()));
  const std::size_t start = bytes.size(), size = directory.size();
  bytes.append(directory).append(kEnd);
  append16(bytes, 0);  // this disk
  append16(bytes, 0);  // disk of the directory
  append16(bytes, entries.size());
  append16(bytes, entries.size());
  append32(bytes, size);
  append32(bytes, start);
  append16(bytes, 0);  // comment
  return bytes;
}

}  // namespace isinglass
