#include "isinglass/data/preprocessor.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"
#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

RawData table(const std::string& text) {
  return raw_from_csv(parse_csv(text, "t.csv"), "t.csv");
}

const char* const kCars =
    "mpg,weight,origin,size,id\n"
    "10,1000,USA,L,1\n"
    "20,2000,Japan,S,2\n"
    "30,3000,USA,M,3\n"
    "40,9000,Europe,M,4\n";

DataOptions options_of(const std::string& text) {
  DataOptions options;
  read_options(parse_toml(text, "e.toml"), options, "[data]");
  return options;
}

Preprocessor fit(const RawData& raw, const std::string& text) {
  return Preprocessor::fit(raw, all_rows(raw.rows), options_of(text));
}

RawData doubles(Shape shape, const std::vector<double>& numbers) {
  Array array{DType::kF64, std::move(shape), std::vector<std::byte>(numbers.size() * 8)};
  std::memcpy(array.bytes.data(), numbers.data(), array.bytes.size());
  return raw_from_arrays(std::move(array), nullptr, "a.npy");
}

RawData bytes(Shape shape, const std::vector<unsigned char>& numbers, const std::vector<double>& labels) {
  Array array{DType::kU8, std::move(shape), std::vector<std::byte>(numbers.size())};
  std::memcpy(array.bytes.data(), numbers.data(), numbers.size());
  RawData raw = raw_from_arrays(std::move(array), nullptr, "train.idx");
  raw.columns.push_back({.name = "target", .is_label = true, .is_target = true, .numbers = labels});
  return raw;
}

std::vector<double> inputs_of(const Dataset& data) {
  std::vector<double> x(static_cast<std::size_t>(data.size() * data.inputs()));
  data.gather<double>(all_rows(data.size()), View<double>(x.data(), data.size(), data.inputs()), {}, {});
  return x;
}

std::vector<double> targets_of(const Dataset& data) {
  std::vector<double> x(static_cast<std::size_t>(data.size() * data.inputs())),
      y(static_cast<std::size_t>(data.size() * data.outputs()));
  data.gather<double>(all_rows(data.size()), View<double>(x.data(), data.size(), data.inputs()),
                      View<double>(y.data(), data.size(), data.outputs()), {});
  return y;
}

std::string message(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

const char* const kCarOptions =
    "target = \"mpg\"\nignore = [\"id\"]\nscale = \"symmetric\"\ntarget_scale = \"unit\"\n"
    "ordered = { size = [\"S\", \"M\", \"L\"] }";

TEST(PreprocessorTest, EncodesATableAndNamesItsInputs) {
  const RawData raw = table(kCars);
  const std::vector<Index> training{0, 1, 2};
  const Preprocessor p = Preprocessor::fit(raw, training, options_of(kCarOptions));
  EXPECT_EQ(p.input_names(), (std::vector<std::string>{"weight", "origin=Japan", "origin=USA", "size"}));
  EXPECT_EQ(p.output_names(), std::vector<std::string>{"mpg"});
  EXPECT_EQ(p.input_shape(), Shape{4});
  const Dataset data = p.apply(raw, training);
  EXPECT_EQ(inputs_of(data), (std::vector<double>{-1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0.5}));
  EXPECT_EQ(targets_of(data), (std::vector<double>{0, 0.5, 1}));
}

TEST(PreprocessorTest, ResponsesComeBackInDataUnits) {
  const Preprocessor p = Preprocessor::fit(table(kCars), std::vector<Index>{0, 1, 2}, options_of(kCarOptions));
  std::vector<double> outputs{0, 0.25, 1, 1.5};
  p.invert_targets(View<double>(outputs.data(), 4, 1));
  EXPECT_EQ(outputs, (std::vector<double>{10, 15, 30, 40}));
  EXPECT_THROW(p.invert_targets(View<double>(outputs.data(), 2, 2)), ShapeError);
}

TEST(PreprocessorTest, ACategoryThatTrainingDidNotHaveIsRefusedWithItsLine) {
  const RawData raw = table(kCars);
  const Preprocessor p = Preprocessor::fit(raw, std::vector<Index>{0, 1, 2}, options_of(kCarOptions));
  EXPECT_EQ(message([&] { p.apply(raw, std::vector<Index>{3}); }),
            "t.csv:5: column \"origin\" is \"Europe\", which is none of its known categories \"Japan\", "
            "\"USA\"; correct it, or train with unseen = \"zeros\"");
}

TEST(PreprocessorTest, UnseenCategoriesMayBeZeros) {
  const RawData raw = table(kCars);
  const Preprocessor p = Preprocessor::fit(raw, std::vector<Index>{0, 1, 2},
                                           options_of(std::string(kCarOptions) + "\nunseen = \"zeros\""));
  EXPECT_EQ(inputs_of(p.apply(raw, std::vector<Index>{3})), (std::vector<double>{7, 0, 0, 0.5}));
}

TEST(PreprocessorTest, PredictionNeedsNoTargetAndTakesColumnsInAnyOrder) {
  const Preprocessor p = fit(table(kCars), kCarOptions);
  const RawData later = table("size,origin,weight\nL,USA,1000\n");
  const Dataset data = p.apply(later, all_rows(1), Want::kInputs);
  EXPECT_FALSE(data.has_targets());
  EXPECT_EQ(inputs_of(data), (std::vector<double>{-1, 0, 0, 1, 1}));
  EXPECT_EQ(message([&] { p.apply(later, all_rows(1)); }),
            "t.csv: there is no column \"mpg\"; known: size, origin, weight");
  EXPECT_EQ(message([&] { p.apply(table("size,origin,wieght\nL,USA,1\n"), all_rows(1), Want::kInputs); }),
            "t.csv: there is no column \"weight\"; did you mean 'wieght'?");
}

TEST(PreprocessorTest, ClassesAreNamedInOrder) {
  const Preprocessor p = fit(table(kCars), "target = \"origin\"\nfeatures = [\"weight\"]");
  EXPECT_EQ(p.class_names(), (std::vector<std::string>{"Europe", "Japan", "USA"}));
  EXPECT_EQ(p.target_kind(), TargetKind::kOneHot);
  const Dataset data = p.apply(table(kCars), all_rows(4));
  EXPECT_EQ(std::vector<Index>(data.labels().begin(), data.labels().end()), (std::vector<Index>{2, 1, 2, 0}));
  EXPECT_EQ(targets_of(data), (std::vector<double>{0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0}));
  std::vector<double> probabilities{0.1, 0.2, 0.7};
  p.invert_targets(View<double>(probabilities.data(), 1, 3));
  EXPECT_EQ(probabilities, (std::vector<double>{0.1, 0.2, 0.7}));
}

TEST(PreprocessorTest, ClassesMayBeGivenInAnotherOrder) {
  const std::string target = "target = \"origin\"\nfeatures = [\"weight\"]\nclasses = ";
  EXPECT_EQ(fit(table(kCars), target + "[\"USA\", \"Japan\", \"Europe\"]").output_names().front(), "USA");
  const Preprocessor few = fit(table(kCars), target + "[\"USA\", \"Japan\"]");
  EXPECT_THROW(few.apply(table(kCars), all_rows(4)), FormatError);
}

TEST(PreprocessorTest, AClassThatOnlyValidatesHasItsOutput) {
  const Preprocessor p = Preprocessor::fit(table(kCars), std::vector<Index>{0, 1},
                                           options_of("target = \"origin\"\nfeatures = [\"weight\"]"));
  EXPECT_EQ(p.outputs(), 3);
}

TEST(PreprocessorTest, TwoClassesMayShareOneOutput) {
  const RawData raw = table("a,answer\n1,no\n2,yes\n3,yes\n");
  const Preprocessor p = fit(raw, "target = \"answer\"\ntarget_encoding = \"binary\"");
  EXPECT_EQ(p.output_names(), std::vector<std::string>{"yes"});
  EXPECT_EQ(targets_of(p.apply(raw, all_rows(3))), (std::vector<double>{0, 1, 1}));
}

TEST(PreprocessorTest, ImagesStayInBytesAndAreScaledByTheRangeOfAByte) {
  const RawData raw = bytes({2, 1, 3}, {0, 51, 255, 1, 2, 3}, {0, 1});
  const Preprocessor p = fit(raw, "scale = \"unit\"\ninput_shape = [1, 1, 3]");
  const Dataset data = p.apply(raw, all_rows(2));
  EXPECT_EQ(data.input_shape(), (Shape{1, 1, 3}));
  EXPECT_EQ(inputs_of(data), (std::vector<double>{0, 0.2, 1, 1.0 / 255, 2.0 / 255, 3.0 / 255}));
  EXPECT_EQ(inputs_of(fit(raw, "scale = \"symmetric\"").apply(raw, std::vector<Index>{0})),
            (std::vector<double>{-1, -0.6, 1}));
  EXPECT_EQ(inputs_of(fit(raw, "").apply(raw, std::vector<Index>{0})), (std::vector<double>{0, 51, 255}));
}

TEST(PreprocessorTest, ImagesHaveOneMeanAndFeaturesTheirOwn) {
  const RawData images = doubles({2, 1, 2}, {0, 2, 4, 6}), features = doubles({2, 2}, {0, 10, 4, 30});
  const std::string autoencoder = "target = \"inputs\"\nscale = \"standard\"";
  const double deviation = std::sqrt(5.0);  // of 0, 2, 4, 6
  EXPECT_EQ(inputs_of(fit(images, autoencoder).apply(images, all_rows(2))),
            (std::vector<double>{-3 / deviation, -1 / deviation, 1 / deviation, 3 / deviation}));
  EXPECT_EQ(inputs_of(fit(features, autoencoder).apply(features, all_rows(2))), (std::vector<double>{-1, -1, 1, 1}));
}

TEST(PreprocessorTest, LabelsMayHaveNames) {
  const RawData raw = bytes({3, 1}, {1, 2, 3}, {2, 0, 2});
  const Preprocessor named = fit(raw, "classes = [\"shirt\", \"coat\", \"bag\"]");
  EXPECT_EQ(named.outputs(), 3);
  EXPECT_EQ(named.apply(raw, all_rows(3)).labels()[0], 2);
  EXPECT_EQ(fit(raw, "").class_names(), (std::vector<std::string>{"0", "2"}));
  const Preprocessor few = fit(raw, "classes = [\"shirt\", \"coat\"]");
  EXPECT_EQ(message([&] { few.apply(raw, all_rows(3)); }),
            "train.idx: sample 0: column \"target\" is \"2\", which is none of its known "
            "categories \"0\", "
            "\"1\"");
}

TEST(PreprocessorTest, AnAutoencoderReproducesItsInputsInDataUnits) {
  const RawData raw = doubles({2, 2}, {0, 10, 4, 30});
  const Preprocessor p = fit(raw, "target = \"inputs\"\nscale = \"symmetric\"");
  EXPECT_EQ(p.output_names(), (std::vector<std::string>{"x1", "x2"}));
  std::vector<double> y = targets_of(p.apply(raw, all_rows(2)));
  EXPECT_EQ(y, (std::vector<double>{-1, -1, 1, 1}));
  p.invert_targets(View<double>(y.data(), 2, 2));
  EXPECT_EQ(y, (std::vector<double>{0, 10, 4, 30}));
  const RawData cars = table("weight,origin\n10,USA\n30,Japan\n");
  const Preprocessor q = fit(cars, "target = \"inputs\"\nscale = \"unit\"");
  y = targets_of(q.apply(cars, all_rows(2)));
  q.invert_targets(View<double>(y.data(), 2, 3));
  EXPECT_EQ(y, (std::vector<double>{10, 0, 1, 30, 1, 0}));
}

TEST(PreprocessorTest, ATableMayStandForAnArray) {
  const Preprocessor p = fit(doubles({2, 2}, {0, 10, 4, 30}), "target = \"inputs\"\nscale = \"unit\"");
  EXPECT_EQ(inputs_of(p.apply(table("x2,x1\n30,2\n"), all_rows(1), Want::kInputs)), (std::vector<double>{0.5, 1}));
  EXPECT_THROW(p.apply(table("x2,y\n30,2\n"), all_rows(1), Want::kInputs), FormatError);
}

TEST(PreprocessorTest, WeightsAreTakenFromTheirColumn) {
  const RawData raw = table("a,y,w\n1,1,2\n2,2,0.5\n");
  const Preprocessor p = fit(raw, "target = \"y\"\nweight_column = \"w\"");
  const Dataset data = p.apply(raw, all_rows(2));
  EXPECT_EQ(data.inputs(), 1);
  EXPECT_EQ(data.weights()[1], 0.5);
  for (const char* bad : {"a,y,w\n1,1,-2\n", "a,y,w\n1,1,NA\n", "a,y,w\n1,1,x\n", "a,y,w\n1,1,0\n"})
    EXPECT_THROW(p.apply(table(bad), all_rows(1)), FormatError) << bad;
}

TEST(PreprocessorTest, MissingInputsAreFilledFromTrainingAlone) {
  const RawData raw = table("a,b,y\n1,u,1\n3,v,2\n100,v,3\nNA,,4\n");
  const Preprocessor p =
      Preprocessor::fit(raw, std::vector<Index>{0, 1}, options_of("target = \"y\"\nmissing = \"mean\""));
  EXPECT_EQ(inputs_of(p.apply(raw, std::vector<Index>{3})), (std::vector<double>{2, 1, 0}));
  EXPECT_EQ(p.usable_rows(table("a,b,y\nNA,u,NA\n1,u,1\n")), std::vector<Index>{1});
  EXPECT_EQ(p.usable_rows(table("a,b\nNA,u\n1,u\n"), Want::kInputs), (std::vector<Index>{0, 1}));
}

TEST(PreprocessorTest, ColumnsThatLookLikeMistakesAreRefused) {
  EXPECT_EQ(message([] { fit(table("a,y\n1,1\n2,2\n1.5kg,3\n"), "target = \"y\""); }),
            "t.csv:4: column \"a\" is \"1.5kg\", but 2 of its 3 cells are numbers; correct it, or "
            "list the "
            "column in categorical or ignore");
  std::string names = "name,y\n";
  for (int i = 0; i < 30; ++i) names += "n" + std::to_string(i) + "," + std::to_string(i) + "\n";
  EXPECT_EQ(message([&] { fit(table(names), "target = \"y\""); }),
            "t.csv: column \"name\" has 30 different texts in 30 cells; list it in ignore, or in "
            "categorical "
            "if they are categories");
  EXPECT_EQ(fit(table(names), "target = \"y\"\ncategorical = [\"name\"]").input_shape(), Shape{30});
}

TEST(PreprocessorTest, OptionsThatDoNotFitTheDataAreRefused) {
  const RawData cars = table(kCars), image = bytes({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}, {0, 1});
  const auto refused = [](const RawData& raw, const std::string& text) {
    EXPECT_THROW(fit(raw, text), InputError) << text;
  };
  refused(cars, "target = \"mpg\"\ninput_shape = [7]");
  refused(cars, "target = \"mpg\"\nclasses = [\"a\"]");
  refused(cars, "target = \"mpg\"\ntarget_encoding = \"binary\"");
  refused(cars, "target = \"origin\"\ntarget_encoding = \"binary\"");
  refused(cars, "target = \"origin\"\ntarget_scale = \"unit\"");
  refused(cars, "target = \"origin\"\ntask = \"regression\"");
  refused(cars, "target = \"mpg\"\nordered = { size = [\"S\", [1]] }");
  refused(cars, "target = \"mpg\"\nordered = { size = \"S\" }");
  refused(table("a,y\n1,x\n2,x\n"), "target = \"y\"");
  refused(image, "target = \"label\"");
  EXPECT_THROW(Preprocessor::fit(cars, {}, options_of("target = \"mpg\"")), InputError);
}

TEST(PreprocessorTest, SamplesThatDoNotFitTrainingAreRefused) {
  const Preprocessor images = fit(bytes({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}, {0, 1}), "");
  const Preprocessor cars = fit(table(kCars), kCarOptions);
  EXPECT_EQ(message([&] {
              images.apply(doubles({1, 2, 3}, {1, 2, 3, 4, 5, 6}), all_rows(1), Want::kInputs);
            }),
            "a.npy: expected samples of shape (2, 2) as in training, found (2, 3)");
  EXPECT_THROW(cars.apply(doubles({1, 4}, {1, 2, 3, 4}), all_rows(1), Want::kInputs), ShapeError);
  EXPECT_EQ(message([&] {
              images.apply(doubles({1, 2, 2}, {1, kNan, 3, 4}), all_rows(1), Want::kInputs);
            }),
            "a.npy: sample 0: an input is NaN; correct it, or set missing = \"drop\"");
  EXPECT_THROW(fit(doubles({2, 2}, {1, 2, 3, kNan}), "target = \"inputs\"\nscale = \"unit\""), FormatError);
}

TEST(PreprocessorTest, ComesBackFromItsTextForm) {
  const RawData cars = table(kCars), image = bytes({2, 1, 3}, {0, 51, 255, 1, 2, 3}, {0, 1});
  for (const auto& [raw, text] : std::vector<std::pair<const RawData*, std::string>>{
           {&cars, kCarOptions},
           {&cars, "target = \"origin\"\nmissing = \"mean\"\nunseen = \"zeros\"\nscale = \"standard\""},
           {&cars, "target = \"inputs\"\nweight_column = \"id\""},
           {&image, "scale = \"unit\"\ninput_shape = [3]\ntarget_encoding = \"binary\""}}) {
    const Preprocessor p = fit(*raw, text);
    const std::string json = write_json(p.write());
    const Preprocessor again = Preprocessor::read(parse_json(json, "model"));
    EXPECT_EQ(write_json(again.write()), json);
    EXPECT_EQ(again.output_names(), p.output_names());
    const std::vector<Index> rows = all_rows(raw->rows);
    EXPECT_EQ(inputs_of(again.apply(*raw, rows)), inputs_of(p.apply(*raw, rows)));
    EXPECT_EQ(targets_of(again.apply(*raw, rows)), targets_of(p.apply(*raw, rows)));
  }
}

TEST(PreprocessorTest, ReadingIsStrict) {
  const std::string image = "\"array_shape\": [2, 2], \"input_shape\": [4], \"center\": [0], \"spread\": [255], ";
  const std::string one_hot =
      "\"targets\": [{\"kind\": \"one_hot\", \"name\": \"y\", \"categories\": [\"a\", \"b\"]}], ";
  const std::string good = "{" + image + one_hot + "\"target_kind\": \"one_hot\", \"class_names\": [\"A\", \"B\"]}";
  EXPECT_EQ(Preprocessor::read(parse_json(good, "m")).output_names(), (std::vector<std::string>{"A", "B"}));
  const std::string amount = "{\"kind\": \"numeric\", \"name\": \"y\"}";
  for (const std::string& bad :
       {std::string("{}"), std::string("[]"), std::string("{\"target_kind\": \"inputs\"}"),
        std::string("{\"array_shape\": [2], \"input_shape\": [3], \"target_kind\": \"inputs\"}"),
        std::string("{\"array_shape\": [-2], \"input_shape\": [-2], \"target_kind\": \"inputs\"}"),
        std::string("{\"array_shape\": [4000000000, 4000000000, 4000000000], \"input_shape\": [3], "
                    "\"target_kind\": \"inputs\"}"),
        std::string("{\"array_shape\": [1000000000000], \"input_shape\": [1000000000000], "
                    "\"target_kind\": \"inputs\"}"),
        "{" + image + "\"target_kind\": \"values\"}",
        "{" + image + "\"target_kind\": \"inputs\", \"targets\": [" + amount + "]}",
        "{" + image + "\"target_kind\": \"values\", \"targets\": [" + amount + ", " + amount + "]}",
        "{" + image + "\"target_kind\": \"one_hot\", \"targets\": [" + amount + "], \"class_names\": [\"A\", \"B\"]}",
        "{" + image + one_hot + "\"target_kind\": \"one_hot\", \"class_names\": [\"A\"]}",
        "{" + image + one_hot + "\"target_kind\": \"other\", \"class_names\": [\"A\", \"B\"]}",
        "{\"features\": [" + amount + "], " + image + "\"target_kind\": \"inputs\"}",
        std::string("{\"array_shape\": [3], \"input_shape\": [3], \"center\": [0, 0], \"spread\": [1, 1], "
                    "\"target_kind\": \"inputs\"}"),
        std::string("{\"array_shape\": [3], \"input_shape\": [3], \"center\": [0], \"spread\": [0], "
                    "\"target_kind\": \"inputs\"}"),
        "{" + image + "\"target_kind\": \"inputs\", \"surprise\": 1}"})
    EXPECT_THROW(Preprocessor::read(parse_json(bad, "m")), InputError) << bad;
}

}  // namespace
}  // namespace isinglass
