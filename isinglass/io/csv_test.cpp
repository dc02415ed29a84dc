#include "isinglass/io/csv.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

Csv parse(std::string_view text, const CsvOptions& options = {}) {
  return parse_csv(text, "data.csv", options);
}

TEST(Csv, ReadsHeaderAndRowsWithTheirLines) {
  const Csv csv = parse("a,b\n1,2\n3,4\n");
  EXPECT_EQ(csv.header, (Row{"a", "b"}));
  EXPECT_EQ(csv.rows, (Rows{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(csv.lines, (std::vector<Index>{2, 3}));
}

TEST(Csv, ReadsWithoutAHeader) {
  const Csv csv = parse("1,2\n1,2\n", {.has_header = false});
  EXPECT_TRUE(csv.header.empty());
  EXPECT_EQ(csv.rows, (Rows{{"1", "2"}, {"1", "2"}}));
  EXPECT_EQ(csv.lines, (std::vector<Index>{1, 2}));
}

TEST(Csv, AnyLineEndWillDo) {
  for (const std::string_view text : {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "a,b\n1,2\r\n3,4",
                                      "\xEF\xBB\xBF"
                                      "a,b\n1,2\n3,4"}) {
    const Csv csv = parse(text);
    EXPECT_EQ(csv.header, (Row{"a", "b"}));
    EXPECT_EQ(csv.rows, (Rows{{"1", "2"}, {"3", "4"}}));
    EXPECT_EQ(csv.lines, (std::vector<Index>{2, 3}));
  }
}

TEST(Csv, SkipsEmptyLinesButCountsThem) {
  const Csv csv = parse("\n\r\na\r\n\r\n1\n\n\n2\n\n");
  EXPECT_EQ(csv.header, (Row{"a"}));
  EXPECT_EQ(csv.rows, (Rows{{"1"}, {"2"}}));
  EXPECT_EQ(csv.lines, (std::vector<Index>{5, 8}));
}

TEST(Csv, KeepsEmptyFieldsAndSpaces) {
  EXPECT_EQ(parse("a,b,c\n,,\n x , ,\n1,,").rows, (Rows{{"", "", ""}, {" x ", " ", ""}, {"1", "", ""}}));
}

TEST(Csv, QuotedFieldsHoldDelimitersQuotesAndLineEnds) {
  const Csv csv = parse("\"a,1\",b\n\"say \"\"hi\"\"\",\"two\r\nlines\nand\rmore\"\n\"\",\"\"\"\"\nx,y\n");
  EXPECT_EQ(csv.header, (Row{"a,1", "b"}));
  EXPECT_EQ(csv.rows, (Rows{{"say \"hi\"", "two\r\nlines\nand\rmore"}, {"", "\""}, {"x", "y"}}));
  EXPECT_EQ(csv.lines, (std::vector<Index>{2, 6, 7}));
}

TEST(Csv, FindsTheDelimiterInTheFirstRecordOutsideQuotes) {
  EXPECT_EQ(parse("a;b;c\n1,5;2;3\n").rows, (Rows{{"1,5", "2", "3"}}));
  EXPECT_EQ(parse("a\tb\n1\t2\n").rows, (Rows{{"1", "2"}}));
  EXPECT_EQ(parse("a|b\n1|2\n").rows, (Rows{{"1", "2"}}));
  EXPECT_EQ(parse("\n\n\"a,,,\n,,\";b\n1;2\n").header, (Row{"a,,,\n,,", "b"}));
  EXPECT_EQ(parse("one\n1\n").header, (Row{"one"}));
  EXPECT_EQ(parse("a,b;c\n1,2\n").header, (Row{"a", "b;c"}));
}

TEST(Csv, TakesTheDelimiterGiven) {
  EXPECT_EQ(parse("a,b\n1,2\n", {.delimiter = ';'}).rows, (Rows{{"1,2"}}));
  EXPECT_EQ(parse("a b\n1 2\n", {.delimiter = ' '}).rows, (Rows{{"1", "2"}}));
  for (const char bad : {'"', '\n', '\r'}) EXPECT_THROW(parse("a\n1\n", {.delimiter = bad}), OptionError);
}

TEST(Csv, RefusesWithFileLineAndReason) {
  struct Case {
    std::string text, message;
  };
  const Case cases[] = {
      {"", "data.csv: the file is empty, expected rows of data"},
      {"\xEF\xBB\xBF", "data.csv: the file is empty, expected rows of data"},
      {"\r\n\n\n", "data.csv: the file holds only empty lines, expected rows of data"},
      {"a,b\n", "data.csv:1: found a header of 2 columns but no rows below it"},
      {"a", "data.csv:1: found a header of 1 column but no rows below it"},
      {"a,b\n1,2\n\n1\n", "data.csv:4: expected 2 fields as in the header, found 1"},
      {"a\n1\n1,2,3\n", "data.csv:3: expected 1 field as in the header, found 3"},
      {"a,b\n\"x\ny\",1,\n", "data.csv:2: expected 2 fields as in the header, found 3"},
      {"a,,c\n1,2,3\n", "data.csv:1: expected a name for column 2 in the header, found nothing"},
      {"\na,b,\n1,2,\n",
       "data.csv:2: expected a name for column 3 in the header, found nothing; does each line end "
       "with a superfluous delimiter?"},
      {"a,b,a\n1,2,3\n", "data.csv:1: columns 1 and 3 have the same name \"a\""},
      {"a,b\n1,2\n3,\"4\n5,6\n", "data.csv:3: the quoted field that begins here with \"4\\n5,6\\n\" is never closed"},
      {"a\n\"", "data.csv:2: the quoted field that begins here with \"\" is never closed"},
      {"a\n\"x\"y\n",
       "data.csv:2: expected a delimiter or the end of the line after the quoted field \"x\", "
       "found \"y\""},
      {"a\n5\"\n",
       "data.csv:2: a quote inside the unquoted field \"5\\\"\"; quote the whole field and double "
       "the quote"},
      {std::string("a\n1\n\0\n", 7),
       "data.csv:3: a NUL byte; expected text (UTF-8): is this a binary file, or UTF-16 text to "
       "convert?"},
  };
  for (const Case& c : cases) {
    try {
      parse(c.text);
      ADD_FAILURE() << "accepted, expected " << c.message;
    } catch (const FormatError& error) {
      EXPECT_EQ(error.what(), c.message);
    }
  }
  EXPECT_THROW(parse("1,2\n3\n", {.has_header = false}), FormatError);
}

TEST(Csv, AHostileNumberOfColumnsIsRefused) {
  const std::string text = std::string((1 << 20), ',') + "\n";
  EXPECT_THROW(parse(text, {.has_header = false}), FormatError);
  EXPECT_EQ(parse(text.substr(1), {.has_header = false}).rows[0].size(), std::size_t{1} << 20);
  EXPECT_THROW(parse("a\n" + text), FormatError);
}

TEST(Csv, WritesQuotesOnlyWhereNeeded) {
  EXPECT_EQ(write_csv({"a", "b c"}, {{"1", "x,y"}, {"say \"hi\"", "two\nlines"}, {"", " "}}),
            "a,b c\n1,\"x,y\"\n\"say \"\"hi\"\"\",\"two\nlines\"\n, \n");
  EXPECT_EQ(write_csv({"a"}, {}), "a\n");
  EXPECT_EQ(write_csv({}, {{"1", "2"}}), "1,2\n");
  EXPECT_EQ(write_csv({}, {}), "");
}

TEST(Csv, RefusesToWriteRaggedRows) {
  EXPECT_THROW(write_csv({"a", "b"}, {{"1"}}), ShapeError);
  EXPECT_THROW(write_csv({}, {{"1"}, {"1", "2"}}), ShapeError);
  EXPECT_THROW(write_csv({}, {Row{}}), ShapeError);
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  const Row header = {
      "\xEF\xBB\xBF"
      "a;b;c",
      "\"", "\r", " d\t"};
  const Rows rows = {{"", "", "", ""}, {"\"\"", ",", "\n\n", "|"}, {"\xC3\xA9", "'", "x\r", ";"}};
  const Csv csv = parse(write_csv(header, rows));
  EXPECT_EQ(csv.header, header);
  EXPECT_EQ(csv.rows, rows);

  const Rows column = {{""}, {"x"}, {""}};
  EXPECT_EQ(parse(write_csv({"one"}, column)).rows, column);
  EXPECT_EQ(parse(write_csv({}, column), {.has_header = false}).rows, column);
}

}  // namespace
}  // namespace isinglass
