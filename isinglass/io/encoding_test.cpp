#include "isinglass/io/encoding.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

std::string refusal(std::string_view bytes, const std::string& encoding) {
  try {
    decode_text(bytes, "cars.csv", encoding);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Encoding, Utf8StaysAsItIs) {
  const Decoded found = decode_text("\ufeffh\u00f6he,\u6c34\n", "a.csv");
  EXPECT_EQ(found.text, "\ufeffh\u00f6he,\u6c34\n");
  EXPECT_EQ(found.encoding, "UTF-8");
  EXPECT_EQ(decode_text("", "a.csv").text, "");
}

TEST(Encoding, GbkIsFoundOut) {
  const Decoded found = decode_text("\xc9\xed\xb8\xdf,\xc0\xe0\xb1\xf0\n1,\xc4\xd0\n", "a.csv");
  EXPECT_EQ(found.text, "\u8eab\u9ad8,\u7c7b\u522b\n1,\u7537\n");
  EXPECT_EQ(found.encoding, "GB18030");
}

TEST(Encoding, OthersAreNamed) {
  EXPECT_EQ(decode_text("caf\xe9", "a.csv", "WINDOWS-1252").text, "caf\u00e9");
  EXPECT_EQ(decode_text(std::string_view("\xff\xfe"
                                         "a\0,\0",
                                         6),
                        "a.csv")
                .text,
            "a,");
  EXPECT_EQ(decode_text("\xa4\xf4", "a.csv", "BIG5").text, "\u6c34");
}

TEST(Encoding, LongTextsComeWhole) {
  std::string gbk, utf8;
  for (int i = 0; i < 100000; ++i) {
    gbk += "\xc9\xed";
    utf8 += "\u8eab";
  }
  EXPECT_EQ(decode_text(gbk, "a.csv").text, utf8);
}

TEST(Encoding, SaysWhereItFails) {
  EXPECT_EQ(refusal("a\nb\xff\xff\n", "auto"),
            "cars.csv:2: expected text in GB18030, found bytes that it does not have; save the file as UTF-8, or name "
            "its encoding");
  EXPECT_NE(refusal("\xc9\xed", "UTF-8").find("cars.csv:1: expected text in UTF-8"), std::string::npos);
  EXPECT_NE(refusal("a", "GBX").find("there is no encoding 'GBX'"), std::string::npos);
  EXPECT_NE(refusal("\xc9", "GB18030").find("cars.csv:1"), std::string::npos);
}

}  // namespace
}  // namespace isinglass
