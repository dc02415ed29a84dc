// isinglass/io/zip.h - ZIP archives: stored and deflated entries, as NumPy's NPZ files use them.
//
// Source: PKWARE's APPNOTE 6.3.10. The central directory at the end says what there is.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isinglass {

// The entries of an archive, name and contents, in the order of its central directory. Throws
// FormatError for a truncated or damaged archive (CRC checked), encryption, ZIP64, archives of
// several disks, methods other than stored and deflate, entries that overlap or share a name, a
// name that flaw_of_path refuses, contents of more than 1100 times the compressed size (deflate
// reaches 1032) or `max_bytes` in all.
std::vector<std::pair<std::string, std::string>> parse_zip(std::string_view bytes, const std::string& name,
                                                           std::uint64_t max_bytes = std::uint64_t{1} << 32);

// An archive of stored entries, dated 1980-01-01 so that equal entries give equal bytes. Throws
// InputError for names that parse_zip refuses, more than 65534 entries and 4 GiB or more in all.
std::string write_zip(const std::vector<std::pair<std::string, std::string>>& entries);

}  // namespace isinglass
