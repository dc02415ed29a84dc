#include "isinglass/io/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

Value parse(std::string_view text) {
  return parse_json(text, "a.json");
}

std::string refusal(std::string_view text) {
  try {
    parse(text);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(JsonParse, ReadsEveryKindOfValue) {
  const Value v = parse(R"( {"a": [1, -2.5, "x", true, false, null], "b": {}, "": []} )");
  const Value expected = Value::Table{
      {"a", Value::Array{1, -2.5, "x", true, false, Value()}}, {"b", Value::Table{}}, {"", Value::Array{}}};
  EXPECT_EQ(v, expected);
  EXPECT_EQ(parse("7"), Value(7));
  EXPECT_EQ(parse("\xEF\xBB\xBF\"x\"\r\n\t "), Value("x"));
}

TEST(JsonParse, TellsIntegersFromReals) {
  EXPECT_EQ(*parse("9223372036854775807").as_integer(), std::numeric_limits<Index>::max());
  EXPECT_EQ(*parse("-9223372036854775808").as_integer(), std::numeric_limits<Index>::min());
  EXPECT_EQ(*parse("9223372036854775808").as_real(), 9223372036854775808.0);
  EXPECT_EQ(*parse("1.0").as_real(), 1.0);
  EXPECT_EQ(*parse("1e3").as_real(), 1000.0);
  EXPECT_EQ(*parse("1E+2").as_real(), 100.0);
  EXPECT_EQ(*parse("0").as_integer(), 0);
  EXPECT_TRUE(std::signbit(*parse("-0").as_real()));
  EXPECT_EQ(*parse("0.1").as_real(), 0.1);
  EXPECT_EQ(*parse("5e-324").as_real(), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(*parse("1e-400").as_real(), 0.0);
  EXPECT_EQ(*parse("1.7976931348623157e308").as_real(), std::numeric_limits<double>::max());
}

TEST(JsonParse, ReadsEscapesAndUnicode) {
  EXPECT_EQ(parse(R"("\"\\\/\b\f\n\r\t")"), Value("\"\\/\b\f\n\r\t"));
  EXPECT_EQ(parse(R"("\u0041\u00e9\u20AC\uD83D\uDE00")"), Value("A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
  EXPECT_EQ(parse(R"("\u0000")"), Value(std::string(1, '\0')));
  EXPECT_EQ(parse("\"\xF0\x9F\x98\x80\x7F\""), Value("\xF0\x9F\x98\x80\x7F"));
}

TEST(JsonParse, ValuesRememberLineAndColumnOfCharacters) {
  const Value v = parse("{\n  \"a\": 1,\n  \"\xC3\xA9\": [\"\xF0\x9F\x98\x80\", 2]\n}");
  EXPECT_EQ(v.where(), "a.json:1:1: ");
  EXPECT_EQ(v.find("a")->where(), "a.json:2:8: ");
  const Value& array = *v.find("\xC3\xA9");
  EXPECT_EQ(array.where(), "a.json:3:8: ");
  EXPECT_EQ((*array.as_array())[1].where(), "a.json:3:14: ");
}

TEST(JsonParse, RefusesWithFileLineColumnAndReason) {
  struct Case {
    std::string text, message;
  };
  const Case cases[] = {
      {"", "a.json:1:1: expected a value, found the end of the text"},
      {" \n ", "a.json:2:2: expected a value, found the end of the text"},
      {"1 2", "a.json:1:3: expected nothing after the document, found \"2\""},
      {"{}\n}", "a.json:2:1: expected nothing after the document, found \"}\""},
      {"[1,]", "a.json:1:4: expected a value, found \"]\""},
      {"[1 2]", "a.json:1:4: expected ',' or ']' after an item of an array, found \"2\""},
      {"[1", "a.json:1:3: expected ',' or ']' after an item of an array, found the end of the text"},
      {"[", "a.json:1:2: expected a value, found the end of the text"},
      {"{a: 1}", "a.json:1:2: expected a key in double quotes, found \"a\""},
      {"{\"a\": 1,}", "a.json:1:9: expected a key in double quotes, found \"}\""},
      {"{\"a\" 1}", "a.json:1:6: expected ':' after the key \"a\", found \"1\""},
      {"{\"a\": 1; \"b\": 2}", "a.json:1:8: expected ',' or '}' after a value of an object, found \";\""},
      {"{\"a\": 1,\n \"b\": 2,\n \"a\": 3}", "a.json:3:7: the key \"a\" appears twice in one object"},
      {"{\"a\": 1, \"\\u0061\": 2}", "a.json:1:20: the key \"a\" appears twice in one object"},
      {"True", "a.json:1:1: expected a value, found \"T\""},
      {"trve", "a.json:1:1: expected a value, found \"t\""},
      {"truee", "a.json:1:5: expected nothing after the document, found \"e\""},
      {"NaN", "a.json:1:1: expected a value, found \"N\""},
      {"[-Infinity]", "a.json:1:3: expected a digit, found \"I\""},
      {"nul", "a.json:1:1: expected a value, found \"n\""},
      {"01", "a.json:1:2: expected no digit after a leading 0, found \"1\""},
      {"-", "a.json:1:2: expected a digit, found the end of the text"},
      {"+1", "a.json:1:1: expected a value, found \"+\""},
      {".5", "a.json:1:1: expected a value, found \".\""},
      {"1.", "a.json:1:3: expected a digit, found the end of the text"},
      {"1.e3", "a.json:1:3: expected a digit, found \"e\""},
      {"1e", "a.json:1:3: expected a digit, found the end of the text"},
      {"0x10", "a.json:1:2: expected nothing after the document, found \"x\""},
      {"[1e400]", "a.json:1:2: the number \"1e400\" is beyond the range of double precision"},
      {"[-1e999]", "a.json:1:2: the number \"-1e999\" is beyond the range of double precision"},
      {"\"a", "a.json:1:3: expected '\"' at the end of a string, found the end of the text"},
      {"\"\t\"", "a.json:1:2: expected a tab to be written as \\t, found \"\\t\""},
      {"\"a\nb\"", "a.json:1:3: a control character has to be written as an escape, found \"\\n\""},
      {std::string("\"\0\"", 3), "a.json:1:2: a control character has to be written as an escape, found \"\\u0000\""},
      {std::string("1\0", 2), "a.json:1:2: expected nothing after the document, found \"\\u0000\""},
      {"\"\xFF\"", "a.json:1:2: expected a character in UTF-8, found a byte that is no UTF-8"},
      {"\"\xED\xA0\x80\"", "a.json:1:2: expected a character in UTF-8, found a byte that is no UTF-8"},
      {"\xFF", "a.json:1:1: expected a value, found a byte that is no UTF-8"},
      {"'a'", "a.json:1:1: expected a value, found \"'\""},
      {"// x\n1", "a.json:1:1: expected a value, found \"/\""},
      {R"("\x41")", "a.json:1:3: expected one of \"\\/bfnrtu after a backslash, found \"x\""},
      {R"("\u12)", "a.json:1:6: expected 4 hexadecimal digits, found the end of the text"},
      {R"("\u12g4")", "a.json:1:6: expected 4 hexadecimal digits, found \"g\""},
      {R"("\uD800")", "a.json:1:2: a surrogate without its other half"},
      {R"("\uDC00")", "a.json:1:2: a surrogate without its other half"},
      {R"("\ud800\u0041")", "a.json:1:2: a surrogate without its other half"},
      {R"("\ud83dx")", "a.json:1:2: a surrogate without its other half"},
  };
  for (const Case& c : cases) EXPECT_EQ(refusal(c.text), c.message);
}

TEST(JsonParse, NestsAtMost64Levels) {
  const auto nested = [](int depth) {
    const auto n = static_cast<std::size_t>(depth);
    return std::string(n, '[') + std::string(n, ']');
  };
  EXPECT_EQ(refusal(nested(64)), "accepted");
  EXPECT_EQ(refusal(nested(65)), "a.json:1:65: nested deeper than 64 levels");
  EXPECT_EQ(refusal(std::string(1000000, '[')), "a.json:1:65: nested deeper than 64 levels");
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  EXPECT_EQ(refusal(objects), "a.json:1:321: nested deeper than 64 levels");
}

TEST(JsonParse, ManyKeysAreCheckedQuickly) {
  std::string text = "{";
  for (int i = 0; i < 20000; ++i) text += "\"key" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  EXPECT_EQ(parse(text + "\"last\":0}").as_table()->size(), 20001u);
  EXPECT_NE(refusal(text + "\"key123\":0}").find("\"key123\" appears twice"), std::string::npos);
}

TEST(JsonWrite, OneLineWithoutSpaces) {
  EXPECT_EQ(
      write_json(Value::Table{{"event", "done"}, {"n", Value::Array{1, 2.5, Value(), true}}, {"t", Value::Table{}}}),
      R"({"event":"done","n":[1,2.5,null,true],"t":{}})");
  EXPECT_EQ(write_json(Value::Array{}), "[]");
  EXPECT_EQ(write_json(Value()), "null");
}

TEST(JsonWrite, IndentedForReaders) {
  const Value v = Value::Table{
      {"a", Value::Array{1, 2}}, {"b", Value::Array{Value::Table{{"c", 1}}, Value::Array{}}}, {"d", Value::Table{}}};
  EXPECT_EQ(write_json(v, 2), R"({
  "a": [1, 2],
  "b": [
    {
      "c": 1
    },
    []
  ],
  "d": {}
})");
}

TEST(JsonWrite, NumbersKeepBitsAndType) {
  EXPECT_EQ(write_json(Value::Array{1.0, -0.0, 0.1, 1e300, 5e-324, 9223372036854775807}),
            "[1.0,-0.0,0.1,1e+300,5e-324,9223372036854775807]");
  for (const double x : {1.0, -0.0, 0.1, 1e22, 123456789012345678.0, 1.7976931348623157e308, 5e-324, 1.0 / 3}) {
    const Value back = parse(write_json(x));
    ASSERT_NE(back.as_real(), nullptr) << x;
    EXPECT_EQ(*back.as_real(), x);
    EXPECT_EQ(std::signbit(*back.as_real()), std::signbit(x));
  }
}

TEST(JsonWrite, NumbersThatAreNotFiniteBecomeStrings) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(write_json(Value::Array{std::nan(""), -std::nan(""), kInfinity, -kInfinity}),
            R"(["NaN","NaN","Infinity","-Infinity"])");
}

TEST(JsonWrite, StringsAreAlwaysValid) {
  EXPECT_EQ(write_json(std::string("\"\\\n\x01\0", 5)), R"("\"\\\n\u0001\u0000")");
  EXPECT_EQ(write_json("a\xFF\xC3"), R"("a\ufffd\ufffd")");
  EXPECT_EQ(parse(write_json("a\xFFz")), Value("a\xEF\xBF\xBDz"));
}

TEST(JsonWrite, WhatIsWrittenIsReadBack) {
  const Value v = parse(R"({"z": [[], {}, [{"k\n": "\u0000\u001f\"\\/\u20ac"}]], "a": -1.5e-9, "m": {"x": null}})");
  EXPECT_EQ(parse(write_json(v)), v);
  EXPECT_EQ(parse(write_json(v, 3)), v);
}

}  // namespace
}  // namespace isinglass
