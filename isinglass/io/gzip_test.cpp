#include "isinglass/io/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

using namespace std::string_literals;

// "hello hello hello" by Python's gzip and zlib modules.
const std::string kGzip =
    "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\xCBH\xCD\xC9\xC9W\xC8@\x90\x00\x80\x88\xF9\xE5"s
    "\x11\x00\x00\x00"s;
const std::string kRaw = "\xCBH\xCD\xC9\xC9W\xC8@\x90\x00"s;
const std::string kText = "hello hello hello";

std::string compressed(const std::string& text, int window_bits = 15 + 16) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string bytes(text.size() + 100, '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

std::string refusal(const std::string& bytes, std::uint64_t max_bytes = 1000) {
  try {
    gunzip(bytes, "x.gz", max_bytes);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Gzip, RecognisesItsMagic) {
  EXPECT_TRUE(is_gzip(kGzip));
  EXPECT_FALSE(is_gzip("\x1F"));
  EXPECT_FALSE(is_gzip(""));
  EXPECT_FALSE(is_gzip("PK\3\4"));
}

TEST(Gzip, ReadsOneMemberAndSeveral) {
  EXPECT_EQ(gunzip(kGzip, "x"), kText);
  EXPECT_EQ(gunzip(kGzip + compressed("") + kGzip, "x"), kText + kText);
  EXPECT_EQ(gunzip(compressed(""), "x"), "");
}

TEST(Gzip, ReadsMoreThanOneBuffer) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919 % 10'007);
  EXPECT_EQ(gunzip(compressed(text), "x"), text);
  EXPECT_EQ(inflate_raw(compressed(text, -15), text.size(), "x"), text);
}

TEST(Gzip, EveryPrefixIsRefused) {
  for (std::size_t size = 0; size < kGzip.size(); ++size) EXPECT_NE(refusal(kGzip.substr(0, size)), "accepted") << size;
  for (std::size_t size = 1; size < kGzip.size(); ++size)
    EXPECT_NE(refusal(kGzip + kGzip.substr(0, size)), "accepted") << size;
  EXPECT_EQ(refusal(kGzip.substr(0, 20)),
            "x.gz: byte 20: expected more compressed data, found the end; the file is truncated");
}

TEST(Gzip, DamageIsRefused) {
  std::string wrong_crc = kGzip, wrong_length = kGzip, wrong_method = kGzip;
  wrong_crc[20] ^= 1;
  wrong_length[24] ^= 1;
  wrong_method[2] = 7;
  EXPECT_NE(refusal(wrong_crc).find("found damage: incorrect data check"), std::string::npos);
  EXPECT_NE(refusal(wrong_length).find("found damage: incorrect length check"), std::string::npos);
  EXPECT_NE(refusal(wrong_method).find("found damage: unknown compression method"), std::string::npos);
  EXPECT_EQ(refusal(kGzip + "\0\0"s), "x.gz: byte 28: expected a gzip member (1F 8B), found 00 00");
  EXPECT_EQ(refusal("plain text"), "x.gz: byte 0: expected a gzip member (1F 8B), found 70 6C 61 69");
  EXPECT_EQ(refusal(""), "x.gz: byte 0: expected a gzip member (1F 8B), found the end");
}

TEST(Gzip, ContentsAreCapped) {
  const std::string bomb = compressed(std::string(1'000'000, '\0'));
  EXPECT_NE(refusal(bomb, 999'999).find("at most 999999 bytes"), std::string::npos);
  EXPECT_EQ(gunzip(bomb, "x", 1'000'000).size(), 1'000'000U);
  EXPECT_EQ(refusal(kGzip, 17), "accepted");
  EXPECT_NE(refusal(kGzip + kGzip, 33), "accepted");
}

TEST(Gzip, RawStreamsHoldWhatTheyAnnounce) {
  EXPECT_EQ(inflate_raw(kRaw, 17, "x"), kText);
  EXPECT_EQ(inflate_raw("\3\0"s, 0, "x"), "");
  EXPECT_THROW(inflate_raw(kRaw, 16, "x"), FormatError);
  EXPECT_THROW(inflate_raw(kRaw, 18, "x"), FormatError);
  EXPECT_THROW(inflate_raw(kRaw + "x", 17, "x"), FormatError);
  EXPECT_THROW(inflate_raw("\xFF\xFF", 17, "x"), FormatError);
  for (std::size_t size = 0; size < kRaw.size(); ++size)
    EXPECT_THROW(inflate_raw(kRaw.substr(0, size), 17, "x"), FormatError) << size;
}

}  // namespace
}  // namespace isinglass
