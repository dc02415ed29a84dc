#include "isinglass/io/text.h"

#include <gtest/gtest.h>

#include <limits>

namespace isinglass {
namespace {

TEST(Text, AcceptsTheFirstAndLastCharacterOfEachUtf8Length) {
  EXPECT_EQ(utf8_length("a"), 1u);
  EXPECT_EQ(utf8_length(std::string_view("\0", 1)), 1u);
  EXPECT_EQ(utf8_length("\x7F"), 1u);
  EXPECT_EQ(utf8_length("\xC2\x80"), 2u);
  EXPECT_EQ(utf8_length("\xDF\xBF"), 2u);
  EXPECT_EQ(utf8_length("\xE0\xA0\x80"), 3u);
  EXPECT_EQ(utf8_length("\xED\x9F\xBF"), 3u);
  EXPECT_EQ(utf8_length("\xEE\x80\x80"), 3u);
  EXPECT_EQ(utf8_length("\xEF\xBF\xBF"), 3u);
  EXPECT_EQ(utf8_length("\xF0\x90\x80\x80"), 4u);
  EXPECT_EQ(utf8_length("\xF4\x8F\xBF\xBF"), 4u);
}

TEST(Text, RefusesWhatIsNoUtf8) {
  for (const std::string_view bad : {"", "\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ", "\xE0\x9F\xBF",
                                     "\xE2\x82", "\xE2\x82(", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF",
                                     "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
    EXPECT_EQ(utf8_length(bad), 0u) << in_quotes(bad);
}

TEST(Text, AppendedCodePointsAreWellFormed) {
  std::string out;
  for (const char32_t c : {U'A', U'\u00e9', U'\u20ac', U'\U0001F600'}) append_utf8(out, c);
  EXPECT_EQ(out, "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c == 0xD800) c = 0xE000;
    std::string one;
    append_utf8(one, c);
    ASSERT_EQ(utf8_length(one), one.size()) << static_cast<unsigned>(c);
  }
}

TEST(Text, SkipsOneByteOrderMark) {
  EXPECT_EQ(without_byte_order_mark("\xEF\xBB\xBFx"), "x");
  EXPECT_EQ(without_byte_order_mark("\xEF\xBB\xBF\xEF\xBB\xBF"), "\xEF\xBB\xBF");
  EXPECT_EQ(without_byte_order_mark("x"), "x");
  EXPECT_EQ(without_byte_order_mark(""), "");
}

TEST(Text, QuotesWithTheEscapesOfJsonAndToml) {
  std::string out;
  append_quoted(out, std::string_view("a\"\\/\b\f\n\r\t\0\x1F\x7F\xC3\xA9\xFFz", 16));
  EXPECT_EQ(out, "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\xC3\xA9\\ufffdz\"");
}

TEST(Text, CutsLongTextForMessagesBetweenCharacters) {
  EXPECT_EQ(in_quotes("name\n"), "\"name\\n\"");
  EXPECT_EQ(in_quotes(std::string(60, 'a')), '"' + std::string(60, 'a') + '"');
  EXPECT_EQ(in_quotes(std::string(61, 'a')), '"' + std::string(60, 'a') + "\"...");
  EXPECT_EQ(in_quotes(std::string(59, 'a') + "\xC3\xA9"), '"' + std::string(59, 'a') + "\"...");
}

TEST(Text, RealNumbersNeverLookLikeIntegers) {
  EXPECT_EQ(real_text(3), "3.0");
  EXPECT_EQ(real_text(-0.0), "-0.0");
  EXPECT_EQ(real_text(0.1), "0.1");
  EXPECT_EQ(real_text(1e22), "1e+22");
  EXPECT_EQ(real_text(1e-7), "1e-07");
  EXPECT_EQ(real_text(std::numeric_limits<double>::infinity()), "inf");
}

TEST(Text, ReadsRealNumbersWithinRange) {
  EXPECT_EQ(parse_real("-1.5e3"), -1500.0);
  EXPECT_EQ(parse_real("0.1"), 0.1);
  EXPECT_EQ(parse_real("12345678901234567890"), 12345678901234567890.0);
  EXPECT_EQ(parse_real("5e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(parse_real("1e-400"), 0.0);
  EXPECT_EQ(parse_real("0.000001e-330"), 0.0);
  EXPECT_EQ(parse_real("1e308"), 1e308);
  for (const std::string_view bad : {"1e309", "-1e99999999999999999999", "", "x", "1x", "1 ", "nan", "inf"})
    EXPECT_EQ(parse_real(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace isinglass
