#include "isinglass/io/text_cursor.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

std::string place(const TextCursor& cursor) {
  Value here;
  here.set_location(cursor.location());
  return here.where();
}

TEST(TextCursor, TakesWhatIsThereAndCountsLinesAndCharacters) {
  TextCursor cursor(
      "\xEF\xBB\xBF"
      "ab\r\n\xC3\xA9\xF0\x9F\x98\x80x\ny",
      "f");
  EXPECT_EQ(place(cursor), "f:1:1: ");
  EXPECT_FALSE(cursor.take('b'));
  EXPECT_FALSE(cursor.take("ac"));
  EXPECT_TRUE(cursor.take("ab"));
  EXPECT_EQ(place(cursor), "f:1:3: ");
  EXPECT_TRUE(cursor.take_line_end());
  EXPECT_EQ(place(cursor), "f:2:1: ");
  EXPECT_EQ(cursor.take_while([](char) { return true; }), "");
  EXPECT_EQ(cursor.take_character(), "\xC3\xA9");
  EXPECT_EQ(cursor.take_character(), "\xF0\x9F\x98\x80");
  EXPECT_EQ(place(cursor), "f:2:3: ");
  EXPECT_EQ(cursor.take_while([](char c) { return c != '\n'; }), "x");
  EXPECT_FALSE(cursor.take("\ny\n"));
  EXPECT_TRUE(cursor.take_line_end());
  EXPECT_EQ(cursor.peek(), 'y');
  EXPECT_EQ(cursor.rest(), "y");
  EXPECT_TRUE(cursor.take('y'));
  EXPECT_EQ(place(cursor), "f:3:2: ");
  EXPECT_TRUE(cursor.at_end());
  EXPECT_EQ(cursor.peek(), '\0');
  EXPECT_FALSE(cursor.take('\0'));
  EXPECT_FALSE(cursor.take_line_end());
  EXPECT_THROW(cursor.take_character(), FormatError);
}

TEST(TextCursor, SaysWhatItFound) {
  EXPECT_EQ(TextCursor("", "f").found(), "the end of the text");
  EXPECT_EQ(TextCursor("\n", "f").found(), "\"\\n\"");
  EXPECT_EQ(TextCursor("\xC3\xA9", "f").found(), "\"\xC3\xA9\"");
  EXPECT_EQ(TextCursor("\xC3", "f").found(), "a byte that is no UTF-8");
}

TEST(TextCursor, TakesHexadecimalDigits) {
  TextCursor cursor("00e9FFg", "f");
  EXPECT_EQ(cursor.take_hexadecimal(4), U'\u00e9');
  try {
    cursor.take_hexadecimal(4);
    ADD_FAILURE();
  } catch (const FormatError& error) {
    EXPECT_STREQ(error.what(), "f:1:7: expected 4 hexadecimal digits, found \"g\"");
  }
}

TEST(TextCursor, RefusesControlCharactersButTabs) {
  for (const std::string bad : {"\x01", "\n", "\r", "\x7F"})
    EXPECT_THROW(TextCursor(bad, "f").take_character(), FormatError);
  TextCursor tab("\t", "f");
  EXPECT_EQ(tab.take_character(), "\t");
}

}  // namespace
}  // namespace isinglass
