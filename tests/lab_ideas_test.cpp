// `isinglass lab logic`, `pooling`, `universal`, `learning-rate` and `vectorisation` from end to end.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"
#include "isinglass/io/array.h"
#include "isinglass/io/png.h"
#include "tests/golden.h"
#include "tests/lab_rig.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Workplace;
using testing_lab::document;
using testing_lab::expect_refusals;
using testing_lab::item;

double number_of(const Value& document, const char* key) {
  return testing_lab::number(document.find(key));
}

std::vector<SeriesData> drawn(const Workplace& place, std::vector<std::string> words) {
  words.insert(words.begin(), "lab");
  words.insert(words.end(), {"-o", "figure.svg"});
  const Outcome run = place.run(words);
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_HAS(run.err, "figure in figure.svg");
  EXPECT_EQ(xml_fault(place.read("figure.svg")), "");
  return read_series(place.read("figure.svg"), "figure.svg");
}

TEST(LabIdeas, LogicShowsGatesAndHowXorIsLearned) {
  const Workplace place;
  const Outcome run = place.run({"lab", "logic", "--seeds", "20"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_HAS(run.out, "g(10 \u2212 20x1 \u2212 20x2)");
  EXPECT_HAS(run.out, "nor as printed");
  EXPECT_HAS(run.out, "18 of 20");
  const Value report = document(place.run({"lab", "logic", "--seeds", "20", "--json"}));
  const Value& wrong = item(report, "gates", 5);
  EXPECT_EQ(*wrong.find("name"), Value("nor as printed"));
  EXPECT_EQ(*wrong.find("is_right"), Value(false));
  EXPECT_NEAR(number_of(item(wrong, "rows", 0), "output"), 4.5397868702434395e-05, 4e-20);
  EXPECT_EQ(number_of(item(report, "xor", 0), "learned"), 18);
  EXPECT_EQ(item(report, "xor", 0).find("worst_errors")->as_array()->size(), 20u);
}

TEST(LabIdeas, LogicDrawsNetworksBoundariesAndErrors) {
  const Workplace place;
  const auto series = drawn(place, {"logic", "--seeds", "20"});
  EXPECT_EQ(series_named(series, "and.b(y)").column("value"), (std::vector<double>{-30}));
  EXPECT_EQ(series_named(series, "xor.w(1,a2)").column("value"), (std::vector<double>{-20}));
  const std::vector<double> errors = series_named(series, "biases").column("y");
  EXPECT_TRUE(std::ranges::is_sorted(errors));
  EXPECT_EQ(std::ranges::count_if(errors, [](double e) { return e < 0.2; }), 18);
  // Nine gates of two inputs, a plane that learned and one that did not.
  EXPECT_EQ(std::ranges::count(series, "decision boundary", &SeriesData::name), 9 + 2);
}

TEST(LabIdeas, PoolingShiftsADrawingOrAPhoto) {
  const Workplace place;
  const Value report = document(place.run({"lab", "pooling", "--json"}));
  const auto distance = [&](const Value& all, std::size_t row, std::size_t shift) {
    return testing_lab::number(&(*item(all, "rows", row).find("distance")->as_array())[shift]);
  };
  EXPECT_EQ(*item(report, "rows", 0).find("pooling"), Value("none"));
  EXPECT_EQ(distance(report, 0, 0), 0);
  EXPECT_GT(distance(report, 0, 1), 1.5 * distance(report, 3, 1)) << "none against max 4 x 4";
  Array stripes{.type = DType::kU8, .shape = {24, 40}};
  for (Index i = 0; i < 24 * 40; ++i) stripes.bytes.push_back(static_cast<std::byte>(i % 4 < 2 ? 250 : 10));
  place.write("stripes.png", write_png(stripes));
  const Value own =
      document(place.run({"lab", "pooling", "stripes.png", "--kernel", "[[1]]", "--shifts", "4", "--json"}));
  EXPECT_NEAR(distance(own, 0, 2), std::sqrt(2.0), 1e-12) << "half a period: the opposite";
  EXPECT_EQ(distance(own, 0, 4), 0) << "a whole period";
  EXPECT_TRUE((*item(own, "rows", 8).find("distance")->as_array())[1].is_null()) << "max 8 x 8 is even";
  EXPECT_HAS(place.run({"lab", "pooling", "--shifts", "3"}).out, "moved by 1  moved by 2  moved by 3");
  const auto series = drawn(place, {"pooling"});
  EXPECT_EQ(series_named(series, "How far the outputs move: none").column("y").size(), 9u);
}

TEST(LabIdeas, UniversalFitsAFunctionOfOnesOwn) {
  const Workplace place;
  const std::vector<std::string> words = {"universal", "--function", "sin(3x)", "--from",   "0", "--to",
                                          "2",         "--epochs",   "300",     "--starts", "1"};
  const auto series = drawn(place, words);
  const std::vector<double> errors = series_named(series, "wider: units of one hidden layer").column("y");
  ASSERT_EQ(errors.size(), 7u);
  EXPECT_LT(errors[4], errors[0] / 3);
  EXPECT_EQ(series_named(series, "width 8").column("x").back(), 2);
  const Value report = document(place.run({"lab", "universal", "--function", "abs(x)", "--epochs", "5", "--json"}));
  EXPECT_EQ(number_of(item(report, "by_width", 6), "parameters"), 3 * 64 + 1);
  EXPECT_EQ(report.find("by_depth")->as_array()->size(), 4u);
}

TEST(LabIdeas, LearningRatesBatchesAndNoise) {
  const Workplace place;
  const Outcome run = place.run({"lab", "learning-rate", "--seeds", "10"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_HAS(run.out, "decaying  3 to 0.3");
  EXPECT_HAS(run.out, "10 of 10");
  const auto series = drawn(place, {"learning-rate", "--seeds", "3"});
  EXPECT_EQ(series_named(series, "stochastic").column("x").size(), 1u + 40 * 24);
  EXPECT_EQ(series_named(series, "good: 0.3").column("y").size(), 60u);
  const Value report = document(place.run({"lab", "learning-rate", "--seeds", "3", "--json"}));
  EXPECT_EQ(report.find("escapes")->as_array()->size(), 9u);
  EXPECT_EQ(report.find("paths")->as_array()->size(), 3u);
}

TEST(LabIdeas, LearningRatesOfAnExperimentOfOnesOwn) {
  const Workplace place;
  place.write(
      "own.toml",
      "[data]\ninputs = [[0], [1], [2]]\ntargets = [[1], [3], [5]]\n[model]\nwidths = [1, 1]\n[train]\nepochs = 4\n"
      "optimiser = \"momentum\"\n");
  const Value report = document(
      place.run({"lab", "learning-rate", "own.toml", "--rates", "0.01, 0.1", "--set", "train.epochs=6", "--json"}));
  ASSERT_EQ(report.find("curves")->as_array()->size(), 3u);
  const Value& curve = item(report, "curves", 1);
  EXPECT_EQ(number_of(curve, "learning_rate"), 0.1);
  EXPECT_EQ(curve.find("losses")->as_array()->size(), 6u);
  EXPECT_EQ(*item(report, "curves", 2).find("decays"), Value(true));
  EXPECT_HAS(place.run({"lab", "learning-rate", "own.toml", "--rates", "1e30"}).out, "diverges");
}

TEST(LabIdeas, VectorisationComparesNumbersAndTimes) {
  const Workplace place;
  const Value report =
      document(place.run({"lab", "vectorisation", "--widths", "30,20,4", "--samples", "20", "--json"}));
  ASSERT_EQ(report.find("rows")->as_array()->size(), 3u);
  EXPECT_LE(number_of(item(report, "rows", 2), "output_difference"), 1e-15);
  EXPECT_GT(number_of(item(report, "rows", 2), "loop_forward_seconds"), 0);
  const auto series = drawn(place, {"vectorisation", "--widths", "8,4", "--samples", "3", "--precision", "float"});
  EXPECT_EQ(series_named(series, "batch, forward").column("x"), (std::vector<double>{1, 3}));
}

TEST(LabIdeas, RefuseWrongRequestsInOneLine) {
  const Workplace place;
  place.write("text.png", "hello");
  place.write("bad.toml", "[data]\n");
  place.write("small.pgm", "P2 2 2 9 1 2 3 4\n");
  const std::vector<testing_lab::Refusal> cases = {
      {{"lab", "logic", "--seeds", "0"}, "--seeds: expected a whole number"},
      {{"lab", "logic", "-o", "x.pdf"}, "x.pdf: a figure is written as .svg or .png"},
      {{"lab", "pooling", "none.png"}, "none.png"},
      {{"lab", "pooling", "text.png"}, "text.png"},
      {{"lab", "pooling", "small.pgm"}, "small.pgm: the image is 2 x 2 pixels; for shifts of up to 8 it needs"},
      {{"lab", "pooling", "--shifts", "60"}, "the drawing: the image is 72 x 48 pixels"},
      {{"lab", "pooling", "--kernel", "sobelx"}, "did you mean 'sobel_x'?"},
      {{"lab", "pooling", "--kernel", "[[0]]"}, "the same everywhere"},
      {{"lab", "universal", "--function", "sin(x"}, "--function:1:6: expected \")\""},
      {{"lab", "universal", "--function", "son(x)"}, "did you mean 'sin'"},
      {{"lab", "universal", "--function", "1/x"}, "no finite value at x = "},
      {{"lab", "universal", "--function", "3"}, "the same everywhere"},
      {{"lab", "universal", "--from", "one"}, "--from: expected a number"},
      {{"lab", "universal", "--from", "2", "--to", "1"}, "expected an interval"},
      {{"lab", "universal", "--activation", "tanhh"}, "did you mean 'tanh'"},
      {{"lab", "learning-rate", "--rates", "0.1,,1"}, "--rates: expected a number, found \"\""},
      {{"lab", "learning-rate", "--rates", "0.1,-1"}, "--rates: expected numbers above 0, found -1"},
      {{"lab", "learning-rate", "--rates", "1,2,3,4,5,6,7"}, "at most 6"},
      {{"lab", "learning-rate", "--set", "seed=1"}, "--set changes an experiment"},
      {{"lab", "learning-rate", "bad.toml"}, "bad.toml"},
      {{"lab", "vectorisation", "--widths", "8"}, "expected 2 to 8 numbers"},
      {{"lab", "vectorisation", "--widths", "8,0.5"}, "expected whole numbers from 1 to 4096, found 0.5"},
      {{"lab", "vectorisation", "--precision", "flaot"}, "did you mean 'float'"}};
  expect_refusals(place, cases);
  EXPECT_EQ(place.list(), (std::vector<std::string>{"bad.toml", "small.pgm", "text.png"}));
}

// Every line of the page that begins with the command runs.
TEST(LabIdeas, TheCommandsOfTheirPageRun) {
  const Workplace place;
  std::istringstream page(read_file(source_path("docs/labs.md")));
  int commands = 0;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("isinglass lab ")) continue;
    std::vector<std::string> words;
    std::istringstream text(line.substr(10));
    for (std::string word; text >> std::quoted(word, '\'');) words.push_back(word);
    const Outcome run = place.run(words);
    EXPECT_EQ(run.status, 0) << line << run.err;
    ++commands;
  }
  EXPECT_GE(commands, 8);
}

}  // namespace
}  // namespace isinglass
