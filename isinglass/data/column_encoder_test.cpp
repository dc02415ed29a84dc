#include "isinglass/data/column_encoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

RawData table(const std::string& text) {
  return raw_from_csv(parse_csv(text, "t.csv"), "t.csv");
}

// The numbers that all rows of a table become, row by row.
std::vector<double> encoded(const ColumnEncoder& encoder, const RawData& raw, bool zeros_if_unseen = false) {
  std::vector<double> numbers(static_cast<std::size_t>(raw.rows * encoder.width()), -9);
  encoder.encode(raw, all_rows(raw.rows), View<double>(numbers.data(), raw.rows, encoder.width()), zeros_if_unseen);
  return numbers;
}

ColumnEncoder numeric(const RawData& raw, const std::string& scale, const std::string& missing = "refuse") {
  return ColumnEncoder::numeric(raw, raw.columns[0], all_rows(raw.rows), scale, missing);
}
ColumnEncoder one_hot(const RawData& raw, const std::string& missing = "refuse") {
  return ColumnEncoder::one_hot(raw, raw.columns[0], all_rows(raw.rows), missing);
}
ColumnEncoder ordered(const RawData& raw, std::vector<std::string> categories, const std::string& missing = "refuse") {
  return ColumnEncoder::ordered(raw, raw.columns[0], all_rows(raw.rows), std::move(categories), missing);
}

std::string message(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(NumericEncoderTest, ScalesByItsKind) {
  const RawData raw = table("a\n10\n20\n40\n");
  EXPECT_EQ(encoded(numeric(raw, "none"), raw), (std::vector<double>{10, 20, 40}));
  const std::vector<double> unit = encoded(numeric(raw, "unit"), raw);
  EXPECT_EQ(unit, (std::vector<double>{0, 10.0 / 30, 1}));
  EXPECT_EQ(encoded(numeric(raw, "symmetric"), raw), (std::vector<double>{-1, -5.0 / 15, 1}));
  const std::vector<double> standard = encoded(numeric(raw, "standard"), raw);
  EXPECT_NEAR(standard[0] + standard[1] + standard[2], 0, 1e-15);
  // mean 70/3, variance (10^2 + 20^2 + 40^2)/3 - (70/3)^2 = 1400/9
  EXPECT_NEAR(standard[2], (40 - 70.0 / 3) / std::sqrt(1400.0 / 9), 1e-15);
}

TEST(NumericEncoderTest, InvertsToDataUnits) {
  const RawData raw = table("mpg\n9\n46.6\n23\n");
  for (const char* kind : {"none", "unit", "symmetric", "standard"}) {
    const ColumnEncoder encoder = numeric(raw, kind);
    const std::vector<double> scaled = encoded(encoder, raw);
    for (std::size_t r = 0; r < 3; ++r)
      EXPECT_NEAR(encoder.scale().invert(scaled[r]), raw.columns[0].numbers[r], 1e-13) << kind;
  }
}

TEST(NumericEncoderTest, EqualNumbersBecomeZeroAndComeBack) {
  const RawData raw = table("a\n0.1\n0.1\n0.1\n");
  for (const char* kind : {"unit", "symmetric", "standard"}) {
    const ColumnEncoder encoder = numeric(raw, kind);
    EXPECT_EQ(encoded(encoder, raw), (std::vector<double>{0, 0, 0})) << kind;
    EXPECT_EQ(encoder.scale().invert(0), 0.1) << kind;
  }
}

TEST(NumericEncoderTest, FitsToTheGivenRowsAlone) {
  const RawData raw = table("a\n0\n10\n1000\n");
  const std::vector<Index> training{0, 1};
  const ColumnEncoder encoder = ColumnEncoder::numeric(raw, raw.columns[0], training, "unit", "mean");
  EXPECT_EQ(encoded(encoder, raw), (std::vector<double>{0, 1, 100}));
}

TEST(NumericEncoderTest, FillsMissingCellsAsThePolicySays) {
  const RawData raw = table("a\n1\n2\n2\nNA\n7\n");
  EXPECT_EQ(encoded(numeric(raw, "none", "mean"), raw)[3], 3);
  EXPECT_EQ(encoded(numeric(raw, "none", "most_frequent"), raw)[3], 2);
  EXPECT_EQ(encoded(numeric(raw, "unit", "mean"), raw)[3], 2.0 / 6);
  EXPECT_EQ(message([&] { encoded(numeric(raw, "none"), raw); }),
            "t.csv:5: column \"a\" has no value here; correct it, or set missing = \"drop\", \"mean\" or "
            "\"most_frequent\"");
}

TEST(NumericEncoderTest, RefusesTextAndEmptyColumns) {
  EXPECT_EQ(message([] { numeric(table("a\n1\n1.5kg\n"), "none"); }),
            "t.csv:3: column \"a\" is \"1.5kg\"; expected a finite number (or list the column in "
            "categorical or ignore)");
  EXPECT_THROW(numeric(table("a\nNA\n?\n"), "none"), FormatError);
  EXPECT_THROW(numeric(table("a\n-1e308\n1e308\n"), "unit"), FormatError);
}

TEST(OneHotEncoderTest, GivesEachCategoryItsInput) {
  const RawData raw = table("origin\nUSA\nJapan\nUSA\nEurope\n");
  const ColumnEncoder encoder = one_hot(raw);
  EXPECT_EQ(encoder.names(), (std::vector<std::string>{"origin=Europe", "origin=Japan", "origin=USA"}));
  EXPECT_EQ(encoded(encoder, raw), (std::vector<double>{0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0}));
}

TEST(OneHotEncoderTest, NumbersAreCategoriesWhateverTheirSpelling) {
  const ColumnEncoder encoder = one_hot(table("cylinders\n4\n10\n8\n"));
  EXPECT_EQ(encoder.categories(), (std::vector<std::string>{"4", "8", "10"}));
  EXPECT_EQ(encoded(encoder, table("cylinders\n8.0\n")), (std::vector<double>{0, 1, 0}));
}

TEST(OneHotEncoderTest, AnUnseenCategoryIsRefusedOrAllZeros) {
  const ColumnEncoder encoder = one_hot(table("origin\nUSA\nJapan\n"));
  const RawData later = table("id,origin\n7,Japan\n8,Mars\n");
  EXPECT_EQ(message([&] { encoded(encoder, later); }),
            "t.csv:3: column \"origin\" is \"Mars\", which is none of its known categories \"Japan\", "
            "\"USA\"; correct it, or train with unseen = \"zeros\"");
  EXPECT_EQ(encoded(encoder, later, true), (std::vector<double>{1, 0, 0, 0}));
}

TEST(OneHotEncoderTest, FillsWithTheMostFrequentCategory) {
  const RawData raw = table("sex\nm\nf\nf\nNA\n");
  EXPECT_EQ(encoded(one_hot(raw, "mean"), raw), (std::vector<double>{0, 1, 1, 0, 1, 0, 1, 0}));
  EXPECT_THROW(encoded(one_hot(raw), raw), FormatError);
}

TEST(OneHotEncoderTest, RefusesThousandsOfCategories) {
  std::string text = "name\n";
  for (int i = 0; i < 1001; ++i) text += "n" + std::to_string(i) + "\n";
  EXPECT_THROW(one_hot(table(text)), FormatError);
}

TEST(OrderedEncoderTest, ThreeCategoriesBecomeZeroHalfOne) {
  const RawData raw = table("size\nL\nS\nM\n");
  const ColumnEncoder encoder = ordered(raw, {"S", "M", "L"});
  EXPECT_EQ(encoder.names(), std::vector<std::string>{"size"});
  EXPECT_EQ(encoded(encoder, raw), (std::vector<double>{1, 0, 0.5}));
}

TEST(OrderedEncoderTest, RefusesUnlistedCategoriesAndBadLists) {
  const RawData raw = table("size\nL\nXL\nM\n");
  EXPECT_EQ(message([&] {
              ordered(raw, {"S", "M", "L"});
            }),
            "t.csv:3: column \"size\" is \"XL\", which is none of its known categories \"S\", "
            "\"M\", \"L\"");
  EXPECT_THROW(ordered(raw, {"S"}), OptionError);
  EXPECT_THROW(ordered(raw, {}), OptionError);
  EXPECT_THROW(ordered(raw, {"L", "XL", "M", "L"}), OptionError);
}

TEST(ColumnEncoderTest, ComesBackFromItsTextForm) {
  const RawData numbers = table("a\n1\n2\n4\nNA\n"), texts = table("a\nS\nM\nM\nNA\n");
  for (const ColumnEncoder& encoder :
       {numeric(numbers, "standard", "mean"), one_hot(texts, "mean"), ordered(texts, {"S", "M"}, "mean")}) {
    const ColumnEncoder again = ColumnEncoder::read(encoder.write());
    EXPECT_EQ(again.write(), encoder.write());
    const RawData& raw = encoder.is_numeric() ? numbers : texts;
    EXPECT_EQ(encoded(again, raw), encoded(encoder, raw));
  }
}

TEST(ColumnEncoderTest, ReadingIsStrict) {
  const Value good = numeric(table("a\n1\n2\n"), "unit").write();
  const auto refused = [&](const char* key, Value value) {
    Value bad = good;
    bad.set(key, std::move(value));
    EXPECT_THROW(ColumnEncoder::read(bad), OptionError) << key;
  };
  EXPECT_NO_THROW(ColumnEncoder::read(good));
  refused("kind", "two_hot");
  refused("kind", "one_hot");
  refused("spread", 0);
  refused("spread", std::numeric_limits<double>::infinity());
  refused("center", "0");
  refused("fill_category", "x");
  refused("fill", std::numeric_limits<double>::infinity());
  refused("categories", Value::Array{"x"});
  refused("more", 1);
  EXPECT_THROW(ColumnEncoder::read(3), OptionError);
}

}  // namespace
}  // namespace isinglass
