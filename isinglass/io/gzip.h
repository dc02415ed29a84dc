// isinglass/io/gzip.h - decompression of gzip files and of raw deflate streams (RFC 1951, RFC
// 1952).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace isinglass {

// True for bytes that begin as a gzip file does (1F 8B).
bool is_gzip(std::string_view bytes);

// The contents of a gzip file, all of its members joined. Throws FormatError for damage (CRC and
// length are checked), a truncated file, bytes after the last member, or contents of more than
// `max_bytes`. `name` leads the messages.
std::string gunzip(std::string_view bytes, const std::string& name, std::uint64_t max_bytes = std::uint64_t{1} << 32);

// The `size` bytes that a raw deflate stream stands for. Throws FormatError when the stream is
// damaged, does not end with `bytes`, or does not hold exactly `size` bytes. There is no checksum
// to check.
std::string inflate_raw(std::string_view bytes, std::uint64_t size, const std::string& name);

}  // namespace isinglass
