#include "isinglass/io/tar.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

using namespace std::string_literals;

using Files = std::vector<std::pair<std::string, std::string>>;

// Archives by Python's tarfile, compressed: a directory, "package/a.txt" with "alpha", a link with
// a long target, kLongPath with 600 times "x", and an empty "package/\u00fc".
const std::string kPax =
    "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\xED\xD9\x41n\xC2\x30\x10\x05P\xAF{\x0A\x9F \xB1"s
    "gl\xA2.\xAA\xB2\x64\xC9\x15\x46$\x85\x0ATE"s
    "\x90J>\x1C;.F\x8A\x0A\x12!UQU;H\xF9o\xE3\xEC\xBC\x18\xCF\xF7X\xA9\x65\xB1\x96\x65\x95"s
    "\xAB\x88Lk\xE2\xDCimu"s
    "\xD7\x9E\xEF\x82\xD9+\xEDU\x02\x9F\xBB\x46\xB6\xED\x96j\x9C\xEA\xEF\xFAK\xD6\x84\x66\xB0"s
    "\xFA\xFB\xEB\xFA[\xC3\xD6)mP\xFF\xE8\x64S\xAF"s
    "D\xC1Xey\x96O\xE7\x12\x66\x95\x94\xD5\x36^\xFF\xF7\xF4\xFD\xA5\xE7\xC9L\xBA\xFDO\x96\x95"s
    "\x0E\xE8\xFF\xE8,;\xBDy\xFFX\xD7\xD2"s
    "\xAC^\xC2@\x9E\xD0\x87\x43\xDF\xFF_g\xE0\x61\xE6\x3F.\xBC\x37JS\x8A\xB3\x37\xF2\xFE\x7F"s
    "\x84\xFCg_\xDC\xE4\x3F\x11\xF2\x3F\x05\xE2g"s
    "}\xCA\xFEs\x10\x94\xD1\xE4o\x83\xC3\x45\xF3S\xFE\xC7,\xFB/\xF9o-w\xF3\xDF\x12\x13\xDE"s
    "\x7F)\x04\x80\x08\x90\xAC\x98\xFF\xEE\x9D\xFF"s
    "\x0C\xF1\xED\xFB\xDF`\xFEK\xF2\xFE\xEF\x8C\x7F\x87=f\xA4\x31\xCE\x7F\xAF\x11\xF7\xF8\xC3"s
    "\xFF\x1FG\x05\xE6\x3F\x00\x00\x00\x00\x00\x80\xFFt\x04"s
    "B\xB0\xAE\x9C\x00(\x00\x00"s;
const std::string kGnu =
    "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\xED\xD8M\x0E\x82\x30\x14\x04\xE0\x1E\xA5'\xA0}"s
    "\xA5\xA5[\xF7r\x89\xC6\x1F\x34\x10$\x8A\x09\x87s\xE7"s
    "\xC5$\xC6\x98\x88$\xC6\xC4R\x84\xF9\x36\x65\xC1\xEE\x31\x43\xDB\xCA\xADr\x97m\x04\xF3H"s
    "\xB6\x12\xAD\xEFk\xAB\xBB\xF6<[e\x0D\xE3\x86"s
    "\x0D\xE0|\xAA\xDD\x91s6S\xD5\x63\xFE.\xAA\x9B:\xD8\xFC\xCD\xEB\xFCI*\xA3\x19\x97\x98\xBF"s
    "w\xAE\xA8v\x8E\xC1\\E\"\x12\x8B\xF4"s
    "Pf\xE9\xBE\xCC=\xE6\xBF'\xF7\xCF\xCC\x93\xA5n\xFF[\x13\x33\xBE\x44\xFE\xBDk\x02\x41\xF2"s
    "\xC6\xF5\xFF/\xFC\xC5\xFF\xFB\xFD_l\x0DI"s
    "\xC6\xD5\x10\x1F\xE2\xCC\xF3\x3F\x86\xFE\x8Fu\xF2\xD6\xFFI;\xFF\x14\xFD\x3FX\xFE\xD7\xDE"s
    "\x88mp\xA8\xF9\xA0\xF3\xFF\xD0\xFF\x44q\xB7\xFF\x89"s
    "\xAC\xC2\xF9o\xCA\xFB\x3F\x98\x36\x34\xEB\x7F\xF5\xFF\xF5\x32\xA2\xFB_j\xDF\xB7\xE8\x7F"s
    "\x00\x00\x00\x00\x00\x00\x00\x80_\xB8\x01N\xBE>\xC3\x00"s
    "(\x00\x00"s;
// One file "ustar" whose path is split over two fields.
const std::string kUstar =
    "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\xED\xCF\x31\x0E\x82@\x10\x05\xD0=\x8A\x37\x90"s
    "\x62W\xCF\xB3\x41\xB1\xB0!\x02\xF7gBE\xA8\x0C\x01\x13"s
    "\x93\xF7\x9A\x3F\xF9\xC5L\xA6\xEB\xF6K_j\xC2-\xE7%\xC3\x36\x43Y\xCD\xD1\xE7|/%]\x9A\xF4"s
    "\x03\xD3\x30\xD6O\x9C\x3Fzo_"s
    "\xDBw}=\xAF\x8F\xD3\x1C\xF8>\x00\x00\x00\x00\x00\x00\x00\x00\x00\xFF\x66\x06#]\\\x19\x00"s
    "(\x00\x00"s;
const std::string kLongPath = "package/" + std::string(90, 'd') + "/" + std::string(130, 'f');
const std::string kZeros(1024, '\0');

void set_checksum(std::string& header) {
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char text[9];
  std::snprintf(text, sizeof(text), "%06o", sum);
  header.replace(148, 6, text, 6);
  header[154] = '\0';
}

std::string header(const std::string& path, std::size_t size, char type = '0') {
  std::string bytes(512, '\0');
  char octal[12];
  std::snprintf(octal, sizeof(octal), "%011zo", size);
  bytes.replace(0, path.size(), path);
  bytes.replace(124, 11, octal, 11);
  bytes[156] = type;
  bytes.replace(257, 8,
                "ustar\0"
                "00"s);
  set_checksum(bytes);
  return bytes;
}

std::string entry(const std::string& path, const std::string& contents, char type = '0') {
  return header(path, contents.size(), type) + contents + std::string((512 - contents.size() % 512) % 512, '\0');
}

std::string refusal(const std::string& bytes) {
  try {
    parse_tar(bytes, "x.tar");
  } catch (const FormatError& error) {
    return error.what();
  }
  return "accepted";
}

void expect_refused(const std::string& bytes, const std::string& message) {
  EXPECT_NE(refusal(bytes).find(message), std::string::npos) << refusal(bytes);
}

TEST(Tar, ReadsPaxAndGnuArchives) {
  const Files expected{{"package/a.txt", "alpha"}, {kLongPath, std::string(600, 'x')}, {"package/\xC3\xBC", ""}};
  EXPECT_EQ(parse_tar(kPax, "x"), expected);
  EXPECT_EQ(parse_tar(kGnu, "x"), expected);
}

TEST(Tar, JoinsTheTwoPartsOfAUstarPath) {
  const Files expected{{"package/" + std::string(90, 'd') + "/" + std::string(60, 'f'), "ustar"}};
  EXPECT_EQ(parse_tar(kUstar, "x"), expected);
}

TEST(Tar, ReadsPlainArchives) {
  EXPECT_EQ(parse_tar(entry("a", "1") + entry("b/c", std::string(512, '2')) + kZeros, "x"),
            (Files{{"a", "1"}, {"b/c", std::string(512, '2')}}));
  EXPECT_EQ(parse_tar(kZeros, "x"), Files{});
  EXPECT_EQ(parse_tar(entry(std::string(100, 'a'), "") + kZeros, "x"), (Files{{std::string(100, 'a'), ""}}));
  EXPECT_EQ(parse_tar(entry("old", "1", '\0') + kZeros, "x"), (Files{{"old", "1"}}));
}

TEST(Tar, SkipsLinksDevicesAndDirectories) {
  std::string bytes;
  for (const char type : "123456"s) bytes += header("../"s + type, type == '5' ? 0 : 99, type);
  EXPECT_EQ(parse_tar(bytes + entry("a", "1") + kZeros, "x"), (Files{{"a", "1"}}));
}

TEST(Tar, ExtendedHeadersSpeakForTheNextFileOnly) {
  const std::string pax = entry("PaxHeader", "12 path=new\n20 mtime=123.456789\n", 'x');
  EXPECT_EQ(parse_tar(pax + entry("a", "1") + entry("b", "2") + kZeros, "x"), (Files{{"new", "1"}, {"b", "2"}}));
  const std::string size = entry("PaxHeader", "9 size=3\n", 'x');
  EXPECT_EQ(parse_tar(size + header("a", 0) + "123" + std::string(509, '\0') + kZeros, "x"), (Files{{"a", "123"}}));
  const std::string comment = entry("pax_global_header", "16 comment=abcd\n", 'g');
  EXPECT_EQ(parse_tar(comment + entry("a", "1") + kZeros, "x"), (Files{{"a", "1"}}));
  EXPECT_EQ(parse_tar(entry("L", "long\0"s, 'L') + entry("K", "to\0"s, 'K') + entry("a", "1") + kZeros, "x"),
            (Files{{"long", "1"}}));
  EXPECT_EQ(parse_tar(pax + header("link", 0, '2') + entry("a", "1") + kZeros, "x"), (Files{{"a", "1"}}));
}

TEST(Tar, BadRecordsAreRefused) {
  for (const std::string& records :
       {"12 path=new"s, "13 path=new\n"s, "11 path=new\n"s, "99999999999999999999 path=new\n"s, "-1 path=new\n"s,
        "path=new\n"s, "3 \n"s, "0 path=new\n"s, "11 path new\n"s, "9 size=x\n"s, "10 size=-1\n"s, "8 size=\n"s,
        "12 path=new\n12 path"s, "12"s, "\0"s})
    EXPECT_NE(refusal(entry("x", records, 'x') + entry("a", "1") + kZeros), "accepted") << records;
  expect_refused(entry("x", "22 GNU.sparse.major=1\n", 'x') + entry("a", "1") + kZeros, "found a sparse one");
  expect_refused(entry("x", "12 path=new\n", 'g') + entry("a", "1") + kZeros, "found it for all files");
  expect_refused(entry("x", "12 path=new\n", 'x') + kZeros, "expected a file after its extended header");
  expect_refused(entry("x", "29 size=18446744073709551615\n", 'x') + entry("a", "1") + kZeros, "truncated");
}

TEST(Tar, PathsThatLeaveTheDirectoryAreRefused) {
  for (const std::string path : {"/etc/passwd", "../a", "a/../../b", "", "./a", "a//b", "a\\b", "a\nb"})
    expect_refused(entry(path, "1") + kZeros, "expected a plain path, found");
  expect_refused(entry("x", "13 path=../a\n", 'x') + entry("a", "1") + kZeros,
                 "a path that leaves its directory: \"../a\"");
  expect_refused(entry("L", "/etc/passwd\0"s, 'L') + entry("a", "1") + kZeros, "an absolute path: \"/etc/passwd\"");
  expect_refused(entry("a", "1") + entry("a", "2") + kZeros, "found a second \"a\"");
}

TEST(Tar, TruncatedArchivesAreRefused) {
  const std::string good = entry("a", "1") + entry("b", std::string(600, '2')) + std::string(512, '\0');
  EXPECT_EQ(refusal(good), "accepted");
  for (std::size_t size = 0; size < good.size(); size += 7)
    EXPECT_NE(refusal(good.substr(0, size)), "accepted") << size;
  for (std::size_t size = 0; size < kPax.size(); ++size) EXPECT_NE(refusal(kPax.substr(0, size)), "accepted") << size;
  EXPECT_EQ(refusal(""),
            "x.tar: byte 0: expected 512 bytes of header or end of the archive, found 0; the file "
            "is truncated");
  expect_refused(good + entry("c", "3"), "expected only zeros after the last file");
}

TEST(Tar, DamagedHeadersAreRefused) {
  const std::string good = entry("a", "1") + kZeros;
  std::string renamed = good, no_magic = good, no_checksum = good;
  renamed[0] = 'b';
  no_magic[257] = 'U';
  no_checksum.replace(148, 8, "banana!!");
  expect_refused(renamed, "the file is damaged");
  expect_refused(no_magic, "expected a tar header with 'ustar' at its byte 257, found \"Ustar\"");
  expect_refused(no_checksum, "checksum in octal digits, found \"banana!!\"");
  expect_refused(header("a", 0, 'S') + kZeros, "found type \"S\"");
  expect_refused(header("a", 1'000'000) + kZeros, "expected 1000000 bytes of contents");

  std::string binary_size = header("a", 0);
  binary_size.replace(124, 12, "\x80\0\0\0\0\0\0\0\0\0\0\1"s);
  set_checksum(binary_size);
  expect_refused(binary_size + kZeros, "size in octal digits");
}

}  // namespace
}  // namespace isinglass
