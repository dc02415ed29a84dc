#include "isinglass/io/pnm.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

using namespace std::string_literals;
using Numbers = std::vector<Index>;

Numbers read(const std::string& bytes) {
  const Array image = parse_pnm(bytes, "x.pgm");
  Numbers out;
  for (Index i = 0; i < image.size(); ++i) out.push_back(static_cast<Index>(image.at(i)));
  return out;
}

std::string refusal(const std::string& bytes) {
  try {
    parse_pnm(bytes, "x.pgm");
  } catch (const FormatError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Pnm, ReadsTheFourFormats) {
  EXPECT_EQ(parse_pnm("P5 3 2 255\nabcdef", "x").shape, (Shape{2, 3}));
  EXPECT_EQ(parse_pnm("P6 1 2 255\nabcdef", "x").shape, (Shape{2, 1, 3}));
  EXPECT_EQ(read("P5 3 2 255\nabcdef"), (Numbers{'a', 'b', 'c', 'd', 'e', 'f'}));
  EXPECT_EQ(read("P6 1 2 255\nabcdef"), (Numbers{'a', 'b', 'c', 'd', 'e', 'f'}));
  EXPECT_EQ(read("P2\n3 1\n255\n0 7\n255"), (Numbers{0, 7, 255}));
  EXPECT_EQ(parse_pnm("P3 1 2 255 1 2 3 4 5 6\n", "x").shape, (Shape{2, 1, 3}));
  EXPECT_EQ(read("P3 1 2 255 1 2 3 4 5 6\n"), (Numbers{1, 2, 3, 4, 5, 6}));
}

TEST(Pnm, ASmallLargestValueIsSpreadOverABytesRange) {
  EXPECT_EQ(read("P2 4 1 3 0 1 2 3"), (Numbers{0, 85, 170, 255}));
  EXPECT_EQ(read("P5 2 1 1\n\1\0"s), (Numbers{255, 0}));
  EXPECT_EQ(read("P2 2 1 15 7 8"), (Numbers{119, 136}));
}

TEST(Pnm, CommentsStandAnywhereButAmongBinaryValues) {
  EXPECT_EQ(read("P5#by hand\n# 9 9\n 1#\n2\n# M\n255\n#b"), (Numbers{'#', 'b'}));
  EXPECT_EQ(read("P2 2 1 255 # first\r\n1 # one\n2 # the end"), (Numbers{1, 2}));
  EXPECT_EQ(read("P5 1 1 255\r\x0A"), (Numbers{10}));
}

TEST(Pnm, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(refusal(""),
            "x.pgm: expected a PGM or PPM image (P2, P3, P5 or P6 and a white space), found an empty file");
  EXPECT_EQ(refusal("P4 1 1 a"),
            "x.pgm: expected a PGM or PPM image (P2, P3, P5 or P6 and a white space), found 50 34 20 31");
  EXPECT_EQ(refusal("P5 "), "x.pgm: byte 3: expected a width from 1 to 67108864, found the end; the file is truncated");
  EXPECT_EQ(refusal("P5 0 1 255 a"), "x.pgm: byte 3: expected a width from 1 to 67108864, found \"0\"");
  EXPECT_EQ(refusal("P5 1 -1 255 a"), "x.pgm: byte 5: expected a height from 1 to 67108864, found \"-1\"");
  EXPECT_EQ(refusal("P5 1 1 65535 aa"), "x.pgm: byte 7: expected a largest value from 1 to 255, found \"65535\"");
  EXPECT_EQ(refusal("P5 1 1 99999999999999999999 a"),
            "x.pgm: byte 7: expected a largest value from 1 to 255, found \"99999999999999999999\"");
  EXPECT_EQ(refusal("P5 2 2 255\nabc"), "x.pgm: byte 11: expected 4 bytes of values, found 3");
  EXPECT_EQ(refusal("P5 2 2 255\nabcde"), "x.pgm: byte 11: expected 4 bytes of values, found 5");
  EXPECT_EQ(refusal("P5 2 1 9\n\3\x0A"), "x.pgm: byte 10: expected values up to 9, found 10");
  EXPECT_EQ(refusal("P2 2 1 9 3 10"), "x.pgm: byte 11: expected a value from 0 to 9, found \"10\"");
  EXPECT_EQ(refusal("P2 2 1 9 3 4x"), "x.pgm: byte 11: expected a value from 0 to 9, found \"4x\"");
  EXPECT_EQ(refusal("P2 2 2 9 3 4"), "x.pgm: byte 8: expected 4 values, found only 4 bytes");
  EXPECT_EQ(refusal("P2 2 1 9 3 4 5"), "x.pgm: byte 13: expected the end of the file, found more values");
  EXPECT_EQ(refusal("P6 60000 60000 255\n"), "x.pgm: byte 18: expected at most 67108864 pixels, found 60000 x 60000");
  EXPECT_EQ(refusal("P6 8000 8000 255\na"), "x.pgm: byte 17: expected 192000000 bytes of values, found 1");
  EXPECT_NE(refusal("P5 1 1 255"), "accepted");
  EXPECT_NE(refusal("P5 1 1 255#\na"), "accepted");
}

}  // namespace
}  // namespace isinglass
