#include "isinglass/io/image.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"
#include "isinglass/io/png.h"

namespace isinglass {
namespace {

using namespace std::string_literals;

std::string refusal(const std::string& bytes, const std::string& name) {
  try {
    parse_image(bytes, name);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Image, TheFirstBytesSayWhatItIs) {
  const Array image = make_array(DType::kU8, {1, 2}, "ab", "x");
  for (const std::string& bytes : {write_png(image), "P5 2 1 255\nab"s, "P2 2 1 255 97 98"s}) {
    EXPECT_EQ(parse_image(bytes, "any.name").bytes, image.bytes);
    EXPECT_EQ(parse_image(bytes, "any.name").shape, image.shape);
  }
  EXPECT_EQ(parse_image("P6 1 1 255\nabc", "x").shape, (Shape{1, 1, 3}));
}

TEST(Image, SaysWhatAForeignFileLooksLike) {
  EXPECT_EQ(refusal("hello\nworld", "cats/a.png"),
            "cats/a.png: the file is named .png but begins with the text \"hello\"; expected a PNG, PGM or PPM image");
  EXPECT_EQ(refusal("\xFF\xD8\xFF\xE0\0\x10"s, "a.PNG"),
            "a.PNG: the file is named .png but begins as a JPEG image does; expected a PNG, PGM or PPM image");
  EXPECT_EQ(refusal("\x01\x02\x03", "a.dat"),
            "a.dat: the file begins with the bytes 01 02 03; expected a PNG, PGM or PPM image");
  EXPECT_EQ(refusal("", "a.pgm"), "a.pgm: expected a PNG, PGM or PPM image, found an empty file");
  EXPECT_NE(refusal("\x89PNG\r\n", "a.png").find("expected a PNG"), std::string::npos);
}

TEST(Image, KnowsItsNames) {
  for (const char* name : {"a.png", "a/b.c/d.PGM", "x.Ppm", "y.pnm"}) EXPECT_TRUE(is_image_name(name)) << name;
  for (const char* name : {"png", ".png", "a.png.gz", "a.jpg", "a.png/b", ""})
    EXPECT_FALSE(is_image_name(name)) << name;
}

}  // namespace
}  // namespace isinglass
