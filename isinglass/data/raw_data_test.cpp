#include "isinglass/data/raw_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"
#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

RawData csv(const std::string& text) {
  return raw_from_csv(parse_csv(text, "t.csv"), "t.csv");
}
RawData json(const std::string& text) {
  return raw_from_records(parse_json(text, "t.json"), "t.json");
}
RawData inline_data(const std::string& text) {
  const Value table = parse_toml(text, "t.toml");
  const Value* targets = table.find("targets");
  return raw_from_values(*table.find("inputs"), targets ? *targets : Value(), "inputs");
}

std::string message(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(NumberTest, ReadsFiniteNumbersOnly) {
  EXPECT_EQ(parse_number(" 4 "), 4.0);
  EXPECT_EQ(parse_number("+1.5e-3"), 1.5e-3);
  EXPECT_EQ(parse_number("-0.1"), -0.1);
  for (const char* text : {"", "abc", "1,5", "1e999", "inf", "nan", "0x10", "1 2", "+-1", "--1", "1.5kg"})
    EXPECT_FALSE(parse_number(text)) << text;
}

TEST(ColumnTest, ANumericColumnMayHaveMissingCells) {
  const Column column = make_column("c", {"1", "", "NA", " ? ", "nan", "N/A", "null", "NaN", "2.5"});
  EXPECT_TRUE(column.is_numeric);
  EXPECT_EQ(column.number(8), 2.5);
  for (Index row = 1; row <= 7; ++row) EXPECT_TRUE(column.missing(row)) << row;
}

TEST(ColumnTest, OneTextMakesATextColumnWhoseNumbersKeepOneSpelling) {
  const Column column = make_column("c", {"4.0", "4", "x", "", "-0"});
  EXPECT_FALSE(column.is_numeric);
  EXPECT_EQ(column.category(0), "4");
  EXPECT_EQ(column.category(1), "4");
  EXPECT_EQ(column.category(2), "x");
  EXPECT_EQ(column.category(4), "0");
  EXPECT_TRUE(column.missing(3));
  EXPECT_EQ(column.number(0), 4.0);
  EXPECT_FALSE(column.number(2));
}

TEST(ColumnTest, CategoriesOfNumbersAreOrderedAsNumbers) {
  std::vector<std::string> numbers{"10", "9", "-1"}, mixed{"10", "9", "b"};
  sort_categories(numbers);
  sort_categories(mixed);
  EXPECT_EQ(numbers, (std::vector<std::string>{"-1", "9", "10"}));
  EXPECT_EQ(mixed, (std::vector<std::string>{"10", "9", "b"}));
}

TEST(CsvDataTest, KeepsColumnsAndLines) {
  const RawData raw = csv("a, b\n1,x\n\n2,y\n");
  EXPECT_EQ(raw.rows, 2);
  EXPECT_EQ(raw.column_names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(raw.where(1), "t.csv:4: ");
  EXPECT_EQ(raw.find("c"), nullptr);
}

TEST(CsvDataTest, RefusesTwoColumnsOfOneName) {
  EXPECT_THROW(csv("a,a \n1,2\n"), FormatError);
}

TEST(RecordsTest, UnitesTheKeysOfAllRecordsAndFillsGapsWithMissing) {
  const RawData raw = json("[{\"a\": 1, \"b\": \"x\"},\n {\"c\": true, \"a\": null}]");
  EXPECT_EQ(raw.column_names(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(raw.find("a")->is_numeric);
  EXPECT_TRUE(raw.find("a")->missing(1));
  EXPECT_TRUE(raw.find("b")->missing(1));
  EXPECT_EQ(raw.find("c")->category(1), "true");
  EXPECT_EQ(raw.where(1), "t.json:2: ");
}

TEST(RecordsTest, NumbersKeepAllTheirBits) {
  EXPECT_EQ(json("[{\"a\": 0.1}, {\"a\": 1e-300}]").find("a")->numbers, (std::vector<double>{0.1, 1e-300}));
}

TEST(RecordsTest, RefusesWhatIsNoTable) {
  for (const char* text : {"{}", "[]", "3", "[1, 2]", "[{\"a\": [1]}]", "[{\"a\": {\"b\": 1}}]"})
    EXPECT_THROW(json(text), FormatError) << text;
  EXPECT_EQ(message([] { json("[{\"a\": 1},\n {\"a\": [2]}]"); }),
            "t.json:2:8: expected a number, a string, a boolean or null for \"a\", found the array [2]");
}

TEST(RecordsTest, RefusesToSpreadAFewValuesOverAHugeTable) {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += (i ? ",{\"k" : "{\"k") + std::to_string(i) + "\": 1}";
  EXPECT_THROW(json(text + "]"), FormatError);
}

TEST(InlineDataTest, NestedArraysBecomeSamples) {
  const RawData raw = inline_data("inputs = [[0.5, 0.2, 0.7]]\ntargets = [[0.3]]");
  EXPECT_EQ(raw.inputs->shape, (Shape{1, 3}));
  EXPECT_EQ(raw.inputs->at(2), 0.7);
  EXPECT_EQ(raw.columns.at(0).numbers, std::vector<double>{0.3});
  EXPECT_FALSE(raw.columns[0].is_label);
  EXPECT_EQ(inline_data("inputs = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]").inputs->shape, (Shape{2, 2, 2}));
  EXPECT_EQ(inline_data("inputs = [1, 2, 3]").inputs->shape, (Shape{3, 1}));
}

TEST(InlineDataTest, TargetsAreAmountsLabelsOrNames) {
  const std::string inputs = "inputs = [[0], [1]]\ntargets = ";
  EXPECT_EQ(inline_data(inputs + "[[1, 2], [3, 4]]").column_names(), (std::vector<std::string>{"target1", "target2"}));
  EXPECT_TRUE(inline_data(inputs + "[0, 1]").columns.at(0).is_label);
  EXPECT_FALSE(inline_data(inputs + "[0.0, 1.0]").columns.at(0).is_label);
  EXPECT_EQ(inline_data(inputs + "[\"no\", \"yes\"]").columns.at(0).texts, (std::vector<std::string>{"no", "yes"}));
}

TEST(InlineDataTest, RefusesRaggedEmptyAndForeignValuesWithTheirPlace) {
  EXPECT_EQ(message([] { inline_data("inputs = [[1, 2],\n [3]]"); }),
            "t.toml:2:2: expected 2 values as in the first sample, found 1: [3]");
  EXPECT_EQ(message([] { inline_data("inputs = [[1, 2], [3, \"x\"]]"); }),
            "t.toml:1:23: expected a finite number, found \"x\"");
  for (const char* text : {"inputs = []", "inputs = [[]]", "inputs = 3", "inputs = [[1], 2]", "inputs = [1, [2]]",
                           "inputs = [[nan]]", "inputs = [[inf]]", "inputs = [[1]]\ntargets = 3",
                           "inputs = [[1]]\ntargets = [[1], [2]]", "inputs = [[1]]\ntargets = [[true]]"})
    EXPECT_THROW(inline_data(text), InputError) << text;
}

Array doubles(Shape shape, const std::vector<double>& numbers) {
  Array array{DType::kF64, std::move(shape), std::vector<std::byte>(numbers.size() * 8)};
  std::memcpy(array.bytes.data(), numbers.data(), array.bytes.size());
  return array;
}

TEST(ArrayDataTest, BytesStayBytesAndOtherIntegersBecomeDoubles) {
  const Array bytes{DType::kU8, {2, 2}, std::vector<std::byte>(4)};
  const Array shorts{DType::kI16, {1, 2}, {std::byte{255}, std::byte{255}, std::byte{2}, std::byte{1}}};
  EXPECT_EQ(raw_from_arrays(bytes, nullptr, "a").inputs->type, DType::kU8);
  const RawData raw = raw_from_arrays(shorts, nullptr, "a");
  EXPECT_EQ(raw.inputs->type, DType::kF64);
  EXPECT_EQ(raw.inputs->at(0), -1);
  EXPECT_EQ(raw.inputs->at(1), 258);
}

TEST(ArrayDataTest, IntegersAlongOneAxisAreLabels) {
  const Array inputs = doubles({2, 1}, {1, 2});
  const Array labels{DType::kU8, {2}, {std::byte{7}, std::byte{3}}};
  const RawData raw = raw_from_arrays(inputs, &labels, "a");
  EXPECT_TRUE(raw.columns.at(0).is_label);
  EXPECT_TRUE(raw.columns[0].is_target);
  EXPECT_EQ(raw.columns[0].numbers, (std::vector<double>{7, 3}));
  EXPECT_EQ(raw.where(1), "a: sample 1: ");
}

TEST(ArrayDataTest, RefusesCountsThatDifferAndInfiniteNumbers) {
  const Array inputs = doubles({2, 1}, {1, 2}), targets = doubles({3}, {1, 2, 3});
  EXPECT_EQ(message([&] { raw_from_arrays(inputs, &targets, "a.npy"); }),
            "a.npy: 2 inputs but targets of shape (3); expected one target for each sample");
  const Array infinite = doubles({2, 2}, {1, 2, 3, -std::numeric_limits<double>::infinity()});
  EXPECT_EQ(message([&] { raw_from_arrays(infinite, nullptr, "a.npy"); }),
            "a.npy: sample 1: an input is infinite; correct it or leave the sample out");
  EXPECT_THROW(raw_from_arrays(doubles({}, {1}), nullptr, "a"), FormatError);
  EXPECT_THROW(raw_from_arrays(Array{DType::kF64, {0, 4}, {}}, nullptr, "a"), FormatError);
}

}  // namespace
}  // namespace isinglass
