#include "isinglass/io/toml.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

using Array = Value::Array;
using Table = Value::Table;

Value parse(std::string_view text) {
  return parse_toml(text, "a.toml");
}

std::string refusal(std::string_view text) {
  try {
    parse(text);
  } catch (const FormatError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "accepted";
}

constexpr std::string_view kExperiment = R"(# an experiment
seed = 7
name = "iris"

[train]
epochs = 100
learning_rate = 0.1
shuffle = true
decay = [1e-3, 2]

[[model.layers]]
kind = "dense"
units = 3

[[model.layers]]
kind = "dropout"
rate = 0.5
)";

TEST(TomlParse, ReadsEveryKindOfValue) {
  const Value v = parse(R"(
s = "x\t\u00e9" # comment
l = 'C:\raw'
m = """
two
lines"""
i = -1_000
h = 0xff
r = 1.0
e = 1e3
n = nan
p = +inf
b = true
a = [1, 2.5, ["x", []], {k = 1, j.k = 2}]
"quoted key" = {}
)");
  EXPECT_EQ(*v.find("s"), Value("x\t\xC3\xA9"));
  EXPECT_EQ(*v.find("l"), Value("C:\\raw"));
  EXPECT_EQ(*v.find("m"), Value("two\nlines"));
  EXPECT_EQ(*v.find("i"), Value(-1000));
  EXPECT_EQ(*v.find("h"), Value(255));
  EXPECT_EQ(*v.find("r"), Value(1.0));
  EXPECT_EQ(*v.find("e"), Value(1000.0));
  EXPECT_TRUE(std::isnan(*v.find("n")->as_real()));
  EXPECT_EQ(*v.find("p"), Value(std::numeric_limits<double>::infinity()));
  EXPECT_EQ(*v.find("b"), Value(true));
  const Value nested = Table{{"k", 1}, {"j", Table{{"k", 2}}}};
  EXPECT_EQ(*v.find("a"), Value(Array{1, 2.5, Array{"x", Array{}}, nested}));
  EXPECT_EQ(*v.find("quoted key"), Value(Table{}));
  EXPECT_EQ(parse(""), Value(Table{}));
  EXPECT_EQ(parse("\xEF\xBB\xBF"
                  "a = 1\r\n"),
            Value(Table{{"a", 1}}));
}

TEST(TomlParse, KeysKeepTheOrderOfTheFile) {
  const Value v = parse("z = 1\na = 2\n[m.y]\n[m.b]\nq = 1\n[k]\nb.z = 1\nb.a = 2\na = {y = 1, x = 2}\n[[m.a]]\n");
  const Value expected = Table{{"z", 1},
                               {"a", 2},
                               {"m", Table{{"y", Table{}}, {"b", Table{{"q", 1}}}, {"a", Array{Table{}}}}},
                               {"k", Table{{"b", Table{{"z", 1}, {"a", 2}}}, {"a", Table{{"y", 1}, {"x", 2}}}}}};
  EXPECT_EQ(v, expected);
}

TEST(TomlParse, ValuesRememberWhereTheyStand) {
  const Value v = parse_toml(kExperiment, "dir/a.toml");
  EXPECT_EQ(v.where(), "dir/a.toml: ");
  EXPECT_EQ(v.find("seed")->where(), "dir/a.toml:2:8: ");
  EXPECT_EQ(v.find("train")->where(), "dir/a.toml:5:1: ");
  EXPECT_EQ(v.find("train")->find("learning_rate")->where(), "dir/a.toml:7:17: ");
  EXPECT_EQ((*v.find("train")->find("decay")->as_array())[1].where(), "dir/a.toml:9:16: ");
  const Array& layers = *v.find("model")->find("layers")->as_array();
  EXPECT_EQ(layers[0].where(), "dir/a.toml:11:1: ");
  EXPECT_EQ(layers[1].where(), "dir/a.toml:15:1: ");
  EXPECT_EQ(layers[1].find("kind")->where(), "dir/a.toml:16:8: ");
  EXPECT_EQ(v.find("model")->where(), "dir/a.toml:11:1: ");
  EXPECT_EQ(parse("\"\xC3\xA9\" = 1").find("\xC3\xA9")->where(), "a.toml:1:7: ");
}

TEST(TomlParse, RefusesWithFileLineColumnAndReason) {
  struct Case {
    std::string text, message;
  };
  const Case cases[] = {
      {"a = 1\nb = ", "a.toml:2:5: expected a value, found the end of the text"},
      {"a = \n", "a.toml:1:5: expected a value, found \"\\n\""},
      {"= 1\n", "a.toml:1:1: expected a key, found \"=\""},
      {"a 1\n", "a.toml:1:3: expected '=' after the key \"a\", found \"1\""},
      {"a.\n", "a.toml:1:3: expected a key, found \"\\n\""},
      {"a = 1 b = 2\n", "a.toml:1:7: expected the end of the line, found \"b\""},
      {"a = 1\rb = 2\n", "a.toml:1:6: expected the end of the line, found \"\\r\""},
      {"a = [1, 2", "a.toml:1:10: expected ',' or ']' after an item of an array, found the end of the text"},
      {"a = [1, }x]\n", "a.toml:1:9: expected a value, found \"}\""},
      {"a = [1 2]\n", "a.toml:1:8: expected ',' or ']' after an item of an array, found \"2\""},
      {"a = [,]\n", "a.toml:1:6: expected a value, found \",\""},
      {"a = {b = 1,}\n", "a.toml:1:12: expected a key, found \"}\""},
      {"a = {b = 1\n}\n", "a.toml:1:11: expected ',' or '}' after a value of an inline table, found \"\\n\""},
      {"[t\n", "a.toml:1:3: expected ']', found \"\\n\""},
      {"[t]]\n", "a.toml:1:4: expected the end of the line, found \"]\""},
      {"[[t]\n", "a.toml:1:4: expected ']]', found \"]\""},
      {"[]\n", "a.toml:1:2: expected a key, found \"]\""},
      {"a = \"x\nb = 1\n", "a.toml:1:7: expected \" at the end of a string, found \"\\n\""},
      {"a = 'x", "a.toml:1:7: expected ' at the end of a string, found the end of the text"},
      {"a = \"\"\"x\ny", "a.toml:2:2: expected \"\"\" at the end of a string, found the end of the text"},
      {"a = '''x''''''\n", "a.toml:1:15: a string ends with at most five quotes, found 6"},
      {"a = \"\xFF\"\n", "a.toml:1:6: expected a character in UTF-8, found a byte that is no UTF-8"},
      {"# \xFF\n", "a.toml:1:3: expected a character in UTF-8, found a byte that is no UTF-8"},
      {"# \x01\n", "a.toml:1:3: a control character has to be written as an escape, found \"\\u0001\""},
      {std::string("a = \"\0\"\n", 8),
       "a.toml:1:6: a control character has to be written as an escape, found \"\\u0000\""},
      {"a = '\x7F'\n", "a.toml:1:6: a control character has to be written as an escape, found \"\\u007f\""},
      {"'\xC3\xA9' = \xC3\xA9", "a.toml:1:7: expected a value, found \"\xC3\xA9\""},
      {"\xD2\x8D = 1", "a.toml:1:1: expected a key, found \"\xD2\x8D\""},
      {"a = \"\\ud800\"\n", "a.toml:1:6: an escape that stands for no Unicode character"},
      {"a = \"\\U00110000\"\n", "a.toml:1:6: an escape that stands for no Unicode character"},
      {"a = \"\\u12\"\n", "a.toml:1:10: expected 4 hexadecimal digits, found \"\\\"\""},
      {"a = \"\\x\"\n", "a.toml:1:7: expected one of \"\\bfnrtuU after a backslash, found \"x\""},
      {"a = \"\"\"\\ x\"\"\"\n", "a.toml:1:9: expected one of \"\\bfnrtuU after a backslash, found \" \""},
  };
  for (const Case& c : cases) EXPECT_EQ(refusal(c.text), c.message);
}

TEST(TomlParse, RefusesWordsAndMalformedNumbers) {
  for (const std::string word : {"True",
                                 "relu",
                                 "null",
                                 "Inf",
                                 "NaN",
                                 "+",
                                 "-",
                                 "01",
                                 "-01",
                                 "+0x1",
                                 "0x",
                                 "0x-1",
                                 "0xg",
                                 "0b2",
                                 "0o8",
                                 "0X1",
                                 "1_",
                                 "_1",
                                 "1__0",
                                 "1_.0",
                                 "1._0",
                                 "1.",
                                 ".5",
                                 "1.e3",
                                 "1e",
                                 "1e+",
                                 "1e1_",
                                 "1.0.0",
                                 "1e1e1",
                                 "0x_1",
                                 "1-2",
                                 "--1",
                                 "9223372036854775808",
                                 "0xFFFFFFFFFFFFFFFF",
                                 "1e400",
                                 "-1e999"})
    EXPECT_EQ(refusal("a = " + word + "\n"),
              "a.toml:1:5: expected a number within range, true, false or text in quotes, found \"" + word + "\"");
}

TEST(TomlParse, ReadsEveryFormOfNumber) {
  const std::pair<std::string, Value> cases[] = {{"+7", 7},
                                                 {"-0", 0},
                                                 {"1_000_000", 1000000},
                                                 {"0xDead_beef", 0xdeadbeef},
                                                 {"0o755", 493},
                                                 {"0b1101", 13},
                                                 {"9223372036854775807", std::numeric_limits<Index>::max()},
                                                 {"-9223372036854775808", std::numeric_limits<Index>::min()},
                                                 {"+1.5", 1.5},
                                                 {"0.0", 0.0},
                                                 {"1e05", 1e5},
                                                 {"1E-2", 0.01},
                                                 {"6.626_1e-3_4", 6.6261e-34},
                                                 {"0e0", 0.0},
                                                 {"1e-400", 0.0},
                                                 {"-inf", -std::numeric_limits<double>::infinity()}};
  for (const auto& [text, value] : cases) EXPECT_EQ(parse("a=" + text), Value(Table{{"a", value}})) << text;
  for (const std::string text : {"nan", "+nan", "-nan"})
    EXPECT_TRUE(std::isnan(*parse("a=" + text).find("a")->as_real()));
}

TEST(TomlParse, ReadsEveryFormOfString) {
  const std::pair<std::string, std::string> cases[] = {
      {R"("\b\t\n\f\r\"\\\u00e9\U0001F600")", "\b\t\n\f\r\"\\\xC3\xA9\xF0\x9F\x98\x80"},
      {R"('\n "x"')", "\\n \"x\""},
      {"\"\"", ""},
      {"''", ""},
      {"\"\"\"\"\"\"", ""},
      {"\"\"\"\nfirst\r\nsecond\n\"\"\"", "first\nsecond\n"},
      {"\"\"\"one \\\n   \\  \r\n\n  two\\u0021\"\"\"", "one two!"},
      {"\"\"\"a\"b\"\"c\"\"\"\"\"", "a\"b\"\"c\"\""},
      {"\"\"\"\"x\"\"\"\"", "\"x\""},
      {"'''\n\\a'b''\n'''''", "\\a'b''\n''"},
      {"\"tab\there\"", "tab\there"}};
  for (const auto& [text, value] : cases) EXPECT_EQ(parse("a=" + text), Value(Table{{"a", value}})) << text;
}

TEST(TomlParse, CommentsAndSpaceMayStandBetween) {
  const Value v = parse("\t# one\r\n\n [ t . 'u v' ] # \xC3\xA9\n a . b = [ # x\n 1 , # y\n\n 2 ,\n # z\n ] # end");
  EXPECT_EQ(v, Value(Table{{"t", Table{{"u v", Table{{"a", Table{{"b", Array{1, 2}}}}}}}}}));
}

TEST(TomlParse, AKeyIsDefinedOnce) {
  EXPECT_EQ(refusal("a = 1\n\"\\u0061\" = 2\n"), "a.toml:2:1: the key \"a\" is already defined in line 1");
  EXPECT_EQ(refusal("[t]\n[u]\n[t]\n"), "a.toml:3:2: the key \"t\" is already defined in line 1");
  for (const std::string text :
       {"a = 1\n[a]\n", "a = 1\na.b = 2\n", "a.b = 1\na = 2\n", "a = {}\na.b = 1\n", "a = {}\n[a.b]\n",
        "a = [{}]\n[[a]]\n", "a = []\n[a.b]\n", "[[a]]\n[a]\n", "[a]\n[[a]]\n", "[a.b]\n[[a]]\n",
        "[a]\nb.c = 1\n[a.b]\n", "[a.b.c]\n[a]\nb.c.d = 1\n", "[a.b]\nx = 1\n[a]\nb.y = 2\n", "a = {b = 1, b = 2}\n",
        "a = {b.c = 1, b = 2}\n", "a = {b = {}, b.c = 2}\n", "[[a.b]]\n[a]\nb.c = 1\n"})
    EXPECT_NE(refusal(text).find(" is already defined in line "), std::string::npos) << text << refusal(text);
}

TEST(TomlParse, TablesMayBeAddedToWhereTomlAllowsIt) {
  EXPECT_EQ(parse("[a.b.c]\nx = 1\n[a]\ny = 2\n[a.b]\nz = 3\n"),
            Value(Table{{"a", Table{{"b", Table{{"c", Table{{"x", 1}}}, {"z", 3}}}, {"y", 2}}}}));
  EXPECT_EQ(parse("[a]\nb.c = 1\nb.d = 2\n[a.b.e]\nf = 3\n"),
            Value(Table{{"a", Table{{"b", Table{{"c", 1}, {"d", 2}, {"e", Table{{"f", 3}}}}}}}}));
  EXPECT_EQ(parse("[[a]]\nx = 1\n[a.b]\ny = 2\n[[a.c]]\n[[a.c]]\n[[a]]\n[a.b]\n"),
            Value(Table{{"a", Array{Table{{"x", 1}, {"b", Table{{"y", 2}}}, {"c", Array{Table{}, Table{}}}},
                                    Table{{"b", Table{}}}}}}));
}

TEST(TomlParse, RefusesDatesAndTimes) {
  EXPECT_EQ(refusal("[t]\nd = 2024-01-31\n"),
            "a.toml:2:5: dates and times are not supported; put \"2024-01-31\" in quotes");
  EXPECT_EQ(refusal("d = 07:32:00\n"), "a.toml:1:5: dates and times are not supported; put \"07:32:00\" in quotes");
  EXPECT_EQ(refusal("d = [1979-05-27T07:32:00Z]\n"),
            "a.toml:1:6: dates and times are not supported; put \"1979-05-27T07:32:00Z\" in quotes");
}

TEST(TomlParse, NestsAtMost64Levels) {
  const auto arrays = [](std::size_t n) { return "a = " + std::string(n, '[') + std::string(n, ']') + "\n"; };
  const auto keys = [](std::size_t n) {
    std::string text = "a";
    for (std::size_t i = 1; i < n; ++i) text += ".a";
    return text;
  };
  EXPECT_EQ(refusal(arrays(63)), "accepted");
  EXPECT_EQ(refusal(arrays(64)), "a.toml:1:68: nested deeper than 64 levels");
  EXPECT_EQ(refusal(arrays(1000000)), "a.toml:1:68: nested deeper than 64 levels");
  EXPECT_EQ(refusal(keys(64) + " = 1"), "accepted");
  EXPECT_EQ(refusal("[" + keys(64) + "]\nx.y = 1"), "a.toml:2:1: nested deeper than 64 levels");
  EXPECT_EQ(refusal("\n" + keys(100000) + " = 1"), "a.toml:2:129: a key of more than 64 parts");
  EXPECT_EQ(refusal("[" + keys(100000) + "]"), "a.toml:1:130: a key of more than 64 parts");
  std::string tables = "a = ";
  for (int i = 0; i < 100000; ++i) tables += "{a.b = ";
  EXPECT_NE(refusal(tables).find("nested deeper than 64 levels"), std::string::npos);
}

TEST(TomlParse, BracketsAndDotsInStringsAndCommentsDoNotNest) {
  const std::string much = std::string(100, '[') + std::string(100, '.');
  const Value v = parse("# " + much + "\na = \"\\\"" + much + "\" # " + much + "\nb = '" + much + "\\'\nc = \"\"\"\"" +
                        much + "\n\\\"\"\"\"\"\"\nd = '''''" + much + "''''\n");
  EXPECT_EQ(*v.find("a"), Value("\"" + much));
  EXPECT_EQ(*v.find("b"), Value(much + "\\"));
  EXPECT_EQ(*v.find("c"), Value("\"" + much + "\n\"\"\""));
  EXPECT_EQ(*v.find("d"), Value("''" + much + "'"));
}

TEST(TomlWrite, PlainValuesThenTablesThenArraysOfTables) {
  const std::string text(70, 'x');
  const Value v = Table{
      {"train", Table{{"epochs", 5}, {"rate", 1.0}}},
      {"seed", 7},
      {"name", "a \"b\"\n"},
      {"widths", Array{3, 2, 1}},
      {"empty", Table{}},
      {"none", Array{}},
      {"model", Table{{"layers", Array{Table{{"kind", "dense"}, {"text", text}, {"in", Table{{"x", 1}}}}, Table{}}}}},
      {"two words", Table{{"deep", Table{{"", true}}}}}};
  EXPECT_EQ(write_toml(v), R"(seed = 7
name = "a \"b\"\n"
widths = [3, 2, 1]
none = []

[train]
epochs = 5
rate = 1.0

[empty]

[[model.layers]]
kind = "dense"
text = ")" + text + R"("

[model.layers.in]
x = 1

[[model.layers]]

["two words".deep]
"" = true
)");
}

TEST(TomlWrite, SmallTablesOfAnArrayGoInlineOneALine) {
  const Value v = Table{
      {"model",
       Table{{"layers", Array{Table{{"kind", "dense"}, {"units", 128}, {"activation", "relu"}},
                              Table{{"kind", "dropout"}, {"rate", 0.2}}, Table{{"kind", "dense"}, {"units", 10}}}}}},
      {"short", Array{Table{{"a", 1}}, Table{{"b", Array{1, 2}}}}}};
  EXPECT_EQ(write_toml(v), R"(short = [{a = 1}, {b = [1, 2]}]

[model]
layers = [
  {kind = "dense", units = 128, activation = "relu"},
  {kind = "dropout", rate = 0.2},
  {kind = "dense", units = 10},
]
)");
}

TEST(TomlWrite, LongArraysAreBrokenIntoLines) {
  Array numbers, rows;
  for (int i = 0; i < 60; ++i) numbers.push_back(i);
  for (int i = 0; i < 5; ++i) rows.push_back(Array{i, 0.5, "a text that is not all that short"});
  const Value v = Table{{"numbers", numbers}, {"rows", rows}, {"nested", Array{numbers, numbers, 1}}};
  const std::string text = write_toml(v);
  EXPECT_EQ(parse(text), v);
  EXPECT_NE(text.find("numbers = [\n  0, 1, 2, "), std::string::npos) << text;
  EXPECT_NE(text.find("rows = [\n  [0, 0.5, \"a text that is not all that short\"],\n  [1,"), std::string::npos);
  EXPECT_NE(text.find("nested = [\n  [\n    0, 1, "), std::string::npos) << text;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    EXPECT_LE(end - start, 100u) << text.substr(start, end - start);
    start = end + 1;
  }
}

TEST(TomlWrite, WhatIsWrittenIsReadBack) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Value v =
      Table{{"strings", Array{"", "\"'\\", "a\nb\r\t\b\f", std::string("\0\x1F\x7F", 3),
                              "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\xE2\x80\xA8", "\"\"\"", "'''", "#"}},
            {"reals", Array{0.1, 1.0, -0.0, 1e22, 1e-7, 5e-324, 1.7976931348623157e308, kInfinity, -kInfinity}},
            {"integers", Array{0, -1, std::numeric_limits<Index>::max(), std::numeric_limits<Index>::min()}},
            {"mixed", Array{1, Array{}, Array{Array{Table{{"a", Table{{"b", Array{Table{}}}}}}}}, Table{}, false}},
            {"\xC3\xA9.b c", "key"},
            {"", ""},
            {"table", Table{{"inner", Table{}}, {"more", Table{{"x", 1}, {"y", Table{{"z", Array{}}}}}}}},
            {"tables", Array{Table{{"a", Array{Table{{"deep", Table{{"er", 1}}}}, Table{}}}}, Table{}}}};
  const std::string text = write_toml(v);
  EXPECT_EQ(parse(text), v) << text;
  EXPECT_EQ(write_toml(parse(text)), text);
  EXPECT_TRUE(std::signbit(*(*parse(text).find("reals")->as_array())[2].as_real()));

  const Value nan = parse(write_toml(Table{{"a", std::nan("")}, {"b", -std::nan("")}}));
  EXPECT_TRUE(std::isnan(*nan.find("a")->as_real()));
  EXPECT_TRUE(std::isnan(*nan.find("b")->as_real()));
  const Value experiment = parse(kExperiment);
  EXPECT_EQ(parse(write_toml(experiment)).find("model")->preview(), experiment.find("model")->preview());
}

TEST(TomlWrite, RefusesWhatTomlCannotSay) {
  EXPECT_THROW(write_toml(Value(1)), InputError);
  EXPECT_THROW(write_toml(Value()), InputError);
  EXPECT_THROW(write_toml(Table{{"a", Value()}}), InputError);
  EXPECT_THROW(write_toml(Table{{"t", Table{{"a", Array{1, Value()}}}}}), InputError);
}

TEST(TomlWrite, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_EQ(parse(write_toml(Table{{"a\xFF", "\xFFz"}})), Value(Table{{"a\xEF\xBF\xBD", "\xEF\xBF\xBDz"}}));
}

}  // namespace
}  // namespace isinglass
