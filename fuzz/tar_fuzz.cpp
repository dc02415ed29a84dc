// fuzz/tar_fuzz.cpp - any bytes are a tar archive or a clean error, and no file leaves its
// directory. The checksum of every block that looks like a header is mended first, so that
// mutations get past it.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "isinglass/base/error.h"
#include "isinglass/io/archive_path.h"
#include "isinglass/io/gzip.h"
#include "isinglass/io/tar.h"

namespace {

constexpr std::size_t kBlock = 512, kChecksum = 148, kMagic = 257;

void mend_checksums(std::string& bytes) {
  for (std::size_t at = 0; at + kBlock <= bytes.size(); at += kBlock) {
    if (bytes.compare(at + kMagic, 5, "ustar") != 0) continue;
    bytes.replace(at + kChecksum, 8, 8, ' ');
    unsigned sum = 0;
    for (std::size_t i = at; i < at + kBlock; ++i) sum += static_cast<unsigned char>(bytes[i]);
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%06o", sum);
    bytes.replace(at + kChecksum, 8, text.data(), 8);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (is_gzip(bytes)) return 0;  // gzip_fuzz looks after these
  mend_checksums(bytes);
  try {
    std::size_t total = 0;
    std::set<std::string> paths;
    for (const auto& [path, contents] : parse_tar(bytes, "input")) {
      total += contents.size();
      if (!flaw_of_path(path).empty() || !paths.insert(path).second) std::abort();
    }
    if (total > size) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
