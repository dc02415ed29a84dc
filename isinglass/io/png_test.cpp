#include "isinglass/io/png.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"

namespace isinglass {
namespace {

using namespace std::string_literals;

const std::string kSignature = "\x89PNG\r\n\x1A\n";
enum Colour { kGrey = 0, kRgb = 2, kPalette = 3, kGreyAlpha = 4, kRgbAlpha = 6 };

std::string chunk(const std::string& type, const std::string& data) {
  std::string bytes;
  append_number(bytes, static_cast<std::uint32_t>(data.size()), ByteOrder::kBig);
  bytes += type + data;
  const auto* first = reinterpret_cast<const Bytef*>(bytes.data() + 4);
  append_number(bytes, static_cast<std::uint32_t>(crc32(0, first, static_cast<uInt>(bytes.size() - 4))),
                ByteOrder::kBig);
  return bytes;
}

std::string header(std::uint32_t width, std::uint32_t height, int depth, Colour colour) {
  std::string data;
  append_number(data, width, ByteOrder::kBig);
  append_number(data, height, ByteOrder::kBig);
  return chunk("IHDR", data + static_cast<char>(depth) + static_cast<char>(colour) + "\0\0\0"s);
}

// `rows` as they are compressed: a filter byte (0) before each.
std::string pixels(const std::string& rows) {
  std::string out(compressBound(rows.size()), '\0');
  uLongf size = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(rows.data()), rows.size());
  return chunk("IDAT", out.substr(0, size));
}

std::string file(const std::string& chunks) {
  return kSignature + chunks + chunk("IEND", "");
}

using Numbers = std::vector<Index>;
Numbers numbers(const Array& image) {
  Numbers out;
  for (Index i = 0; i < image.size(); ++i) out.push_back(static_cast<Index>(image.at(i)));
  return out;
}
Numbers read(const std::string& chunks) {
  return numbers(parse_png(file(chunks), "x.png"));
}

std::string refusal(const std::string& bytes) {
  try {
    parse_png(bytes, "x.png");
  } catch (const FormatError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Png, ReadsGreyAndColour) {
  const Array grey = parse_png(file(header(3, 2, 8, kGrey) + pixels("\0abc\0def"s)), "x.png");
  EXPECT_EQ(grey.type, DType::kU8);
  EXPECT_EQ(grey.shape, (Shape{2, 3}));
  EXPECT_EQ(numbers(grey), (Numbers{'a', 'b', 'c', 'd', 'e', 'f'}));
  const Array colour = parse_png(file(header(1, 2, 8, kRgb) + pixels("\0abc\0def"s)), "x.png");
  EXPECT_EQ(colour.shape, (Shape{2, 1, 3}));
  EXPECT_EQ(numbers(colour), (Numbers{'a', 'b', 'c', 'd', 'e', 'f'}));
}

TEST(Png, FewBitsAreSpreadAndManyAreRounded) {
  EXPECT_EQ(read(header(3, 1, 1, kGrey) + pixels("\0\xA0"s)), (Numbers{255, 0, 255}));
  EXPECT_EQ(read(header(4, 1, 2, kGrey) + pixels("\0\x1B"s)), (Numbers{0, 85, 170, 255}));
  EXPECT_EQ(read(header(2, 1, 4, kGrey) + pixels("\0\x1F"s)), (Numbers{17, 255}));
  EXPECT_EQ(read(header(3, 1, 16, kGrey) + pixels("\0\x01\x02\x00\xFF\xFF\xFF"s)), (Numbers{1, 1, 255}));
}

TEST(Png, PalettesBecomeColours) {
  const Array image = parse_png(file(header(2, 1, 8, kPalette) + chunk("PLTE", "abcdef") + pixels("\0\1\0"s)), "x.png");
  EXPECT_EQ(image.shape, (Shape{1, 2, 3}));
  EXPECT_EQ(numbers(image), (Numbers{'d', 'e', 'f', 'a', 'b', 'c'}));
}

TEST(Png, ValuesStayAsStoredWhateverTheGammaSays) {
  const std::string gamma = chunk("gAMA", "\0\1\x86\xA0"s);  // linear
  EXPECT_EQ(read(header(2, 1, 8, kGrey) + gamma + pixels("\0\x40\x80"s)), (Numbers{64, 128}));
}

TEST(Png, OpaqueAlphaIsDroppedAndTransparencyRefused) {
  EXPECT_EQ(read(header(2, 1, 8, kGreyAlpha) + pixels("\0a\xFF"
                                                      "b\xFF"s)),
            (Numbers{'a', 'b'}));
  EXPECT_EQ(read(header(1, 1, 8, kRgbAlpha) + pixels("\0abc\xFF"s)), (Numbers{'a', 'b', 'c'}));
  EXPECT_EQ(refusal(file(header(2, 2, 8, kGreyAlpha) + pixels("\0a\xFF"
                                                              "b\xFF\0c\xFF"
                                                              "d\xFE"s))),
            "x.png: the pixel at column 1, row 1 is transparent; save the image without transparency, on the "
            "background that is meant");
  // Palette entry 0 and the grey 5 are marked as transparent.
  const std::string palette = header(1, 1, 8, kPalette) + chunk("PLTE", "abcdef") + chunk("tRNS", "\0"s);
  EXPECT_NE(refusal(file(palette + pixels("\0\0"s))).find("transparent"), std::string::npos);
  EXPECT_EQ(read(palette + pixels("\0\1"s)), (Numbers{'d', 'e', 'f'}));
  const std::string grey = header(1, 1, 8, kGrey) + chunk("tRNS", "\0\5"s);
  EXPECT_NE(refusal(file(grey + pixels("\0\5"s))).find("transparent"), std::string::npos);
  EXPECT_EQ(read(grey + pixels("\0\6"s)), (Numbers{6}));
}

TEST(Png, DamageAnywhereIsRefused) {
  const std::string good = file(header(3, 2, 8, kGrey) + chunk("tEXt", "a\0b"s) + pixels("\0abc\0def"s));
  ASSERT_EQ(refusal(good), "accepted");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
    EXPECT_NE(refusal(bytes), "accepted") << "byte " << i;
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(refusal(good.substr(0, size)), "accepted") << size << " bytes";
  EXPECT_EQ(refusal(good.substr(0, good.size() - 1)),
            "x.png: byte 84: expected more of the PNG image, found the end; the file is truncated");
  EXPECT_EQ(refusal(good + "ab"), "x.png: byte 88: expected the end of the file, found 2 more bytes");
  EXPECT_EQ(refusal("P5 1 1 255 a"),
            "x.png: expected a PNG image (89 50 4E 47 0D 0A 1A 0A), found 50 35 20 31 20 31 20 32");
}

TEST(Png, BadContentWithGoodChecksumsIsRefused) {
  const auto bad = [](const std::string& chunks) { return refusal(file(chunks)) != "accepted"; };
  EXPECT_TRUE(bad(header(3, 2, 8, kGrey)));
  EXPECT_TRUE(bad(header(3, 2, 8, kGrey) + pixels("\0abc"s)));
  EXPECT_TRUE(bad(header(3, 2, 8, kGrey) + pixels("\0abc\0defg"s)));
  EXPECT_TRUE(bad(header(3, 2, 8, kGrey) + pixels("\7abc\0def"s)));
  EXPECT_TRUE(bad(header(3, 2, 8, kGrey) + chunk("IDAT", "garbage")));
  EXPECT_TRUE(bad(header(0, 2, 8, kGrey) + pixels("\0\0"s)));
  EXPECT_TRUE(bad(header(3, 2, 5, kGrey) + pixels("\0abc\0def"s)));
  EXPECT_TRUE(bad(header(1, 1, 8, kPalette) + pixels("\0\0"s)));
  EXPECT_TRUE(bad(header(1, 1, 8, kPalette) + chunk("PLTE", "abc") + pixels("\0\1"s)));
  EXPECT_TRUE(bad(chunk("IDAT", "") + header(3, 2, 8, kGrey)));
  EXPECT_TRUE(bad(header(3, 2, 8, kGrey) + chunk("CRIT", "") + pixels("\0abc\0def"s)));
}

TEST(Png, SizesAreCheckedBeforeMemoryIsTaken) {
  EXPECT_EQ(refusal(file(header(1000000, 1000000, 8, kGrey) + pixels("\0"s))),
            "x.png: expected at most 67108864 pixels, found 1000000 x 1000000 pixels");
  EXPECT_EQ(refusal(file(header(8000, 8000, 16, kRgbAlpha) + pixels("\0"s))),
            "x.png: 66 bytes cannot hold 8000 x 8000 pixels; the file is truncated");
}

TEST(Png, ReadsBackWhatItWrote) {
  for (const Shape& shape : {Shape{1, 1}, Shape{3, 5}, Shape{1, 1, 3}, Shape{67, 129, 3}}) {
    std::string bytes;
    for (Index i = 0; i < size_of(shape); ++i) bytes += static_cast<char>(i * i * 37 + i);
    const Array image = make_array(DType::kU8, shape, bytes, "x");
    const Array again = parse_png(write_png(image), "x.png");
    EXPECT_EQ(again.shape, shape);
    EXPECT_EQ(again.bytes, image.bytes);
  }
}

TEST(Png, RefusesToWriteWhatIsNoImage) {
  const auto write = [](DType type, Shape shape) {
    const auto count = static_cast<std::size_t>(size_of(shape) * size_of(type));
    write_png({type, std::move(shape), std::vector<std::byte>(count)});
  };
  EXPECT_THROW(write(DType::kF32, {2, 2}), InputError);
  for (const Shape& shape : {Shape{}, Shape{4}, Shape{0, 3}, Shape{2, 2, 2}, Shape{1, 2, 2, 3}})
    EXPECT_THROW(write(DType::kU8, shape), InputError) << to_string(shape);
  EXPECT_THROW(write_png({DType::kU8, {1 << 14, 1 << 14}, {}}), InputError);
  EXPECT_THROW(write_png({DType::kU8, {2, 2}, std::vector<std::byte>(3)}), InputError);
}

}  // namespace
}  // namespace isinglass
