// `isinglass figure` as a user calls it: every kind on small runs, with the numbers that the runs have.
#include <gtest/gtest.h>

#include <algorithm>

#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/run_rig.h"
#include "isinglass/figure/series_data.h"
#include "isinglass/io/image.h"
#include "tests/command.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Workplace;

const std::string kImages =
    "layers = [{ kind = \"reshape\", shape = [1, 8, 8] }, { kind = \"conv2d\", kernels = 3, activation = \"relu\" }, "
    "{ kind = \"flatten\" }, { kind = \"dense\", units = 3, activation = \"softmax\" }]";

// A directory with four trained runs.
class Runs {
 public:
  Runs() {
    train("dense", dense_experiment());
    train("classes", classes_experiment(2, "widths = [2, 6, 3]\noutput_activation = \"softmax\"",
                                        "validation_fraction = 0.2\ntest_fraction = 0.2"));
    train("images", classes_experiment(64, kImages));
    train("codes", autoencoder_experiment(3, 1));
  }

  Outcome figure(std::vector<std::string> words) const {
    words.insert(words.begin(), "figure");
    return place.run(words);
  }
  // The series of the figure that these words make.
  std::vector<SeriesData> series(std::vector<std::string> words) const {
    words.insert(words.end(), {"-o", "figure.svg"});
    const Outcome run = figure(words);
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(run.err, "figure in figure.svg\n");
    const std::string svg = place.read("figure.svg");
    EXPECT_EQ(xml_fault(svg), "");
    return read_series(svg, "figure.svg");
  }
  RunReader reader(const std::string& run) const { return RunReader(place / run, 1); }

  const Workplace place;

 private:
  void train(const std::string& name, const std::string& experiment) {
    place.write(name + ".toml", experiment);
    const Outcome run = place.run({"train", name + ".toml", "--out", name, "--quiet"});
    EXPECT_EQ(run.status, 0) << run.err;
  }
};

const Runs& runs() {
  static const Runs all;
  return all;
}

void expect_curve(const SeriesData& series, RunReader& run, const std::string& quantity, std::optional<Index> sample,
                  double sign = 1) {
  const Address address = parse_quantity(quantity, run.graph());
  ASSERT_FALSE(series.column("x").empty()) << quantity;
  for (std::size_t i = 0; i < series.column("x").size(); ++i) {
    const Index epoch = static_cast<Index>(series.column("x")[i]) - 1;
    EXPECT_EQ(series.column("y")[i], sign * run.number(address, epoch, sample).value) << quantity << " " << epoch;
  }
}

TEST(FigureCommand, EveryKindOfEveryRunThatItFits) {
  const std::vector<std::vector<std::string>> cases{
      {"dense", "loss"},          {"dense", "metrics"},
      {"dense", "parameters"},    {"dense", "predictions"},
      {"dense", "gradients"},     {"dense", "network", "--epoch", "1"},
      {"dense", "weights"},       {"dense", "activations"},
      {"classes", "loss"},        {"classes", "metrics"},
      {"classes", "predictions"}, {"classes", "parameters"},
      {"classes", "network"},     {"classes", "boundary", "--epoch", "0"},
      {"classes", "confusion"},   {"classes", "confusion", "--part", "train"},
      {"classes", "weights"},     {"dense", "boundary", "--features", "x1,x3"},
      {"images", "loss"},         {"images", "metrics"},
      {"images", "gradients"},    {"images", "weights", "--layer", "layer4"},
      {"images", "activations"},  {"images", "activations", "--sample", "3"},
      {"codes", "network"},       {"codes", "reconstructions"},
      {"codes", "latent"},        {"codes", "predictions", "--sample", "2"}};
  for (const std::vector<std::string>& words : cases) {
    SCOPED_TRACE(words[0] + " " + words[1]);
    EXPECT_FALSE(runs().series(words).empty());
    const std::string first = runs().place.read("figure.svg");
    if (words[0] == "classes") runs().series(words);
    EXPECT_EQ(runs().place.read("figure.svg"), first) << "the same bytes every time";
  }
}

TEST(FigureCommand, CurvesAreTheNumbersOfTheRun) {
  RunReader dense = runs().reader("dense"), classes = runs().reader("classes");
  const auto named = runs().series({"dense", "quantity", "--quantity", "dL/dw(1,4)", "--quantity", "in(H4)", "--sample",
                                    "1", "--convention", "book"});
  expect_curve(series_named(named, "dP/dw(1,4)@1"), dense, "dL/dw(1,4)", 1, -1);
  expect_curve(series_named(named, "in(H4)@1"), dense, "in(H4)", 1);
  expect_curve(series_named(runs().series({"dense", "loss"}), "loss"), dense, "loss", {});
  for (const SeriesData& series : runs().series({"dense", "parameters"})) expect_curve(series, dense, series.name, {});
  const auto predictions = runs().series({"dense", "predictions"});
  expect_curve(series_named(predictions, "O6@0"), dense, "O6", 0);
  EXPECT_EQ(series_named(predictions, "target(O6)@1").column("y")[0], 0.6);
  for (const SeriesData& series : runs().series({"classes", "loss"})) expect_curve(series, classes, series.name, {});
  for (const SeriesData& series : runs().series({"classes", "metrics"})) expect_curve(series, classes, series.name, {});
}

TEST(FigureCommand, DiagramsHaveTheNumbersOfTheRun) {
  RunReader run = runs().reader("codes");
  const auto all = runs().series({"codes", "network", "--epoch", "3", "--sample", "5"});
  EXPECT_GT(all.size(), 20u);
  for (const SeriesData& series : all) {
    const Address address = parse_quantity(series.name, run.graph());
    const bool has_sample = address.kind != Address::kParameter || address.is_derivative;
    EXPECT_EQ(series.column("value")[0],
              run.number(address, 3, has_sample ? std::optional<Index>(5) : std::nullopt).value)
        << series.name;
  }
}

TEST(FigureCommand, WritesIntoTheRunUnlessToldAndPngByItsEnding) {
  const Workplace& place = runs().place;
  EXPECT_EQ(runs().figure({"dense", "network", "--epoch", "last", "--sample", "1"}).err,
            "figure in dense/network-epochlast-sample1.svg\n");
  EXPECT_TRUE(place.has("dense/network-epochlast-sample1.svg"));
  const Outcome written = runs().figure({"dense", "loss", "-o", "small.png", "--scale", "1"});
  ASSERT_EQ(written.status, 0) << written.err;
  ASSERT_EQ(runs().figure({"dense", "loss", "-o", "large.png"}).status, 0);
  const Array small = parse_image(place.read("small.png"), "small.png");
  const Array large = parse_image(place.read("large.png"), "large.png");
  EXPECT_EQ(large.shape[0], 2 * small.shape[0]);
}

TEST(FigureCommand, HelpListsTheKinds) {
  const Outcome help = runs().figure({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* kind : {"\n  loss ", "\n  network ", "\n  confusion ", "\n  quantity "})
    EXPECT_NE(help.out.find(kind), std::string::npos) << help.out;
}

TEST(FigureCommand, SaysInOneLineWhatIsWrong) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"dense", "los"}, "there is no kind \"los\"; did you mean 'loss'?"},
      {{"dense", "zzzzzzzz"}, "known: loss, metrics"},
      {{"nowhere", "loss"}, "nowhere: there is no such run"},
      {{"dense", "loss", "-o", "x.pdf"}, "x.pdf: a figure is written as .svg or .png"},
      {{"dense", "loss", "-o", "none/x.svg"}, "none/x.svg"},
      {{"dense", "loss", "--epoch", "3"}, "--epoch has no meaning here; it is for network"},
      {{"dense", "network", "--epoch", "41"}, "epoch 40, got 41"},
      {{"dense", "network", "--epoch", "-1"}, "--epoch"},
      {{"dense", "network", "--sample", "2"}, "the training samples are 0 to 1"},
      {{"dense", "network", "--convention", "boook"}, "did you mean 'book'?"},
      {{"dense", "quantity"}, "name what to draw with --quantity"},
      {{"dense", "quantity", "--quantity", "w(1,9)"}, "quantity 'w(1,9)'"},
      {{"dense", "quantity", "--quantity", "accuracy"}, "'accuracy' was not recorded"},
      {{"dense", "boundary"}, "name two of them with --features"},
      {{"dense", "boundary", "--features", "x1,y"}, "there is no input 'y'"},
      {{"codes", "boundary", "--features", "x1,x2"}, "3 outputs that are no classes"},
      {{"dense", "confusion"}, "tells no classes apart"},
      {{"dense", "latent"}, "is no autoencoder"},
      {{"dense", "reconstructions"}, "is no autoencoder"},
      {{"images", "network"}, "has no place in a diagram of nodes"},
      {{"dense", "activations", "--sample", "0"}, "leave out --sample"},
      {{"dense", "weights", "--layer", "layer7"}, "there is no layer 'layer7'; did you mean 'layer1'?"},
      {{"classes", "confusion", "--part", "tset"}, "did you mean 'test'?"},
      {{"images", "confusion", "--part", "test"}, "the run has no test data"},
      {{"dense", "loss", "--scale", "0"}, "--scale: expected a whole number"}};
  for (const auto& [words, part] : cases) {
    const Outcome run = runs().figure(words);
    EXPECT_EQ(run.status, 2) << part;
    EXPECT_NE(run.err.find(part), std::string::npos) << run.err << "expected: " << part;
    EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
    EXPECT_EQ(run.out, "");
  }
}

}  // namespace
}  // namespace isinglass
