#include "isinglass/io/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"

namespace isinglass {
namespace {

constexpr int kRawDeflate = -15;  // zlib's window bits: 32 KiB window, no header
constexpr int kGzip = 15 + 16;    // 32 KiB window, gzip header and trailer

class Inflater {
 public:
  Inflater(int window_bits, std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  // Appends the contents of the stream that begins here to `out`, which may grow to max_bytes.
  void read_stream(std::string& out, std::uint64_t max_bytes);
  void start_again() { inflateReset(&stream_); }

  std::string_view rest() const { return bytes_.substr(offset_); }
  [[noreturn]] void fail(const std::string& message) const {
    throw FormatError(name_ + ": byte " + std::to_string(offset_) + ": " + message);
  }

 private:
  std::string_view bytes_;
  const std::string& name_;
  std::size_t offset_ = 0;
  z_stream stream_{};
};

void Inflater::read_stream(std::string& out, std::uint64_t max_bytes) {
  constexpr std::size_t kMostInput = std::size_t{1} << 30;  // zlib counts in 32 bits
  std::array<char, 1 << 16> buffer;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    const std::size_t input = std::min(bytes_.size() - offset_, kMostInput);
    // zlib promises to leave the input alone, but its interface of old lacks the const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes_.data() + offset_));
    stream_.avail_in = static_cast<uInt>(input);
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(buffer.size());
    status = inflate(&stream_, Z_NO_FLUSH);
    offset_ += input - stream_.avail_in;
    const std::size_t output = buffer.size() - stream_.avail_out;

    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status == Z_BUF_ERROR || (status == Z_OK && output == 0 && offset_ == bytes_.size()))
      fail("expected more compressed data, found the end; the file is truncated");
    if (status != Z_OK && status != Z_STREAM_END)
      fail(std::string("expected compressed data, found damage: ") +
           (stream_.msg != nullptr ? stream_.msg : "a preset dictionary is needed"));
    if (output > max_bytes - out.size())
      fail("expected at most " + std::to_string(max_bytes) + " bytes of contents, found more");
    out.append(buffer.data(), output);
  }
}

}  // namespace

bool is_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1F\x8B");
}

std::string gunzip(std::string_view bytes, const std::string& name, std::uint64_t max_bytes) {
  Inflater inflater(kGzip, bytes, name);
  std::string contents;
  do {
    if (!is_gzip(inflater.rest()))
      inflater.fail("expected a gzip member (1F 8B), found " +
                    (inflater.rest().empty() ? "the end" : hex(inflater.rest().substr(0, 4))));
    inflater.read_stream(contents, max_bytes);
    inflater.start_again();
  } while (!inflater.rest().empty());
  return contents;
}

std::string inflate_raw(std::string_view bytes, std::uint64_t size, const std::string& name) {
  Inflater inflater(kRawDeflate, bytes, name);
  std::string contents;
  inflater.read_stream(contents, size);
  if (contents.size() != size)
    inflater.fail("expected " + std::to_string(size) + " bytes of contents, found " + std::to_string(contents.size()));
  if (!inflater.rest().empty())
    inflater.fail("expected the end of the compressed data, found " + std::to_string(inflater.rest().size()) +
                  " more bytes");
  return contents;
}

}  // namespace isinglass
