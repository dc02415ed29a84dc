// isinglass/io/tar.h - the files of a tar archive, such as a package from the npm registry.
//
// Source: POSIX.1-2017, pax interchange format; the GNU tar manual for long names. An archive is a
// row of blocks of 512 bytes: a header, its file's contents, ..., and zeros at the end.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isinglass {

// Path and contents of the regular files of a ustar or pax archive, plain or compressed with gzip,
// in its order; directories, links and devices are skipped. Paths longer than a header holds are
// read from pax records and from GNU's long names. Throws FormatError for a truncated or damaged
// archive (checksums verified), a path that flaw_of_path refuses or that occurs twice, and sparse
// files.
std::vector<std::pair<std::string, std::string>> parse_tar(std::string_view bytes, const std::string& name);

}  // namespace isinglass
